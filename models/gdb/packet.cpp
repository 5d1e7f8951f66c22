#include "models/gdb/packet.h"

#include <utility>

#include "models/gdb/hexadecimal.h"

namespace hwcvp::gdb {

namespace {

constexpr char kBegin = '$';
constexpr char kEnd = '#';
constexpr char kEscape = '}';
constexpr char kEscapeBit = 0x20;
constexpr char kInterrupt = 0x03;

}  // namespace

std::optional<Event> PacketReader::take(char byte) {
  switch (state_) {
    case State::outside:
      return take_outside(byte);
    case State::payload:
    case State::escaped:
      return take_payload(byte);
    case State::first_digit:
      if (byte == kBegin) return begin_again();
      first_digit_ = byte;
      state_ = State::second_digit;
      return std::nullopt;
    case State::second_digit:
      if (byte == kBegin) return begin_again();
      return finish(byte);
  }
  return std::nullopt;
}

std::optional<Event> PacketReader::take_outside(char byte) {
  switch (byte) {
    case kBegin:
      begin();
      return std::nullopt;
    case '+':
      return Event{Event::Kind::acknowledged, {}};
    case '-':
      return Event{Event::Kind::not_acknowledged, {}};
    case kInterrupt:
      return Event{Event::Kind::interrupt, {}};
    default:
      return std::nullopt;
  }
}

std::optional<Event> PacketReader::take_payload(char byte) {
  if (byte == kBegin) return begin_again();
  if (byte == kEnd) {
    broken_ = broken_ || state_ == State::escaped;  // an escape of nothing
    state_ = State::first_digit;
    return std::nullopt;
  }
  sum_ = static_cast<unsigned char>(sum_ + static_cast<unsigned char>(byte));
  if (state_ == State::payload && byte == kEscape) {
    state_ = State::escaped;
    return std::nullopt;
  }
  if (payload_.size() == kMaxPayload) {
    broken_ = true;
  } else {
    payload_ += state_ == State::escaped ? static_cast<char>(byte ^ kEscapeBit) : byte;
  }
  state_ = State::payload;
  return std::nullopt;
}

Event PacketReader::finish(char byte) {
  state_ = State::outside;
  const std::optional<uint64_t> sum = parse_hexadecimal(std::string{first_digit_, byte});
  if (broken_ || sum != sum_) return {Event::Kind::broken_packet, {}};
  return {Event::Kind::packet, std::move(payload_)};
}

Event PacketReader::begin_again() {
  begin();
  return {Event::Kind::broken_packet, {}};
}

void PacketReader::begin() {
  state_ = State::payload;
  payload_.clear();
  broken_ = false;
  sum_ = 0;
}

std::string packet(std::string_view payload) {
  std::string text(1, kBegin);
  unsigned char sum = 0;
  const auto put = [&](char byte) {
    text += byte;
    sum = static_cast<unsigned char>(sum + static_cast<unsigned char>(byte));
  };
  for (const char byte : payload) {
    if (byte == kBegin || byte == kEnd || byte == kEscape || byte == '*') {
      put(kEscape);
      put(static_cast<char>(byte ^ kEscapeBit));
    } else {
      put(byte);
    }
  }
  return text + kEnd + to_hexadecimal(std::string(1, static_cast<char>(sum)));
}

}  // namespace hwcvp::gdb
