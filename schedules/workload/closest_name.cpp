#include "schedules/workload/closest_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace hwcvp {

size_t edit_distance(std::string_view a, std::string_view b) {
  // Distances of the first i - 2, i - 1 and i characters of a from all prefixes of b.
  std::vector<size_t> before_last(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

std::optional<std::string> closest_name(std::string_view text, const std::vector<std::string>& names) {
  constexpr size_t kLongest = 100;  // which bounds the time
  if (text.size() > kLongest) return std::nullopt;
  std::optional<std::string> closest;
  size_t least = std::max<size_t>(1, text.size() / 3) + 1;
  for (const std::string& name : names) {
    const size_t distance = edit_distance(text, name);
    if (distance >= least) continue;
    least = distance;
    closest = name;
  }
  return closest;
}

std::string did_you_mean(std::string_view text, const std::vector<std::string>& names,
                         std::string_view prefix) {
  const std::optional<std::string> name = closest_name(text, names);
  return name ? fmt::format("; did you mean {}{}?", prefix, *name) : "";
}

}  // namespace hwcvp
