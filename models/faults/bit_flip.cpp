#include "models/faults/bit_flip.h"

#include <bitset>

namespace hwcvp {

namespace {

constexpr uint64_t kWord = 8;  // bytes of a code word

bool enabled(const tlm::tlm_generic_payload& payload, uint64_t offset) {
  const unsigned char* const enables = payload.get_byte_enable_ptr();
  return enables == nullptr || enables[offset % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED;
}

}  // namespace

bool BitFlip::request(tlm::tlm_generic_payload& payload) {
  if (payload.is_read() && ++reads_ == properties_.at) {
    flip(payload.get_address());
    note(std::string(name()) + ": bits flipped before read " + std::to_string(reads_) + " of the memory, " +
         describe(payload));
  }
  return true;
}

void BitFlip::flip(uint64_t address) {
  unsigned char byte = 0;
  tlm::tlm_generic_payload payload;
  payload.set_address(address);
  payload.set_data_ptr(&byte);
  payload.set_data_length(1);
  payload.set_streaming_width(1);
  payload.set_command(tlm::TLM_READ_COMMAND);
  if (initiator_socket->transport_dbg(payload) != 1) return;  // outside the memory, which will say so
  byte ^= properties_.mask;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  initiator_socket->transport_dbg(payload);
  wrong_[address] = properties_.mask;
}

void BitFlip::response(tlm::tlm_generic_payload& payload) {
  if (wrong_.empty() || !payload.is_response_ok()) return;
  if (payload.is_write()) {
    forget_written(payload, payload.get_data_length());
  } else if (payload.is_read() && properties_.secded && !correct(payload, payload.get_data_length(), true)) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
  }
}

void BitFlip::debugged(tlm::tlm_generic_payload& payload, unsigned bytes) {
  if (wrong_.empty()) return;
  if (payload.is_write()) {
    forget_written(payload, bytes);
  } else if (payload.is_read() && properties_.secded) {
    correct(payload, bytes, false);
  }
}

void BitFlip::forget_written(const tlm::tlm_generic_payload& payload, unsigned bytes) {
  const uint64_t start = payload.get_address();
  for (auto entry = wrong_.lower_bound(start); entry != wrong_.end() && entry->first - start < bytes;) {
    entry = enabled(payload, entry->first - start) ? wrong_.erase(entry) : std::next(entry);
  }
}

// False where a word has more wrong bits than the code corrects.
bool BitFlip::correct(tlm::tlm_generic_payload& payload, unsigned bytes, bool counted) {
  if (bytes == 0) return true;
  const uint64_t start = payload.get_address();
  const uint64_t last_word = (start + bytes - 1) / kWord;
  for (auto entry = wrong_.lower_bound(start / kWord * kWord);
       entry != wrong_.end() && entry->first / kWord <= last_word; ++entry) {
    const auto& [address, bits] = *entry;
    const auto next = std::next(entry);
    const bool shared = next != wrong_.end() && next->first / kWord == address / kWord;
    if (shared || std::bitset<8>(bits).count() > 1) return false;
    if (counted) ++corrected_;
    if (address >= start && address - start < bytes && enabled(payload, address - start)) {
      payload.get_data_ptr()[address - start] ^= bits;
    }
  }
  return true;
}

}  // namespace hwcvp
