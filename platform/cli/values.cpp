#include "platform/cli/values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "schedules/workload/byte_size.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& expected, const std::string& text) {
  throw InputError(fmt::format("{}: expected {}, found \"{}\"", shown(option), expected, shown(text)));
}

// Nothing for text that is not wholly a finite number.
std::optional<double> parse_number(const std::string& text) {
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

int64_t parse_size(const std::string& text, const std::string& option) {
  const std::optional<uint64_t> bytes = byte_size(text);
  if (!bytes) refuse(option, "a size such as 65536, 64KiB or 1MiB", text);
  if (*bytes == 0) refuse(option, "at least 1 byte", text);
  if (*bytes == kTooManyBytes) refuse(option, "a size below 2^63 bytes", text);
  return static_cast<int64_t>(*bytes);
}

std::vector<int64_t> parse_sizes(const std::string& text, const std::string& option) {
  std::vector<int64_t> sizes;
  for (const std::string& part : parse_list(text, option)) {
    const size_t dots = part.find("..");
    const int64_t last = parse_size(dots == std::string::npos ? part : part.substr(dots + 2), option);
    if (dots != std::string::npos) {
      const int64_t first = parse_size(part.substr(0, dots), option);
      if (first >= last) refuse(option, "a range from a smaller size to a larger one", part);
      sizes.push_back(first);
      while (sizes.back() < last - sizes.back()) sizes.push_back(2 * sizes.back());
    }
    sizes.push_back(last);
  }
  std::sort(sizes.begin(), sizes.end());
  if (std::adjacent_find(sizes.begin(), sizes.end()) != sizes.end()) {
    refuse(option, "each size once", text);
  }
  return sizes;
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
  const std::optional<double> value = parse_number(text);
  if (!value || *value <= 0) refuse(option, "a number of seconds above 0", text);
  return *value;
}

double parse_percent(const std::string& text, const std::string& option, double most) {
  const std::optional<double> value = parse_number(text);
  if (!value || *value < 0 || std::signbit(*value) || *value > most) {
    refuse(option, fmt::format("percent between 0 and {}, such as 5 or 2.5", most), text);
  }
  return *value;
}

uint64_t parse_picoseconds(const std::string& text, const std::string& option) {
  static const char* const kExpected = "a time such as 500ns, 2.5us or 1ms";
  static const std::pair<const char*, double> kUnits[] = {
      {"ps", 1}, {"ns", 1e3}, {"us", 1e6}, {"ms", 1e9}, {"s", 1e12}};
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value) || std::signbit(value)) refuse(option, kExpected, text);
  const std::string unit(end, last);
  for (const auto& [name, scale] : kUnits) {
    if (unit != name) continue;
    const double picoseconds = std::round(value * scale);
    if (picoseconds >= 0x1p64) refuse(option, "a time below 2^64 ps", text);
    return static_cast<uint64_t>(picoseconds);
  }
  refuse(option, kExpected, text);
}

std::vector<std::string> parse_list(const std::string& text, const std::string& option) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (std::find(parts.begin(), parts.end(), "") != parts.end()) refuse(option, "values between commas", text);
  return parts;
}

std::string parse_choice(const std::string& text, const std::string& option,
                         const std::vector<std::string>& choices) {
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    throw InputError(fmt::format("{}: expected one of {}, found \"{}\"{}", option, fmt::join(choices, ", "),
                                 shown(text), did_you_mean(text, choices)));
  }
  return text;
}

}  // namespace hwcvp
