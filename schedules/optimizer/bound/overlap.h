// What the first and the last place of a window have in common. The lemmas are those of
// docs/residence-bound.md.
#pragma once

#include <algorithm>
#include <cstdint>

#include "schedules/math/wide.h"

namespace hwcvp::optimizer {

// Lemma 7: two windows of at most `window` lines each, one at either end of so many lines.
constexpr int64_t overlap_at_ends(int64_t window, int64_t lines) {
  return std::clamp<int64_t>(2 * window - lines, 0, std::max<int64_t>(0, std::min(window, lines)));
}

// Lemma 8: two windows of at most `window` elements each, at opposite corners of `area` elements.
constexpr int64_t overlap_at_corners(int64_t window, int64_t area) {
  if (window >= area) return area;
  if (4 * window <= area) return 0;
  return 4 * window + area - root_down(static_cast<int128>(16) * window * area);
}

// Lemma 8, of any area that is no smaller: most is kept of one that the window just holds.
constexpr int64_t most_overlap_at_corners(int64_t window, int64_t least_area) {
  return window >= least_area ? window : overlap_at_corners(window, least_area);
}

}  // namespace hwcvp::optimizer
