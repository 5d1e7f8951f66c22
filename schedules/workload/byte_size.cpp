#include "schedules/workload/byte_size.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace hwcvp {

namespace {

// Of 1024 to the power of what; none for what is no unit.
std::optional<int> power_of(std::string unit) {
  std::transform(unit.begin(), unit.end(), unit.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (unit.empty() || unit == "b") return 0;
  const size_t power = std::string_view("kmg").find(unit[0]);
  if (power == std::string_view::npos) return std::nullopt;
  const std::string rest = unit.substr(1);
  if (!rest.empty() && rest != "b" && rest != "ib") return std::nullopt;
  return static_cast<int>(power) + 1;
}

}  // namespace

std::optional<uint64_t> byte_size(std::string_view text) {
  uint64_t count = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, count);
  if (error == std::errc::invalid_argument) return std::nullopt;
  std::string_view unit(end, static_cast<size_t>(last - end));
  if (unit.size() > 1 && unit[0] == ' ') unit.remove_prefix(1);
  const std::optional<int> power = power_of(std::string(unit));
  if (!power) return std::nullopt;
  if (error != std::errc() || count >= kTooManyBytes >> (10 * *power)) return kTooManyBytes;
  return count << (10 * *power);
}

}  // namespace hwcvp
