#include "models/faults/fault_injector.h"

namespace hwcvp {

bool FaultInjector::request(tlm::tlm_generic_payload& payload) {
  const bool bus_error = properties_.kind == Kind::bus_error;
  if (!payload.is_write() && !(bus_error && payload.is_read())) return true;
  if (properties_.address && payload.get_address() != *properties_.address) return true;
  if (++count_ != properties_.at) return true;
  note(std::string(name()) + ": " + (bus_error ? "bus error in transaction " : "lost write ") +
       std::to_string(count_) + ", " + describe(payload));
  payload.set_response_status(bus_error ? tlm::TLM_GENERIC_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
  return false;
}

}  // namespace hwcvp
