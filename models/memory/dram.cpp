#include "models/memory/dram.h"

#include <cmath>
#include <stdexcept>
#include <string>

#include "models/memory/memory_access.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

const Dram::Properties& checked(const Dram::Properties& properties, const char* name) {
  const auto fail = [name](const char* what) {
    throw std::invalid_argument(std::string(name) + ": " + what);
  };
  if (properties.size_bytes == 0) fail("size_bytes: expected at least 1");
  if (!(properties.bytes_per_second > 0)) fail("bytes_per_second: expected above 0");
  if (properties.queue_depth == 0) fail("queue_depth: expected at least 1");
  return properties;
}

}  // namespace

Dram::Dram(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      socket("socket"),
      properties_(checked(properties, this->name())),
      ticks_per_byte_(static_cast<double>(sc_time(1, sc_core::SC_SEC).value()) / properties.bytes_per_second),
      memory_(properties.size_bytes),
      streaming_width_(socket.name()),
      nonblocking_(socket, properties.queue_depth, properties.answer_by_calls,
                   [this](tlm::tlm_generic_payload& payload) {
                     sc_time delay;
                     b_transport(payload, delay);
                     return sc_core::sc_time_stamp() + delay;
                   }) {
  socket.register_b_transport(this, &Dram::b_transport);
  socket.register_nb_transport_fw(this, &Dram::nb_transport_fw);
  socket.register_get_direct_mem_ptr(this, &Dram::get_direct_mem_ptr);
  socket.register_transport_dbg(this, &Dram::transport_dbg);
}

void Dram::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  streaming_width_.note(payload);
  const tlm::tlm_response_status status =
      memory::check_memory_access(payload, memory_.size(), properties_.functional);
  payload.set_response_status(status);
  const sc_time& now = sc_core::sc_time_stamp();
  if (status != tlm::TLM_OK_RESPONSE || payload.get_command() == tlm::TLM_IGNORE_COMMAND) {
    delay += properties_.latency;
    return;
  }
  const sc_time transfer =
      sc_time::from_value(static_cast<uint64_t>(std::llround(payload.get_data_length() * ticks_per_byte_)));
  delay = data_bus_.reserve(now + delay + properties_.latency, transfer) + transfer - now;
  if (properties_.functional) {
    memory::move_memory_data(payload, memory_.data());
    payload.set_dmi_allowed(true);
  }
}

tlm::tlm_sync_enum Dram::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                         sc_time& delay) {
  return nonblocking_.nb_transport_fw(payload, phase, delay);
}

bool Dram::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  if (!memory::grant_memory_dmi(payload, dmi, memory_.data(), memory_.size(), properties_.functional))
    return false;
  const sc_time per_byte = sc_time::from_value(static_cast<uint64_t>(std::llround(ticks_per_byte_)));
  dmi.set_read_latency(per_byte);
  dmi.set_write_latency(per_byte);
  return true;
}

unsigned Dram::transport_dbg(tlm::tlm_generic_payload& payload) {
  return memory::debug_memory_access(payload, memory_.data(), memory_.size());
}

}  // namespace hwcvp
