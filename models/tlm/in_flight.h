// What waits, in a sentence.
#pragma once

#include <cstddef>
#include <sstream>
#include <string>
#include <systemc>
#include <tlm>

namespace hwcvp::tlm_support {

// Tells of the transactions of a socket that have begun and not ended: how many they are, and which is the
// oldest.
class InFlight {
 public:
  // `waits_for` is what the transaction lacks.
  void add(const tlm::tlm_generic_payload& payload, const sc_core::sc_time& begin, const char* waits_for) {
    if (count_++ != 0 && begin >= begin_) return;
    oldest_ = &payload;
    begin_ = begin;
    waits_for_ = waits_for;
  }
  // "2 transactions in flight, the oldest for 3 us: read of 64 bytes at 0x40, waits for END_REQ"; empty where
  // there are none. While the payloads live; addresses are those that interconnects have made of them.
  std::string text() const {
    if (count_ == 0) return "";
    std::ostringstream text;
    text << count_ << (count_ == 1 ? " transaction" : " transactions") << " in flight, the oldest for "
         << (sc_core::sc_time_stamp() - begin_).to_string() << ": "
         << (oldest_->is_write() ? "write" : "read") << " of " << oldest_->get_data_length() << " bytes at 0x"
         << std::hex << oldest_->get_address() << ", waits for " << waits_for_;
    return text.str();
  }

 private:
  size_t count_ = 0;
  const tlm::tlm_generic_payload* oldest_ = nullptr;
  sc_core::sc_time begin_;
  const char* waits_for_ = "";
};

}  // namespace hwcvp::tlm_support
