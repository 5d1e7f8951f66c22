// One axis of a layer's input, rows or columns: the lines that its outputs meet through the taps of the
// filter.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "schedules/geometry/line_span.h"
#include "schedules/geometry/range.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Output line o and tap t meet on the input line o * stride + t * dilation - pad. Lines have the numbers 0 to
// lines - 1 where they exist, and others where they are padding.
//
// A filter of one tap never meets the lines in the gaps of a stride, so that they do not travel. Its axis is
// the grid of those that do, one for each output: stride and dilation are 1, and pad and lines count lines of
// the grid. All members count so.
//
// Knows neither how the axis is cut nor what a buffer holds. A region is the hull of the lines that its
// outputs and taps meet, and holds the gaps between them too.
struct InputAxis {
  // axis: 0 rows, 1 columns, of a legal layer.
  InputAxis(const Layer& layer, size_t axis);

  int64_t outputs;   // output lines of the layer
  int64_t taps;      // of the filter
  int64_t stride;    // lines from one output to the next
  int64_t dilation;  // lines from one tap to the next
  int64_t pad;       // lines of padding before the first line that exists
  int64_t lines;     // that exist, whether an output meets them or not; 0 where a grid lies in the padding
  // Coordinate of line 0 in a tensor in memory, as input_in_memory() lays it out: 0, but on a grid the first
  // output that meets a line that exists.
  int64_t first_coordinate;

  // The line that an output meets through a tap.
  int64_t line(int64_t output, int64_t tap) const { return output * stride + tap * dilation - pad; }
  // Lines from the first to the last that so many neighbouring outputs and taps meet, padding included.
  int64_t span(int64_t some_outputs, int64_t some_taps) const {
    return line_span(some_outputs, stride, some_taps, dilation);
  }
  // Most neighbouring outputs that have no longer span with so many taps; 0 where one has.
  int64_t outputs_within(int64_t most_lines, int64_t some_taps) const {
    const int64_t left = most_lines - span(1, some_taps);
    return left < 0 ? 0 : left / stride + 1;
  }

  // The lines from the first to the last that the outputs and taps of two ranges, neither empty, meet.
  Range hull(Range of_outputs, Range of_taps) const {
    return {line(of_outputs.start, of_taps.start), line(of_outputs.end - 1, of_taps.end - 1) + 1};
  }
  // Those of some lines that exist.
  Range clip(Range some) const { return {std::max<int64_t>(some.start, 0), std::min(some.end, lines)}; }
  // The existing lines of a hull.
  Range region(Range of_outputs, Range of_taps) const { return clip(hull(of_outputs, of_taps)); }
  // Lines as coordinates in memory.
  Range in_memory(Range some) const { return {some.start + first_coordinate, some.end + first_coordinate}; }

  // Lines that the regions of the outputs before `cut` and of the others, with all taps, both hold; and those
  // of the taps before `cut` and of the others, with all outputs. The cut leaves something on both sides.
  int64_t shared_at_output(int64_t cut) const {
    return clip({line(cut, 0), line(cut - 1, taps - 1) + 1}).count();
  }
  int64_t shared_at_tap(int64_t cut) const {
    return clip({line(0, cut), line(outputs - 1, cut - 1) + 1}).count();
  }

  // Regions of any neighbouring outputs with all taps have no gaps: each line that exists there is met.
  bool without_gaps() const { return dilation == 1 && stride <= taps; }
  // The same with any neighbouring taps.
  bool without_gaps_at_any_taps() const { return dilation == 1 && stride == 1; }

  // Pairs of an output and a tap that meet on a line that exists; all pairs, or those of two ranges. Takes
  // time for the logarithm of their number.
  int64_t meetings() const { return meetings({0, outputs}, {0, taps}); }
  int64_t meetings(Range of_outputs, Range of_taps) const;
  // Existing lines that any output meets. Likewise.
  int64_t touched_lines() const;
};

}  // namespace hwcvp
