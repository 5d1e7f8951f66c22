#include "models/faults/interrupt_fault.h"

#include "models/tlm/processes.h"

namespace hwcvp {

InterruptFault::InterruptFault(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name), in("in"), out("out"), properties_(properties) {
  HWCVP_METHOD(drive);
  sensitive << in;
}

void InterruptFault::drive() {
  const bool rises = in.read() && !level_;
  level_ = in.read();
  if (rises && ++pulses_ == properties_.at) {
    const char* const what = properties_.kind == Kind::lost        ? ": interrupt lost, pulse "
                             : properties_.kind == Kind::stuck_low ? ": interrupt stuck low from pulse "
                                                                   : ": interrupt stuck high from pulse ";
    note(std::string(name()) + what + std::to_string(pulses_));
  }
  const bool broken = properties_.kind == Kind::lost ? pulses_ == properties_.at : pulses_ >= properties_.at;
  out.write(broken ? properties_.kind == Kind::stuck_high : level_);
}

}  // namespace hwcvp
