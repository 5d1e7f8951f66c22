// Packets of the GDB remote serial protocol, as they travel: $payload#checksum, with escapes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hwcvp::gdb {

// Longest payload in either direction, in bytes as they travel.
inline constexpr size_t kMaxPayload = 16384;

struct Event {
  enum class Kind {
    packet,            // `payload` arrived whole, escapes removed
    broken_packet,     // wrong checksum, or longer than kMaxPayload
    acknowledged,      // '+'
    not_acknowledged,  // '-'
    interrupt          // Ctrl-C
  };
  Kind kind;
  std::string payload;
};

// Does not know run-length encoding, which only a stub may use.
//
// Cuts a stream of bytes into events. Whatever stands between packets and is none of the single characters
// above is skipped; a packet that breaks off where another begins counts as broken. Takes any bytes, and
// keeps at most kMaxPayload of them.
class PacketReader {
 public:
  // The next byte. The event that it completes, where it does.
  std::optional<Event> take(char byte);

 private:
  enum class State { outside, payload, escaped, first_digit, second_digit };

  std::optional<Event> take_outside(char byte);
  std::optional<Event> take_payload(char byte);
  Event begin_again();
  Event finish(char byte);
  void begin();

  State state_ = State::outside;
  std::string payload_;
  bool broken_ = false;
  unsigned char sum_ = 0;
  char first_digit_ = 0;
};

// The packet for a payload: escaped, framed, with its checksum.
std::string packet(std::string_view payload);

}  // namespace hwcvp::gdb
