#include "models/memory/dram.h"

#include <cstring>
#include <stdexcept>
#include <string>

namespace hwcvp {

using sc_core::sc_time;

namespace {

const Dram::Properties& checked(const Dram::Properties& properties, const char* name) {
  const auto fail = [name](const char* what) {
    throw std::invalid_argument(std::string(name) + ": " + what);
  };
  if (properties.size_bytes == 0) fail("size_bytes: expected at least 1");
  if (!(properties.bytes_per_second > 0)) fail("bytes_per_second: expected above 0");
  return properties;
}

// Copies the bytes that the enables select, between a payload's data and memory.
void copy_enabled(const tlm::tlm_generic_payload& payload, unsigned char* memory) {
  const unsigned char* const enables = payload.get_byte_enable_ptr();
  const unsigned enables_length = payload.get_byte_enable_length();
  unsigned char* const data = payload.get_data_ptr();
  const bool is_read = payload.is_read();
  for (unsigned i = 0, e = 0; i < payload.get_data_length(); ++i) {
    if (enables[e] == TLM_BYTE_ENABLED) (is_read ? data[i] : memory[i]) = is_read ? memory[i] : data[i];
    if (++e == enables_length) e = 0;
  }
}

}  // namespace

Dram::Dram(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      socket("socket"),
      properties_(checked(properties, this->name())),
      ticks_per_byte_(static_cast<double>(sc_time(1, sc_core::SC_SEC).value()) / properties.bytes_per_second),
      memory_(properties.size_bytes) {
  socket.register_b_transport(this, &Dram::b_transport);
  socket.register_get_direct_mem_ptr(this, &Dram::get_direct_mem_ptr);
  socket.register_transport_dbg(this, &Dram::transport_dbg);
}

tlm::tlm_response_status Dram::check(const tlm::tlm_generic_payload& payload) const {
  const uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  if (address >= memory_.size() || length > memory_.size() - address) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  if (payload.get_streaming_width() < length) return tlm::TLM_BURST_ERROR_RESPONSE;
  if (payload.get_byte_enable_ptr() != nullptr && payload.get_byte_enable_length() == 0) {
    return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  return tlm::TLM_OK_RESPONSE;
}

void Dram::move(tlm::tlm_generic_payload& payload) {
  unsigned char* const memory = memory_.data() + payload.get_address();
  if (payload.get_byte_enable_ptr() != nullptr) {
    copy_enabled(payload, memory);
  } else if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), memory, payload.get_data_length());
  } else {
    std::memcpy(memory, payload.get_data_ptr(), payload.get_data_length());
  }
}

void Dram::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  const tlm::tlm_response_status status = check(payload);
  payload.set_response_status(status);
  const sc_time now = sc_core::sc_time_stamp();
  if (status != tlm::TLM_OK_RESPONSE || payload.get_command() == tlm::TLM_IGNORE_COMMAND) {
    delay += properties_.latency;
    return;
  }
  const sc_time transfer =
      sc_time::from_value(static_cast<uint64_t>(payload.get_data_length() * ticks_per_byte_ + 0.5));
  delay = data_bus_.reserve(now + delay + properties_.latency, transfer) + transfer - now;
  if (properties_.functional) {
    move(payload);
    payload.set_dmi_allowed(true);
  }
}

bool Dram::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  dmi.init();
  dmi.set_start_address(0);
  dmi.set_end_address(memory_.size() - 1);
  if (!properties_.functional || payload.get_address() >= memory_.size()) return false;
  const sc_time per_byte = sc_time::from_value(static_cast<uint64_t>(ticks_per_byte_ + 0.5));
  dmi.set_dmi_ptr(memory_.data());
  dmi.set_read_latency(per_byte);
  dmi.set_write_latency(per_byte);
  dmi.allow_read_write();
  return true;
}

unsigned Dram::transport_dbg(tlm::tlm_generic_payload& payload) {
  const uint64_t address = payload.get_address();
  if (address >= memory_.size()) return 0;
  const uint64_t rest = memory_.size() - address;
  const unsigned length =
      payload.get_data_length() < rest ? payload.get_data_length() : static_cast<unsigned>(rest);
  if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), memory_.data() + address, length);
  } else if (payload.is_write()) {
    std::memcpy(memory_.data() + address, payload.get_data_ptr(), length);
  } else {
    return 0;
  }
  return length;
}

}  // namespace hwcvp
