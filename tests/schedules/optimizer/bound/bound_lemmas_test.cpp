// The lemmas that the residence bound is made of, each against everything that it speaks of on small cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "schedules/math/wide.h"
#include "schedules/optimizer/bound/axis_pieces.h"
#include "schedules/optimizer/bound/axis_shape.h"
#include "schedules/optimizer/bound/overlap.h"
#include "schedules/optimizer/bound/piece_sums.h"
#include "schedules/workload/error.h"

namespace hwcvp::optimizer {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

// An axis as its layer says it, without the geometry that the bound uses.
struct Axis {
  Layer layer;
  std::string text;

  int64_t outputs() const { return layer.out_width(); }
  int64_t lines() const { return layer.in_width; }
  int64_t taps() const { return layer.kernel_shape[1]; }
  int64_t line(int64_t output, int64_t tap) const {
    return output * layer.strides[1] + tap * layer.dilations[1] - layer.pads[1];
  }
  // Lines that exist and that the outputs of [begin, end) meet through any tap.
  std::vector<bool> touched(int64_t begin, int64_t end, int64_t first_tap, int64_t end_tap) const {
    std::vector<bool> found(static_cast<size_t>(lines()), false);
    for (int64_t output = begin; output < end; ++output) {
      for (int64_t tap = first_tap; tap < end_tap; ++tap) {
        const int64_t at = line(output, tap);
        if (at >= 0 && at < lines()) found[static_cast<size_t>(at)] = true;
      }
    }
    return found;
  }
  int64_t touched_count(int64_t begin, int64_t end) const {
    const std::vector<bool> found = touched(begin, end, 0, taps());
    return std::count(found.begin(), found.end(), true);
  }
  // Lines from the first to the last, those in gaps too.
  int64_t hull(int64_t begin, int64_t end) const {
    const int64_t first = std::max<int64_t>(0, line(begin, 0));
    return std::max<int64_t>(0, std::min(lines() - 1, line(end - 1, taps() - 1)) - first + 1);
  }
};

// All small axes, with strides, dilations and pads.
void for_each_axis(const std::function<void(const Axis&)>& check) {
  for (int64_t width = 1; width <= 8; width += 1) {
    for (int64_t taps = 2; taps <= 4; ++taps) {
      for (int64_t stride = 1; stride <= 5; ++stride) {
        for (int64_t dilation = 1; dilation <= 3; ++dilation) {
          for (int64_t pad = 0; pad <= 3; ++pad) {
            for (int64_t pad_after = 0; pad_after <= 3; pad_after += 1 + pad % 2) {
              Axis axis;
              axis.layer.in_width = width;
              axis.layer.in_height = 1;
              axis.layer.kernel_shape = {1, taps};
              axis.layer.strides = {1, stride};
              axis.layer.dilations = {1, dilation};
              axis.layer.pads = {0, pad, 0, pad_after};
              try {
                axis.layer.validate("axis");
              } catch (const InputError&) {
                continue;
              }
              axis.text = "width " + std::to_string(width) + " taps " + std::to_string(taps) + " stride " +
                          std::to_string(stride) + " dilation " + std::to_string(dilation) + " pads " +
                          std::to_string(pad) + " " + std::to_string(pad_after);
              check(axis);
              if (testing::Test::HasFailure()) return;
            }
          }
        }
      }
    }
  }
}

// All ways to write `extent` as so many sizes of 1 to `most`, as the ends of the pieces.
void for_each_cut(int64_t extent, int64_t count, int64_t most, std::vector<int64_t>& ends,
                  const std::function<void(const std::vector<int64_t>&)>& check) {
  const int64_t begin = ends.empty() ? 0 : ends.back();
  if (count == 0) {
    if (begin == extent) check(ends);
    return;
  }
  for (int64_t end = begin + 1; end <= std::min(extent, begin + most); ++end) {
    ends.push_back(end);
    for_each_cut(extent, count - 1, most, ends, check);
    ends.pop_back();
  }
}

void for_each_cut(int64_t extent, int64_t count, int64_t most,
                  const std::function<void(const std::vector<int64_t>&)>& check) {
  std::vector<int64_t> ends;
  for_each_cut(extent, count, most, ends, check);
}

TEST(BoundLemmas, WideProductsAndRootsRoundToTheirSide) {
  for (int64_t square = 0; square < 3000; ++square) {
    const int64_t root = root_down(square);
    EXPECT_LE(root * root, square);
    EXPECT_GT((root + 1) * (root + 1), square);
  }
  const int64_t large = (int64_t{1} << 62) + 12345;
  EXPECT_EQ(root_down(static_cast<int128>(large) * large), large);
  EXPECT_EQ(root_down(static_cast<int128>(large) * large - 1), large - 1);
  EXPECT_EQ(scaled_down(large, 6, 9), large / 3 * 2 + large % 3 * 2 / 3);
  EXPECT_EQ(scaled_up(7, 5, 4), 9);
  EXPECT_EQ(scaled_down(7, 5, 4), 8);
  EXPECT_EQ(scaled_up(8, 5, 4), 10);
}

// Lemma 4: the lines that outputs and taps touch.
TEST(BoundLemmas, LinesTouchedAreThoseOfEveryPair) {
  for_each_axis([](const Axis& axis) {
    const AxisShape shape(axis.layer, 1);
    for (int64_t begin = 0; begin < axis.outputs(); ++begin) {
      for (int64_t end = begin + 1; end <= axis.outputs(); ++end) {
        for (int64_t first = 0; first < axis.taps(); ++first) {
          for (int64_t last = first + 1; last <= axis.taps(); ++last) {
            const std::vector<bool> found = axis.touched(begin, end, first, last);
            ASSERT_EQ(shape.lines_touched({begin, end}, {first, last}),
                      std::count(found.begin(), found.end(), true))
                << axis.text;
          }
        }
      }
    }
  });
}

// Lemma 5: the largest region of so many pieces.
TEST(BoundLemmas, SomePieceHasTheLeastRegion) {
  for_each_axis([](const Axis& axis) {
    const AxisShape shape(axis.layer, 1);
    for (int64_t count = 1; count <= std::min<int64_t>(4, axis.outputs()); ++count) {
      for (int64_t most = 1; most <= axis.outputs(); ++most) {
        int64_t least = kMost;
        for_each_cut(axis.outputs(), count, most, [&](const std::vector<int64_t>& ends) {
          int64_t largest = 0;
          for (size_t i = 0; i < ends.size(); ++i) {
            largest = std::max(largest, axis.hull(i == 0 ? 0 : ends[i - 1], ends[i]));
          }
          least = std::min(least, largest);
        });
        if (least == kMost) continue;
        ASSERT_LE(least_region(shape, count, most), least)
            << axis.text << " pieces " << count << " of " << most;
      }
    }
  });
}

// Lemma 6: lines that the pieces need together, and the smallest region of one.
TEST(BoundLemmas, PiecesTouchAtLeastTheirLines) {
  int64_t reached = 0;
  int64_t cuts = 0;
  for_each_axis([&](const Axis& axis) {
    const AxisShape shape(axis.layer, 1);
    for (const Cutting& cutting : cuttings(shape)) {
      if (cutting.count > 4) continue;
      const AxisPieces pieces(shape, cutting, axis.outputs());
      int64_t least = kMost;
      int64_t least_region = kMost;
      for_each_cut(axis.outputs(), cutting.count, cutting.limit, [&](const std::vector<int64_t>& ends) {
        if (ends[0] < cutting.largest) return;
        int64_t sum = 0;
        int64_t largest = 0;
        for (size_t i = 0; i < ends.size(); ++i) {
          const int64_t begin = i == 0 ? 0 : ends[i - 1];
          sum += axis.touched_count(begin, ends[i]);
          largest = std::max(largest, axis.hull(begin, ends[i]));
        }
        least = std::min(least, sum);
        least_region = std::min(least_region, largest);
      });
      if (least == kMost) continue;
      ASSERT_LE(pieces.region(), std::max<int64_t>(1, least_region))
          << axis.text << " pieces " << cutting.count;
      ++cuts;
      reached += pieces.lines() == least ? 1 : 0;
      ASSERT_LE(pieces.lines(), least) << axis.text << " pieces " << cutting.count;
    }
  });
  EXPECT_GT(reached, cuts * 8 / 10) << "of " << cuts << ": the lemma is far from the least";
}

// Lemma 7 on an axis: what a window keeps over a piece, and from a piece to the next.
TEST(BoundLemmas, WindowsKeepNoMoreAtTheEndsOfPieces) {
  for_each_axis([](const Axis& axis) {
    const AxisShape shape(axis.layer, 1);
    if (shape.dense) return;  // where other lemmas hold as well
    for (const Cutting& cutting : cuttings(shape)) {
      if (cutting.count > 3) continue;
      const AxisPieces pieces(shape, cutting, axis.outputs());
      for (int64_t window = 1; window <= axis.lines(); ++window) {
        for_each_cut(axis.outputs(), cutting.count, cutting.limit, [&](const std::vector<int64_t>& ends) {
          if (ends[0] < cutting.largest) return;
          int64_t within = 0;
          int64_t across = 0;
          int64_t last_end = -1;  // of the piece before: its last line, if it has one
          for (size_t i = 0; i < ends.size(); ++i) {
            const int64_t begin = i == 0 ? 0 : ends[i - 1];
            const int64_t first = std::max<int64_t>(0, axis.line(begin, 0));
            const int64_t last = std::min(axis.lines() - 1, axis.line(ends[i] - 1, axis.taps() - 1));
            // Windows [first, first + window) and (last - window, last].
            const auto common = [&](int64_t from, int64_t to) {
              int64_t lines = 0;
              for (int64_t at = 0; at < axis.lines(); ++at) {
                const bool in_first = at >= from && at < from + window && at <= last;
                const bool in_last = at <= to && at > to - window;
                lines += in_first && in_last ? 1 : 0;
              }
              return lines;
            };
            if (last >= first) within += common(first, last);
            if (i > 0 && last_end >= 0 && last >= first) across += common(first, last_end);
            last_end = last;
          }
          ASSERT_LE(across, pieces.kept_to_next(window)) << axis.text << " window " << window;
          // Only lines that are needed count where a piece is passed again.
          ASSERT_LE(std::min(within, pieces.lines()), pieces.kept(window))
              << axis.text << " window " << window << " pieces " << cutting.count;
        });
        if (testing::Test::HasFailure()) return;
      }
    }
  });
}

TEST(BoundLemmas, WindowsAtTheEndsOverlapNoMore) {
  for (int64_t lines = 1; lines <= 9; ++lines) {
    for (int64_t window = 0; window <= 10; ++window) {
      int64_t most = 0;
      for (int64_t first = 0; first <= std::min(window, lines); ++first) {
        for (int64_t last = 0; last <= std::min(window, lines); ++last) {
          most = std::max(most, std::max<int64_t>(0, first + last - lines));
        }
      }
      EXPECT_EQ(overlap_at_ends(window, lines), most) << window << " of " << lines;
    }
  }
  EXPECT_EQ(overlap_at_ends(3, -2), 0);
}

// Lemma 8.
TEST(BoundLemmas, WindowsAtTheCornersOverlapNoMore) {
  int64_t reached = 0;
  for (int64_t rows = 1; rows <= 8; ++rows) {
    for (int64_t columns = 1; columns <= 8; ++columns) {
      for (int64_t window = 1; window <= rows * columns; ++window) {
        int64_t most = 0;
        for (int64_t down = 1; down <= rows; ++down) {
          const int64_t across = std::min(columns, window / down);
          most = std::max(most, overlap_at_ends(down, rows) * overlap_at_ends(across, columns));
        }
        ASSERT_LE(most, overlap_at_corners(window, rows * columns));
        ASSERT_LE(most, most_overlap_at_corners(window, rows * columns));
        ASSERT_LE(most, most_overlap_at_corners(window, 1 + rows * columns / 2));
        reached += most == overlap_at_corners(window, rows * columns) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(reached, 200);
}

// Lemma 9: what pieces of unknown sizes cost together.
TEST(BoundLemmas, PiecesCostNoLessThanTheirSum) {
  uint64_t state = 1;
  const auto random = [&state](int64_t most) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<int64_t>((state >> 33U) % static_cast<uint64_t>(most + 1));
  };
  int64_t reached = 0;
  int64_t cases = 0;
  for (int64_t extent = 2; extent <= 9; ++extent) {
    for (int64_t count = 1; count <= std::min<int64_t>(4, extent); ++count) {
      for (int64_t widest = (extent + count - 1) / count; widest <= extent - count + 1; ++widest) {
        for (int sample = 0; sample < 20; ++sample) {
          const int64_t step = 1 + sample % 2;
          std::vector<std::vector<int64_t>> costs(3, std::vector<int64_t>(static_cast<size_t>(extent) + 1));
          for (std::vector<int64_t>& of : costs) {
            for (size_t size = 1; size < of.size(); ++size) of[size] = of[size - 1] + random(6);
          }
          if (sample % 4 == 0) costs[1] = costs[2] = costs[0];
          const auto cost = [&](int64_t size, bool first, bool last) {
            return costs[first ? 0 : last ? 1 : 2][static_cast<size_t>(size)];
          };
          int64_t least = kMost;
          for_each_cut(extent, count, widest, [&](const std::vector<int64_t>& ends) {
            int64_t sum = 0;
            for (size_t i = 0; i < ends.size(); ++i) {
              sum += cost(ends[i] - (i == 0 ? 0 : ends[i - 1]), i == 0, i + 1 == ends.size());
            }
            least = std::min(least, sum);
          });
          const int64_t narrowest = std::max<int64_t>(1, extent - (count - 1) * widest);
          const PieceSizes pieces = {count, extent, narrowest, widest, sample % 4 == 0, step};
          const int64_t bound = least_sum(pieces, cost);
          ASSERT_LE(bound, least) << extent << " in " << count << " of " << widest;
          ++cases;
          reached += bound == least ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(reached, cases / 3) << "of " << cases << ": the lemma is far from the least";
}

}  // namespace
}  // namespace hwcvp::optimizer
