// Sums over progressions, grids and nested tiles against term-by-term addition.
#include "schedules/math/lattice_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "schedules/math/division.h"
#include "schedules/math/nested_tiles.h"
#include "schedules/math/start_set.h"

namespace hwcvp {
namespace {

int64_t draw(std::mt19937_64& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
}

TEST(LatticeSums, DivisionRoundsTowardsTheNamedSide) {
  EXPECT_EQ(floor_div(7, 2), 3);
  EXPECT_EQ(floor_div(-7, 2), -4);
  EXPECT_EQ(floor_div(-8, 2), -4);
  EXPECT_EQ(ceil_div(7, 2), 4);
  EXPECT_EQ(ceil_div(-7, 2), -3);
  EXPECT_EQ(ceil_div(8, 2), 4);
  EXPECT_EQ(up_to_multiple(7, 4), 8);
  EXPECT_EQ(up_to_multiple(8, 4), 8);
  EXPECT_EQ(up_to_multiple(-7, 4), -4);
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(ceil_div(kMost, 2), kMost / 2 + 1);
  EXPECT_EQ(floor_div(-kMost, 2), -kMost / 2 - 1);
}

TEST(LatticeSums, GridRampIsTheSumOfItsTerms) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const int64_t base = draw(random, -400, 20);
    const int64_t step_i = draw(random, 1, 30);
    const int64_t step_j = draw(random, 1, 30);
    const int64_t count_i = draw(random, 0, 25);
    const int64_t count_j = draw(random, 0, 25);
    int64_t expected = 0;
    for (int64_t a = 0; a < count_i; ++a) {
      for (int64_t b = 0; b < count_j; ++b) expected += std::max<int64_t>(0, base + a * step_i + b * step_j);
    }
    ASSERT_EQ(static_cast<int64_t>(grid_ramp_sum(base, step_i, count_i, step_j, count_j)), expected)
        << base << " " << step_i << "x" << count_i << " " << step_j << "x" << count_j;
  }
}

// The grid is symmetric about its middle value, so that positive and negative halves cancel: the sum of all
// terms is known.
TEST(LatticeSums, LargeGridsKeepTheirBits) {
  constexpr int64_t kStepI = 1999;
  constexpr int64_t kStepJ = 1009;
  constexpr int64_t kCountI = 1000003;
  constexpr int64_t kCountJ = 900001;
  const int64_t middle = (kStepI * (kCountI - 1) + kStepJ * (kCountJ - 1)) / 2;
  const int128 positive = grid_ramp_sum(-middle, kStepI, kCountI, kStepJ, kCountJ);
  const int128 shifted = grid_ramp_sum(-middle + 1, kStepI, kCountI, kStepJ, kCountJ);
  // Raising each term by one adds the number of terms from zero on: half of them, and half of those that are
  // zero.
  const int128 added = shifted - positive;
  EXPECT_TRUE(2 * added - int128{kCountI} * kCountJ >= 0);
  EXPECT_TRUE(2 * added - int128{kCountI} * kCountJ <= kCountI);
}

struct Enumerated {
  int64_t start;
  int64_t size;
};

std::vector<Enumerated> enumerate(int64_t extent, const std::vector<int64_t>& tiles, size_t depth) {
  std::vector<Enumerated> pieces = {{0, extent}};
  for (size_t j = 0; j < depth; ++j) {
    std::vector<Enumerated> smaller;
    for (const Enumerated& piece : pieces) {
      for (int64_t at = 0; at < piece.size; at += tiles[j]) {
        smaller.push_back({piece.start + at, std::min(tiles[j], piece.size - at)});
      }
    }
    pieces = smaller;
  }
  return pieces;
}

struct RandomTiles {
  int64_t extent;
  std::vector<int64_t> tiles;
  NestedTiles nested;
};

RandomTiles random_tiles(std::mt19937_64& random, int64_t most) {
  const int64_t extent = draw(random, 1, most);
  RandomTiles result{extent, {}, NestedTiles(extent)};
  for (int64_t left = extent; left > 1 && random() % 4 != 0;) {
    left = draw(random, 1, left - 1);
    result.tiles.push_back(left);
    result.nested.cut(left);
  }
  return result;
}

