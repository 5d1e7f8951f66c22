#include "platform/cli/values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "schedules/error.h"

namespace hwcvp {

namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& expected, const std::string& text) {
  throw InputError(fmt::format("{}: expected {}, found \"{}\"", option, expected, text));
}

}  // namespace

int64_t parse_size(const std::string& text, const std::string& option) {
  static const char* const kExpected = "a size such as 65536, 64KiB or 1MiB";
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) refuse(option, "a size below 2^63 bytes", text);
  if (error != std::errc() || text[0] == '-') refuse(option, kExpected, text);
  const std::string unit(end, text.data() + text.size());
  int shift = 0;
  if (unit == "KiB") {
    shift = 10;
  } else if (unit == "MiB") {
    shift = 20;
  } else if (unit == "GiB") {
    shift = 30;
  } else if (!unit.empty()) {
    refuse(option, kExpected, text);
  }
  if (value == 0) refuse(option, "at least 1 byte", text);
  if (value > std::numeric_limits<int64_t>::max() >> shift) refuse(option, "a size below 2^63 bytes", text);
  return value << shift;
}

uint64_t parse_integer(const std::string& text, const std::string& option, uint64_t least, uint64_t most) {
  uint64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || value < least || value > most) {
    refuse(option, fmt::format("an integer between {} and {}", least, most), text);
  }
  return value;
}

double parse_seconds(const std::string& text, const std::string& option) {
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || !std::isfinite(value) || value <= 0) {
    refuse(option, "a number of seconds above 0", text);
  }
  return value;
}

std::string parse_choice(const std::string& text, const std::string& option,
                         const std::vector<std::string>& choices) {
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    refuse(option, fmt::format("one of {}", fmt::join(choices, ", ")), text);
  }
  return text;
}

}  // namespace hwcvp
