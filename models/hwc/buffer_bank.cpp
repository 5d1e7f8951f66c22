#include "models/hwc/buffer_bank.h"

#include <string>

#include "models/common/divide_up.h"
#include "models/memory/memory_access.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

BufferBank::BufferBank(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      socket("socket"),
      properties_(properties),
      memory_(properties.size_bytes),
      streaming_width_(socket.name()) {
  socket.register_b_transport(this, &BufferBank::b_transport);
  socket.register_get_direct_mem_ptr(this, &BufferBank::get_direct_mem_ptr);
  socket.register_transport_dbg(this, &BufferBank::transport_dbg);
}

void BufferBank::b_transport(int /*initiator*/, tlm::tlm_generic_payload& payload, sc_time& delay) {
  streaming_width_.note(payload);
  const tlm::tlm_response_status status = memory::check_memory_access(payload, memory_.size());
  payload.set_response_status(status);
  if (status != tlm::TLM_OK_RESPONSE) return;
  const int64_t rows = common::divide_up(payload.get_data_length(), properties_.row_bytes);
  delay += sc_time::from_value(static_cast<uint64_t>(rows) * properties_.clock_period.value());
  memory::move_memory_data(payload, memory_.data());
  payload.set_dmi_allowed(true);
}

bool BufferBank::get_direct_mem_ptr(int /*initiator*/, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  if (!memory::grant_memory_dmi(payload, dmi, memory_.data(), memory_.size(), true)) return false;
  const sc_time per_byte = properties_.clock_period / properties_.row_bytes;
  dmi.set_read_latency(per_byte);
  dmi.set_write_latency(per_byte);
  return true;
}

unsigned BufferBank::transport_dbg(int /*initiator*/, tlm::tlm_generic_payload& payload) {
  return memory::debug_memory_access(payload, memory_.data(), memory_.size());
}

unsigned char* buffer_memory(tlm::tlm_initiator_socket<>& port) {
  tlm::tlm_generic_payload payload;
  tlm::tlm_dmi dmi;
  payload.set_write();
  payload.set_address(0);
  if (!port->get_direct_mem_ptr(payload, dmi) || !dmi.is_read_write_allowed() ||
      dmi.get_start_address() != 0) {
    SC_REPORT_ERROR("/hwcvp/hwc", (std::string(port.name()) + ": the buffer refuses direct access").c_str());
    return nullptr;
  }
  return dmi.get_dmi_ptr();
}

}  // namespace hwcvp::hwc
