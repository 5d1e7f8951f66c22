// Neighbouring numbers: indices of a dimension of the nest, or lines of an axis.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hwcvp {

// Those from `start` on and before `end`; none where `end` is not above `start`.
struct Range {
  int64_t start = 0;
  int64_t end = 0;

  constexpr bool empty() const { return end <= start; }
  constexpr int64_t count() const { return empty() ? 0 : end - start; }
};

// Both ends are equal. Ranges that are empty in different places differ.
constexpr bool operator==(Range a, Range b) { return a.start == b.start && a.end == b.end; }
constexpr bool operator!=(Range a, Range b) { return !(a == b); }

constexpr Range intersection(Range a, Range b) {
  return {std::max(a.start, b.start), std::min(a.end, b.end)};
}

}  // namespace hwcvp
