// Every small axis, one output, tap and line at a time, against the closed forms.
#include "schedules/geometry/input_axis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "schedules/geometry/line_span.h"
#include "schedules/geometry/range.h"

namespace hwcvp {
namespace {

using Lines = std::set<int64_t>;

// An axis as a list of pairs of an output and a tap. Lines are those of the layer: 0 is the first of its
// input.
class ListedAxis {
 public:
  ListedAxis(const Layer& layer, size_t axis) : layer_(layer), axis_(axis) {
    outputs = axis == 0 ? layer.out_height() : layer.out_width();
    taps = layer.kernel_shape[axis];
    for (int64_t output = 0; output < outputs; ++output) {
      for (int64_t tap = 0; tap < taps; ++tap) met_by_any_.insert(line(output, tap));
    }
  }

  int64_t line(int64_t output, int64_t tap) const {
    return output * layer_.strides[axis_] + tap * layer_.dilations[axis_] - layer_.pads[axis_];
  }
  bool exists(int64_t line) const {
    return line >= 0 && line < (axis_ == 0 ? layer_.in_height : layer_.in_width);
  }
  // With one tap, only lines that some output meets ever travel.
  bool travels(int64_t line) const { return taps > 1 || met_by_any_.count(line) > 0; }
  // As tensors in memory count: with one tap, the output that meets the line.
  int64_t coordinate(int64_t line) const {
    return taps > 1 ? line : std::distance(met_by_any_.begin(), met_by_any_.find(line));
  }

  Lines met(Range of_outputs, Range of_taps) const {
    Lines lines;
    for (int64_t output = of_outputs.start; output < of_outputs.end; ++output) {
      for (int64_t tap = of_taps.start; tap < of_taps.end; ++tap) lines.insert(line(output, tap));
    }
    return lines;
  }
  // All that travel from the first to the last that is met, padding included.
  Lines hull(Range of_outputs, Range of_taps) const {
    const Lines ends = met(of_outputs, of_taps);
    Lines lines;
    for (int64_t line = *ends.begin(); line <= *ends.rbegin(); ++line) {
      if (travels(line)) lines.insert(line);
    }
    return lines;
  }
  Lines existing(const Lines& all) const {
    Lines lines;
    std::copy_if(all.begin(), all.end(), std::inserter(lines, lines.end()),
                 [&](int64_t l) { return exists(l); });
    return lines;
  }
  Lines region(Range of_outputs, Range of_taps) const { return existing(hull(of_outputs, of_taps)); }

  int64_t outputs;
  int64_t taps;

