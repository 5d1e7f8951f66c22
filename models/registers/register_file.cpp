#include "models/registers/register_file.h"

#include <cstring>
#include <sstream>
#include <stdexcept>
#include <string>
#include <systemc>
#include <utility>

#include "models/tlm/lenience.h"
#include "models/tlm/response_name.h"

namespace hwcvp::registers {

namespace {

template <typename Hook>
uint16_t add_hook(std::vector<Hook>& hooks, Hook hook) {
  hooks.push_back(std::move(hook));
  return static_cast<uint16_t>(hooks.size() - 1);
}

}  // namespace

RegisterFile::RegisterFile(std::string name, const RegisterDescription* table, size_t count, uint32_t size)
    : name_(std::move(name)), streaming_width_(name_), registers_((size + 3) / 4) {
  for (size_t i = 0; i < count; ++i) {
    const RegisterDescription& description = table[i];
    if (description.offset % 4 != 0 || description.offset >= size) {
      throw std::invalid_argument(std::string("register ") + description.name +
                                  ": offset: expected a multiple of 4 below the size of the block");
    }
    Register& entry = registers_[description.offset / 4];
    entry.description = &description;
    entry.reset = description.reset;
    entry.value = description.reset;
  }
}

void RegisterFile::throw_unknown(uint32_t offset) {
  throw std::invalid_argument("no register at offset " + std::to_string(offset));
}

void RegisterFile::on_read(uint32_t offset, ReadHook hook) {
  registers_[index_of(offset)].on_read = add_hook(read_hooks_, std::move(hook));
}

void RegisterFile::after_read(uint32_t offset, AfterReadHook hook) {
  registers_[index_of(offset)].after_read = add_hook(after_read_hooks_, std::move(hook));
}

void RegisterFile::on_write(uint32_t offset, WriteHook hook) {
  registers_[index_of(offset)].on_write = add_hook(write_hooks_, std::move(hook));
}

void RegisterFile::guard_writes(uint32_t first, uint32_t end, const WriteGuard& guard) {
  const uint16_t index = add_hook(write_guards_, guard);
  for (size_t i = first / 4; i < end / 4 && i < registers_.size(); ++i) {
    registers_[i].guard = index;
  }
}

void RegisterFile::set_reset_value(uint32_t offset, uint32_t value) {
  Register& entry = registers_[index_of(offset)];
  entry.reset = value;
  entry.value = value;
}

void RegisterFile::reset() {
  for (Register& entry : registers_) {
    entry.value = entry.reset;
  }
}

uint32_t RegisterFile::current(const Register& entry) const {
  return entry.on_read == kNone ? entry.value : read_hooks_[entry.on_read]();
}

RegisterFile::Answer RegisterFile::read(const Register& entry, unsigned char* data) {
  if (entry.description->access == RegisterAccess::write_only) {
    return {tlm::TLM_COMMAND_ERROR_RESPONSE, "the register is write-only"};
  }
  const uint32_t value = current(entry);
  std::memcpy(data, &value, sizeof value);
  if (entry.after_read != kNone) {
    after_read_hooks_[entry.after_read](value);
  }
  return {};
}

RegisterFile::Answer RegisterFile::write(Register& entry, const unsigned char* data) {
  if (entry.description->access == RegisterAccess::read_only) {
    return {tlm::TLM_COMMAND_ERROR_RESPONSE, "the register is read-only"};
  }
  uint32_t value = 0;
  std::memcpy(&value, data, sizeof value);
  if ((value & ~entry.description->defined_bits) != 0) {
    return {tlm::TLM_GENERIC_ERROR_RESPONSE, "reserved bits must be written as zero"};
  }
  if (entry.guard != kNone && !write_guards_[entry.guard](entry.description->offset)) {
    return {};
  }
  if (entry.description->access == RegisterAccess::write_one_clears) {
    entry.value &= ~value;
  } else {
    entry.value = value;
  }
  if (entry.on_write != kNone) {
    write_hooks_[entry.on_write](value);
  }
  return {};
}

RegisterFile::Answer RegisterFile::serve(tlm::tlm_generic_payload& payload) {
  const uint64_t address = payload.get_address();
  streaming_width_.note(payload);
  if (payload.get_byte_enable_ptr() != nullptr) {
    return {tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE, "expected no byte enables"};
  }
  if (payload.get_data_length() != 4 || tlm_support::streams(payload) || address % 4 != 0) {
    return {tlm::TLM_BURST_ERROR_RESPONSE, "expected 4 bytes, aligned, without streaming"};
  }
  if (payload.get_data_ptr() == nullptr && payload.get_command() != tlm::TLM_IGNORE_COMMAND) {
    return {tlm::TLM_GENERIC_ERROR_RESPONSE, "expected a pointer to the data"};
  }
  if (address / 4 >= registers_.size() || registers_[address / 4].description == nullptr) {
    return {tlm::TLM_ADDRESS_ERROR_RESPONSE, "no register is there"};
  }
  Register& entry = registers_[address / 4];
  switch (payload.get_command()) {
    case tlm::TLM_READ_COMMAND:
      return read(entry, payload.get_data_ptr());
    case tlm::TLM_WRITE_COMMAND:
      return write(entry, payload.get_data_ptr());
    default:
      return {};  // TLM_IGNORE_COMMAND asks for nothing
  }
}

tlm::tlm_response_status RegisterFile::access(tlm::tlm_generic_payload& payload) {
  const Answer answer = serve(payload);
  payload.set_dmi_allowed(false);
  if (answer.status == tlm::TLM_OK_RESPONSE) {
    payload.set_response_status(answer.status);
  } else {
    refuse(payload, answer.status, answer.why);
  }
  return answer.status;
}

void RegisterFile::refuse(tlm::tlm_generic_payload& payload, tlm::tlm_response_status status,
                          const char* why) const {
  payload.set_response_status(status);
  const uint64_t index = payload.get_address() / 4;
  const bool known = index < registers_.size() && registers_[index].description != nullptr;
  std::ostringstream text;
  text << name_ << ": " << (payload.is_write() ? "write" : "read") << " of "
       << (known ? registers_[index].description->name : "nothing") << " at 0x" << std::hex
       << payload.get_address() << ": " << tlm_support::response_name(status) << ": " << why;
  SC_REPORT_WARNING("/hwcvp/registers", text.str().c_str());
}

unsigned RegisterFile::debug_access(tlm::tlm_generic_payload& payload) const {
  if (!payload.is_read() || payload.get_data_ptr() == nullptr) {
    return 0;
  }
  const uint64_t first = payload.get_address();
  unsigned done = 0;
  for (; done < payload.get_data_length(); ++done) {
    const uint64_t index = (first + done) / 4;
    if (index >= registers_.size() || registers_[index].description == nullptr) {
      break;
    }
    payload.get_data_ptr()[done] =
        static_cast<unsigned char>(current(registers_[index]) >> (first + done) % 4 * 8);
  }
  return done;
}

}  // namespace hwcvp::registers
