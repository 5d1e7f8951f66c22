// Sums over the pieces of a dimension whose sizes are not known.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "schedules/math/division.h"

namespace hwcvp::optimizer {

// `count` pieces of `narrowest` to `widest` each that add up to `extent`. `alike`: those at the ends cost as
// much as others. Of each `step` sizes the smallest stands for all, where larger pieces cost no less.
struct PieceSizes {
  int64_t count;
  int64_t extent;
  int64_t narrowest;
  int64_t widest;
  bool alike;
  int64_t step = 1;

  // How many pieces differ in what is asked of them.
  int64_t kinds() const {
    if (count == 1) return 1;
    return (alike ? 1 : std::min<int64_t>(count, 3)) * ceil_div(widest - narrowest + 1, step);
  }
};

// What the pieces cost together at least, with `cost(size, first, last)` for one of them. With a price for
// each unit of size, the pieces cost the price of the whole and, each, at least what the best size costs
// beyond its price; the best price is a slope of the costs. Costs times sizes must not overflow.
template <typename Cost>
int64_t least_sum(const PieceSizes& pieces, const Cost& cost) {
  if (pieces.count == 1) return cost(pieces.extent, true, true);
  const auto costs = [&](bool first, bool last) {
    std::vector<int64_t> values;
    for (int64_t size = pieces.narrowest; size <= pieces.widest; size += pieces.step) {
      values.push_back(cost(size, first, last));
    }
    return values;
  };
  const std::vector<int64_t> first = costs(true, false);
  const std::vector<int64_t> last = pieces.alike ? first : costs(false, true);
  const std::vector<int64_t> inner = pieces.alike || pieces.count == 2 ? first : costs(false, false);
  const auto sizes = static_cast<int64_t>(first.size());
  const auto largest = [&](int64_t i) {  // that value i stands for
    return std::min(pieces.widest, pieces.narrowest + (i + 1) * pieces.step - 1);
  };
  const auto at_price = [&](int64_t price, int64_t per) {
    const auto beyond = [&](const std::vector<int64_t>& values) {
      int64_t least = values[0] * per - price * largest(0);
      for (int64_t i = 1; i < sizes; ++i) {
        least = std::min(least, values[static_cast<size_t>(i)] * per - price * largest(i));
      }
      return least;
    };
    return ceil_div(std::max<int64_t>(0, price * pieces.extent + beyond(first) + beyond(last) +
                                             (pieces.count - 2) * beyond(inner)),
                    per);
  };
  int64_t most = at_price(0, 1);
  for (const std::vector<int64_t>& values : {first, inner, last}) {
    for (int64_t to = 1; to < sizes; ++to) {
      for (int64_t from = 0; from < to; ++from) {
        const int64_t rise = values[static_cast<size_t>(to)] - values[static_cast<size_t>(from)];
        if (rise > 0) most = std::max(most, at_price(rise, largest(to) - largest(from)));
      }
    }
  }
  return most;
}

}  // namespace hwcvp::optimizer