 private:
  const Layer& layer_;
  size_t axis_;
  Lines met_by_any_;
};

int64_t count(const Lines& lines) { return static_cast<int64_t>(lines.size()); }

int64_t count_shared(const Lines& a, const Lines& b) {
  return std::count_if(a.begin(), a.end(), [&](int64_t line) { return b.count(line) > 0; });
}

std::vector<Range> ranges_below(int64_t end) {
  std::vector<Range> ranges;
  for (int64_t start = 0; start < end; ++start) {
    for (int64_t stop = start + 1; stop <= end; ++stop) ranges.push_back({start, stop});
  }
  return ranges;
}

std::string text(const Layer& layer, size_t axis) {
  std::string text = "lines, taps, stride, dilation, pads:";
  for (const int64_t value :
       {axis == 0 ? layer.in_height : layer.in_width, layer.kernel_shape[axis], layer.strides[axis],
        layer.dilations[axis], layer.pads[axis], layer.pads[axis + 2]}) {
    text += " " + std::to_string(value);
  }
  return text;
}

struct Most {
  int64_t lines, taps, stride, dilation, pad;
};

// Calls visit(layer, axis) for every axis up to these sizes that a legal layer can have, rows and columns in
// turn.
int64_t for_each_axis(const Most& most, const std::function<void(const Layer&, size_t)>& visit) {
  int64_t axes = 0;
  for (int64_t lines = 1; lines <= most.lines; ++lines) {
    for (int64_t taps = 1; taps <= most.taps; ++taps) {
      for (int64_t stride = 1; stride <= most.stride; ++stride) {
        for (int64_t dilation = 1; dilation <= most.dilation; ++dilation) {
          for (int64_t before = 0; before <= most.pad; ++before) {
            for (int64_t after = 0; after <= most.pad; ++after) {
              if ((taps - 1) * dilation + 1 > lines + before + after) continue;
              const auto axis = static_cast<size_t>(axes++ % 2);
              Layer layer;
              // The other axis has other numbers, so that they are not confused.
              layer.in_height = layer.in_width = 40;
              layer.kernel_shape = {7, 7};
              (axis == 0 ? layer.in_height : layer.in_width) = lines;
              layer.kernel_shape[axis] = taps;
              layer.strides[axis] = stride;
              layer.dilations[axis] = dilation;
              layer.pads[axis] = before;
              layer.pads[axis + 2] = after;
              visit(layer, axis);
            }
          }
        }
      }
    }
  }
  return axes;
}

// Filters reach past the padding and lie in it whole; strides leave gaps; outputs lie beside all lines.
constexpr Most kSmall = {7, 4, 5, 4, 5};

TEST(InputAxis, RegionsAreTheLinesFromTheFirstMetToTheLast) {
  int64_t empty = 0;
  int64_t clipped_at_both_ends = 0;
  const int64_t axes = for_each_axis(kSmall, [&](const Layer& layer, size_t a) {
    const InputAxis axis(layer, a);
    const ListedAxis listed(layer, a);
    ASSERT_EQ(axis.outputs, listed.outputs);
    ASSERT_EQ(axis.taps, listed.taps);
    for (const Range outputs : ranges_below(listed.outputs)) {
      for (const Range taps : ranges_below(listed.taps)) {
        const Lines hull = listed.hull(outputs, taps);
        const Lines expected = listed.existing(hull);
        const Range region = axis.region(outputs, taps);
        ASSERT_EQ(axis.hull(outputs, taps).count(), count(hull)) << text(layer, a);
        ASSERT_EQ(axis.span(outputs.count(), taps.count()), count(hull)) << text(layer, a);
        ASSERT_EQ(region.count(), count(expected)) << text(layer, a);
        ASSERT_EQ(region.empty(), expected.empty()) << text(layer, a);
        if (expected.empty()) {
          ++empty;
          continue;
        }
        ASSERT_EQ(axis.in_memory(region).start, listed.coordinate(*expected.begin())) << text(layer, a);
        ASSERT_EQ(axis.in_memory(region).end - 1, listed.coordinate(*expected.rbegin())) << text(layer, a);
        clipped_at_both_ends +=
            *hull.begin() < *expected.begin() && *expected.rbegin() < *hull.rbegin() ? 1 : 0;
      }
    }
  });
  EXPECT_GT(axes, 10000);
  EXPECT_GT(empty, 10000);
  EXPECT_GT(clipped_at_both_ends, 10000);
}

TEST(InputAxis, LineIsWhereOneOutputAndOneTapMeet) {
  for_each_axis(kSmall, [](const Layer& layer, size_t a) {
    const InputAxis axis(layer, a);
    const ListedAxis listed(layer, a);
    for (int64_t output = 0; output < listed.outputs; ++output) {
      for (int64_t tap = 0; tap < listed.taps; ++tap) {
        const int64_t line = axis.line(output, tap);
        const bool exists = line >= 0 && line < axis.lines;
        ASSERT_EQ(exists, listed.exists(listed.line(output, tap))) << text(layer, a);
        ASSERT_EQ(line + axis.first_coordinate, listed.coordinate(listed.line(output, tap)))
            << text(layer, a);
      }
    }
  });
}

TEST(InputAxis, CutsShareTheLinesOfBothSides) {
  int64_t some = 0;
  for_each_axis(kSmall, [&](const Layer& layer, size_t a) {
    const InputAxis axis(layer, a);
    const ListedAxis listed(layer, a);
    const Range outputs = {0, listed.outputs};
    const Range taps = {0, listed.taps};
    for (int64_t cut = 1; cut < outputs.end; ++cut) {
      const int64_t shared =
          count_shared(listed.region({0, cut}, taps), listed.region({cut, outputs.end}, taps));
      ASSERT_EQ(axis.shared_at_output(cut), shared) << text(layer, a);
      some += shared > 0 ? 1 : 0;
    }
    for (int64_t cut = 1; cut < taps.end; ++cut) {
      ASSERT_EQ(axis.shared_at_tap(cut),
                count_shared(listed.region(outputs, {0, cut}), listed.region(outputs, {cut, taps.end})))
          << text(layer, a);
    }
  });
  EXPECT_GT(some, 10000);
}

TEST(InputAxis, MeetingsAndTouchedLinesAreCounted) {
  for_each_axis(kSmall, [](const Layer& layer, size_t a) {
    const InputAxis axis(layer, a);
    const ListedAxis listed(layer, a);
    const auto meetings = [&](Range outputs, Range taps) {
      int64_t pairs = 0;
      for (int64_t output = outputs.start; output < outputs.end; ++output) {
        for (int64_t tap = taps.start; tap < taps.end; ++tap)
          pairs += listed.exists(listed.line(output, tap)) ? 1 : 0;
      }
      return pairs;
    };
    const Range all_outputs = {0, listed.outputs};
    const Range all_taps = {0, listed.taps};
    ASSERT_EQ(axis.meetings(), meetings(all_outputs, all_taps)) << text(layer, a);
    for (const Range outputs : ranges_below(listed.outputs)) {
      ASSERT_EQ(axis.meetings(outputs, {1, listed.taps}), meetings(outputs, {1, listed.taps}))
          << text(layer, a);
      ASSERT_EQ(axis.meetings(outputs, all_taps), meetings(outputs, all_taps)) << text(layer, a);
    }
    ASSERT_EQ(axis.touched_lines(), count(listed.existing(listed.met(all_outputs, all_taps))))
        << text(layer, a);
  });
}

TEST(InputAxis, GapsAreLinesOfARegionThatNothingMeets) {
  for_each_axis(kSmall, [](const Layer& layer, size_t a) {
    const InputAxis axis(layer, a);
    const ListedAxis listed(layer, a);
    bool gaps = false;
    for (const Range outputs : ranges_below(listed.outputs)) {
      gaps = gaps || listed.hull(outputs, {0, listed.taps}) != listed.met(outputs, {0, listed.taps});
    }
    if (listed.outputs > 1) {
      ASSERT_EQ(axis.without_gaps(), !gaps) << text(layer, a);
    } else if (axis.without_gaps()) {
      ASSERT_FALSE(gaps) << text(layer, a);
    }
  });
}

TEST(InputAxis, OutputsWithinASpanAreTheMostThatFit) {
  for_each_axis({3, 4, 5, 4, 5}, [](const Layer& layer, size_t a) {
    const InputAxis axis(layer, a);
    for (int64_t taps = 1; taps <= axis.taps; ++taps) {
      for (int64_t lines = 0; lines <= 30; ++lines) {
        int64_t outputs = 0;
        while (axis.span(outputs + 1, taps) <= lines) ++outputs;
        ASSERT_EQ(axis.outputs_within(lines, taps), outputs) << text(layer, a);
      }
    }
  });
}

TEST(InputAxis, LargeSizesDoNotOverflow) {
  Layer layer;
  layer.in_height = 2147483000;
  layer.kernel_shape = {3, 1};
  layer.strides = {2, 1};
  layer.pads = {1, 0, 1, 0};
  const InputAxis axis(layer, 0);
  EXPECT_EQ(axis.touched_lines(), layer.in_height);
  EXPECT_EQ(axis.meetings(), 3 * axis.outputs - 1);
  EXPECT_EQ(axis.region({0, axis.outputs}, {0, 3}).count(), layer.in_height);
}

TEST(Range, KnowsItsCountAndWhatItSharesWithAnother) {
  for (int64_t a = 0; a < 6; ++a) {
    for (int64_t b = 0; b < 6; ++b) {
      const Range one = {a, b};
      int64_t inside = 0;
      for (int64_t i = 0; i < 6; ++i) inside += a <= i && i < b ? 1 : 0;
      EXPECT_EQ(one.count(), inside);
      EXPECT_EQ(one.empty(), inside == 0);
      for (int64_t c = 0; c < 6; ++c) {
        const Range other = {c, 4};
        int64_t both = 0;
        for (int64_t i = 0; i < 6; ++i) both += a <= i && i < b && c <= i && i < 4 ? 1 : 0;
        EXPECT_EQ(intersection(one, other).count(), both);
        EXPECT_EQ(one == other, a == c && b == 4);
        EXPECT_EQ(one != other, a != c || b != 4);
      }
    }
  }
}

TEST(LineSpan, SamePaddingIsTheLeastForAsManyOutputs) {
  for (int64_t lines = 1; lines <= 12; ++lines) {
    for (int64_t stride = 1; stride <= 5; ++stride) {
      for (int64_t taps = 1; taps <= 5; ++taps) {
        for (int64_t dilation = 1; dilation <= 3; ++dilation) {
          int64_t wanted = 0;  // outputs
          for (int64_t line = 0; line < lines; line += stride) ++wanted;
          const auto outputs = [&](int64_t padding) {
            int64_t fit = 0;
            while (line_span(fit + 1, stride, taps, dilation) <= lines + padding) ++fit;
            return fit;
          };
          int64_t least = 0;
          while (outputs(least) < wanted) ++least;
          ASSERT_EQ(same_padding(lines, stride, taps, dilation), least);
          ASSERT_EQ(outputs(least), wanted);
        }
      }
    }
  }
}

}  // namespace
}  // namespace hwcvp
