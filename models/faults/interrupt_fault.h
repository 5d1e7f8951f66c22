// A broken interrupt line.
#pragma once

#include <cstdint>
#include <systemc>

#include "models/faults/fault.h"

namespace hwcvp {

// Does not model: glitches, delays.
//
// Passes a level on, a delta cycle later, until the line breaks with one of its pulses.
class InterruptFault : public sc_core::sc_module, public Fault {
 public:
  enum class Kind {
    lost,       // this pulse does not pass
    stuck_low,  // from this pulse on
    stuck_high
  };
  struct Properties {
    Kind kind = Kind::lost;
    uint64_t at = 1;  // pulse
  };

  sc_core::sc_in<bool> in;
  sc_core::sc_out<bool> out;

  InterruptFault(const sc_core::sc_module_name& name, const Properties& properties);

 private:
  void drive();

  const Properties properties_;
  uint64_t pulses_ = 0;
  bool level_ = false;
};

}  // namespace hwcvp
