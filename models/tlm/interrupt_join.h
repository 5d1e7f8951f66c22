// Joins two interrupt lines.
#pragma once

#include <systemc>

#include "models/tlm/processes.h"

namespace hwcvp {

// Does not model a controller: no masks, no priorities, no way to tell which line is high.
//
// Drives its output, a level, with the OR of two inputs, a delta cycle after them.
class InterruptJoin : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> first;
  sc_core::sc_in<bool> second;
  sc_core::sc_out<bool> joined;

  explicit InterruptJoin(const sc_core::sc_module_name& name)
      : sc_module(name), first("first"), second("second"), joined("joined") {
    HWCVP_METHOD(drive);
    sensitive << first << second;
  }

 private:
  void drive() { joined.write(first.read() || second.read()); }
};

}  // namespace hwcvp