TEST(NestedTiles, CountPiecesOfEachSizeAndFindTheLast) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 3000; ++i) {
    const RandomTiles test = random_tiles(random, 100);
    for (size_t depth = 0; depth <= test.tiles.size(); ++depth) {
      const auto pieces = enumerate(test.extent, test.tiles, depth);
      ASSERT_EQ(test.nested.pieces(depth), static_cast<int64_t>(pieces.size()));
      int64_t classified = 0;
      int64_t previous = test.extent + 1;
      for (const auto& group : test.nested.classes(depth)) {
        ASSERT_LT(group.size, previous) << "sizes are not in descending order";
        previous = group.size;
        classified += group.count;
        ASSERT_EQ(group.count, std::count_if(pieces.begin(), pieces.end(), [&](const Enumerated& piece) {
                    return piece.size == group.size;
                  }));
      }
      ASSERT_EQ(classified, static_cast<int64_t>(pieces.size()));
      const auto last = test.nested.last_piece(test.extent, 0, depth);
      ASSERT_EQ(last.start, pieces.back().start);
      ASSERT_EQ(last.size, pieces.back().size);
    }
  }
}

TEST(StartSets, SumsAndNeighboursAreThoseOfTheEnumeratedStarts) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 3000; ++i) {
    const RandomTiles a = random_tiles(random, 60);
    const RandomTiles b = random_tiles(random, 20);
    const auto depth_a = static_cast<size_t>(draw(random, 0, static_cast<int64_t>(a.tiles.size())));
    const auto depth_b = static_cast<size_t>(draw(random, 0, static_cast<int64_t>(b.tiles.size())));
    const auto pieces_a = enumerate(a.extent, a.tiles, depth_a);
    const auto pieces_b = enumerate(b.extent, b.tiles, depth_b);
    const int64_t size_a = pieces_a[random() % pieces_a.size()].size;
    const int64_t size_b = pieces_b[random() % pieces_b.size()].size;
    const int64_t scale_a = draw(random, 1, 5);
    const int64_t scale_b = draw(random, 1, 5);
    const hwcvp::Run run{draw(random, 0, 3), draw(random, 1, 4), draw(random, 1, 4)};

    std::vector<int64_t> numbers;
    for (const Enumerated& x : pieces_a) {
      for (const Enumerated& y : pieces_b) {
        if (x.size != size_a || y.size != size_b) continue;
        for (int64_t k = 0; k < run.count; ++k) {
          numbers.push_back(scale_a * (x.start + run.first + k * run.step) + scale_b * y.start);
        }
      }
    }
    std::sort(numbers.begin(), numbers.end());
    const StartSet starts_a(a.nested, depth_a, size_a, run);
    const StartSet starts_b(b.nested, depth_b, size_b);
    const SumSet set(starts_a, scale_a, starts_b, scale_b);
    ASSERT_EQ(set.count(), static_cast<int64_t>(numbers.size()));
    ASSERT_EQ(set.min(), numbers.front());
    ASSERT_EQ(set.max(), numbers.back());

    const int64_t offset = draw(random, -numbers.back() - 5, 5);
    const int64_t width = draw(random, 0, 40);
    int64_t expected = 0;
    for (const int64_t x : numbers) expected += std::clamp<int64_t>(x + offset, 0, width);
    ASSERT_EQ(set.clamped_sum(offset, width), expected);

    const int64_t bound = draw(random, -2, numbers.back() + 2);
    const auto place = std::lower_bound(numbers.begin(), numbers.end(), bound);
    const auto before = set.last_before(bound);
    const auto from = set.first_from(bound);
    ASSERT_EQ(before.has_value(), place != numbers.begin());
    if (before) {
      ASSERT_EQ(*before, *(place - 1));
    }
    ASSERT_EQ(from.has_value(), place != numbers.end());
    if (from) {
      ASSERT_EQ(*from, *place);
    }
  }
}

}  // namespace
}  // namespace hwcvp
