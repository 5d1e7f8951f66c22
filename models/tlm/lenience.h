// What others do against the standard and the models put up with, told once for each socket.
#pragma once

#include <string>
#include <systemc>
#include <tlm>
#include <utility>

namespace hwcvp::tlm_support {

// A warning of the type "/hwcvp/protocol" that is given once.
class WarningOnce {
 public:
  // `socket` is the name that the warning begins with.
  explicit WarningOnce(std::string socket) : socket_(std::move(socket)) {}
  void give(const char* what) {
    if (given_) return;
    given_ = true;
    SC_REPORT_WARNING("/hwcvp/protocol", (socket_ + ": " + what + "; told once for this socket").c_str());
  }

 private:
  const std::string socket_;
  bool given_ = false;
};

// Whether a transaction streams: its streaming width is below its data length. A width of 0, which the
// standard forbids and some initiators send, stands for no streaming.
inline bool streams(const tlm::tlm_generic_payload& payload) {
  const unsigned width = payload.get_streaming_width();
  return width != 0 && width < payload.get_data_length();
}

// The target's side: warns of the first streaming width of 0.
class StreamingWidthCheck {
 public:
  // `socket` is its name.
  explicit StreamingWidthCheck(std::string socket) : warning_(std::move(socket)) {}
  void note(const tlm::tlm_generic_payload& payload) {
    if (payload.get_streaming_width() != 0 || payload.get_data_length() == 0) return;
    warning_.give("initiator: a streaming width of 0, taken as no streaming");
  }

 private:
  WarningOnce warning_;
};

// The initiator's side: which responses are good.
class ResponseCheck {
 public:
  // `accept_incomplete`: a response that the target left incomplete is good too, and the first one is warned
  // of. `socket` is its name.
  ResponseCheck(std::string socket, bool accept_incomplete)
      : accept_incomplete_(accept_incomplete), warning_(std::move(socket)) {}
  bool good(const tlm::tlm_generic_payload& payload) {
    if (payload.is_response_ok()) return true;
    if (!accept_incomplete_ || payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE) return false;
    warning_.give("target: a response without a status, taken for good");
    return true;
  }

 private:
  const bool accept_incomplete_;
  WarningOnce warning_;
};

}  // namespace hwcvp::tlm_support
