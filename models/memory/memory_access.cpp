#include "models/memory/memory_access.h"

#include <cstring>

#include "models/tlm/lenience.h"

namespace hwcvp::memory {

namespace {

// Copies the bytes that the enables select.
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

tlm::tlm_response_status check_memory_access(const tlm::tlm_generic_payload& payload, uint64_t size,
                                             bool functional) {
  const uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  if (address >= size || length > size - address) return tlm::TLM_ADDRESS_ERROR_RESPONSE;
  if (tlm_support::streams(payload)) return tlm::TLM_BURST_ERROR_RESPONSE;
  if (payload.get_byte_enable_ptr() != nullptr && payload.get_byte_enable_length() == 0) {
    return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  const bool moves = functional && length != 0 && payload.get_command() != tlm::TLM_IGNORE_COMMAND;
  if (moves && payload.get_data_ptr() == nullptr) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  return tlm::TLM_OK_RESPONSE;
}

void move_memory_data(tlm::tlm_generic_payload& payload, unsigned char* memory) {
  memory += payload.get_address();
  if (payload.get_byte_enable_ptr() != nullptr) {
    copy_enabled(payload, memory);
  } else if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), memory, payload.get_data_length());
  } else if (payload.is_write()) {
    std::memcpy(memory, payload.get_data_ptr(), payload.get_data_length());
  }
}

unsigned debug_memory_access(tlm::tlm_generic_payload& payload, unsigned char* memory, uint64_t size) {
  const uint64_t address = payload.get_address();
  if (address >= size || payload.get_command() == tlm::TLM_IGNORE_COMMAND) return 0;
  if (payload.get_data_ptr() == nullptr) return 0;
  const uint64_t rest = size - address;
  const unsigned length =
      payload.get_data_length() < rest ? payload.get_data_length() : static_cast<unsigned>(rest);
  if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), memory + address, length);
  } else {
    std::memcpy(memory + address, payload.get_data_ptr(), length);
  }
  return length;
}

bool grant_memory_dmi(const tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi, unsigned char* memory,
                      uint64_t size, bool allowed) {
  const bool inside = payload.get_address() < size;
  dmi.init();
  dmi.set_start_address(inside ? 0 : size);
  dmi.set_end_address(inside ? size - 1 : ~sc_dt::uint64{0});
  if (!inside || !allowed) return false;
  dmi.set_dmi_ptr(memory);
  dmi.allow_read_write();
  return true;
}

}  // namespace hwcvp::memory
