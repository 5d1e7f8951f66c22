#include "models/faults/reset_pulse.h"

#include "models/tlm/processes.h"

namespace hwcvp {

ResetPulse::ResetPulse(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name), out("out"), properties_(properties) {
  HWCVP_THREAD(run);
}

void ResetPulse::run() {
  wait(properties_.at);
  note(std::string(name()) + ": reset");
  out.write(true);
  wait(properties_.duration);
  out.write(false);
}

}  // namespace hwcvp
