#include "models/registers/register_file.h"

#include <array>
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

constexpr unsigned kWord = 4;

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

RegisterFile::Answer RegisterFile::check_read(const Register& entry) {
  if (entry.description->access == RegisterAccess::write_only) {
    return {tlm::TLM_COMMAND_ERROR_RESPONSE, "the register is write-only"};
  }
  return {};
}

RegisterFile::Answer RegisterFile::check_write(const Register& entry, uint32_t value, bool whole_word) const {
  if (entry.description->access == RegisterAccess::read_only) {
    return {tlm::TLM_COMMAND_ERROR_RESPONSE, "the register is read-only"};
  }
  if (!whole_word && !only_stores(entry)) {
    return {tlm::TLM_BURST_ERROR_RESPONSE, "expected 4 bytes: the write does more than to store"};
  }
  if ((value & ~entry.description->defined_bits) != 0) {
    return {tlm::TLM_GENERIC_ERROR_RESPONSE, "reserved bits must be written as zero"};
  }
  return {};
}

uint32_t RegisterFile::read(const Register& entry) {
  const uint32_t value = current(entry);
  if (entry.after_read != kNone) {
    after_read_hooks_[entry.after_read](value);
  }
  return value;
}

void RegisterFile::write(Register& entry, uint32_t value) {
  if (entry.guard != kNone && !write_guards_[entry.guard](entry.description->offset)) {
    return;
  }
  if (entry.description->access == RegisterAccess::write_one_clears) {
    entry.value &= ~value;
  } else {
    entry.value = value;
  }
  if (entry.on_write != kNone) {
    write_hooks_[entry.on_write](value);
  }
}

RegisterFile::Answer RegisterFile::serve(tlm::tlm_generic_payload& payload) {
  const uint64_t address = payload.get_address();
  const unsigned bytes = payload.get_data_length();
  streaming_width_.note(payload);
  if (payload.get_byte_enable_ptr() != nullptr) {
    return {tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE, "expected no byte enables"};
  }
  const bool good_length = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
  if (!good_length || tlm_support::streams(payload) || address % bytes != 0) {
    return {tlm::TLM_BURST_ERROR_RESPONSE, "expected 1, 2, 4 or 8 bytes, aligned, without streaming"};
  }
  unsigned char* const data = payload.get_data_ptr();
  if (data == nullptr && payload.get_command() != tlm::TLM_IGNORE_COMMAND) {
    return {tlm::TLM_GENERIC_ERROR_RESPONSE, "expected a pointer to the data"};
  }
  const unsigned words = bytes == 8 ? 2 : 1;
  const unsigned part = bytes / words;      // of each word
  const uint64_t offset = address % kWord;  // of the part
  std::array<Register*, 2> entries{};
  std::array<uint32_t, 2> values{};
  for (unsigned i = 0; i < words; ++i) {
    const uint64_t index = address / kWord + i;
    if (index >= registers_.size() || registers_[index].description == nullptr) {
      return {tlm::TLM_ADDRESS_ERROR_RESPONSE, "no register is there"};
    }
    Register& entry = *(entries[i] = &registers_[index]);
    Answer answer;
    if (payload.is_read()) {
      answer = check_read(entry);
    } else if (payload.is_write()) {
      values[i] = part == kWord ? 0 : entry.value;
      std::memcpy(reinterpret_cast<unsigned char*>(&values[i]) + offset, data + i * kWord, part);
      answer = check_write(entry, values[i], bytes == kWord);
    }
    if (answer.status != tlm::TLM_OK_RESPONSE) return answer;
  }
  for (unsigned i = 0; i < words; ++i) {
    if (payload.is_read()) {
      const uint32_t value = read(*entries[i]);
      std::memcpy(data + i * kWord, reinterpret_cast<const unsigned char*>(&value) + offset, part);
    } else if (payload.is_write()) {
      write(*entries[i], values[i]);
    }
  }
  return {};  // TLM_IGNORE_COMMAND asks for nothing
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
                          const char* why) {
  payload.set_response_status(status);
  if (!refused_.emplace(payload.get_command(), why).second) return;
  const uint64_t index = payload.get_address() / 4;
  const bool known = index < registers_.size() && registers_[index].description != nullptr;
  std::ostringstream text;
  text << name_ << ": " << (payload.is_write() ? "write" : "read") << " of "
       << (known ? registers_[index].description->name : "nothing") << " at 0x" << std::hex
       << payload.get_address() << ": " << tlm_support::response_name(status) << ": " << why;
  SC_REPORT_WARNING("/hwcvp/registers", text.str().c_str());
}

unsigned RegisterFile::debug_write(tlm::tlm_generic_payload& payload) {
  unsigned done = 0;
  for (; done + kWord <= payload.get_data_length(); done += kWord) {
    const uint64_t address = payload.get_address() + done;
    const uint64_t index = address / kWord;
    if (address % kWord != 0 || index >= registers_.size()) break;
    Register& entry = registers_[index];
    uint32_t value = 0;
    std::memcpy(&value, payload.get_data_ptr() + done, kWord);
    const bool harmless = entry.description != nullptr && only_stores(entry) && entry.guard == kNone;
    if (!harmless || check_write(entry, value, true).status != tlm::TLM_OK_RESPONSE) break;
    entry.value = value;
  }
  return done;
}

unsigned RegisterFile::debug_access(tlm::tlm_generic_payload& payload) {
  if (payload.get_data_ptr() == nullptr) return 0;
  if (payload.is_write()) return debug_write(payload);
  if (!payload.is_read()) return 0;
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
