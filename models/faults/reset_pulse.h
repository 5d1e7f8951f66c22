// A reset in the middle of work.
#pragma once

#include <systemc>

#include "models/faults/fault.h"

namespace hwcvp {

// Does not model: more than one pulse.
class ResetPulse : public sc_core::sc_module, public Fault {
 public:
  struct Properties {
    sc_core::sc_time at;        // since the start of the simulation
    sc_core::sc_time duration;  // above 0
  };

  sc_core::sc_out<bool> out;

  ResetPulse(const sc_core::sc_module_name& name, const Properties& properties);

 private:
  void run();

  const Properties properties_;
};

}  // namespace hwcvp
