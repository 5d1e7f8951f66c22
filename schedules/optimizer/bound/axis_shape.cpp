#include "schedules/optimizer/bound/axis_shape.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "schedules/math/division.h"
#include "schedules/optimizer/problem/search_space.h"

namespace hwcvp::optimizer {

namespace {

constexpr int64_t kFirst = 2;  // outputs or taps that no remainder has: Lemma 12

}  // namespace

AxisShape::AxisShape(const Layer& layer, size_t axis)
    : InputAxis(layer, axis),
      pad_after(std::max<int64_t>(0, span(outputs, taps) - pad - lines)),
      touched(touched_lines()),
      dense(without_gaps()),
      least_shared(0) {
  find_least_shared();
}

int64_t AxisShape::most_taps_in_as_many_pieces(int64_t taps_of_piece) const {
  const int64_t pieces = ceil_div(taps, taps_of_piece);
  return pieces == 1 ? taps : ceil_div(taps, pieces - 1) - 1;
}

int64_t AxisShape::lines_met(int64_t first_tap, int64_t taps_of_piece) const {
  return region({0, outputs}, {first_tap, first_tap + taps_of_piece}).count();
}

// As InputAxis::touched_lines(): pairs less those that have a predecessor on their line.
int64_t AxisShape::lines_touched(Range of_outputs, Range of_taps) const {
  const int64_t common = std::gcd(stride, dilation);
  return meetings(of_outputs, of_taps) - meetings({of_outputs.start + dilation / common, of_outputs.end},
                                                  {of_taps.start, of_taps.end - stride / common});
}

int64_t AxisShape::well_inside() const {
  walk(outputs);
  int64_t count = std::min(outputs, kFirst);
  for (int64_t output = count; output < outputs; ++output) {
    if (region({output, output + 1}, {0, taps}).count() >= stride) ++count;
  }
  return count;
}

int64_t AxisShape::taps_inside() const {
  walk(taps);
  int64_t count = std::min(taps, kFirst);
  for (int64_t tap = count; tap < taps; ++tap) count += lines_met(tap, 1) > 0 ? 1 : 0;
  return count;
}

int64_t AxisShape::least_met_by(int64_t taps_of_piece) const {
  if (taps_of_piece == taps) return touched;
  walk(taps);
  int64_t least = touched;
  for (int64_t tap = 0; tap < taps; ++tap) least = std::min(least, lines_met(tap, 1));
  return least;
}

int64_t AxisShape::first_region(int64_t outputs_of_piece, int64_t taps_of_piece) const {
  return std::max(region({0, outputs_of_piece}, {0, taps_of_piece}).count(), std::min<int64_t>(touched, 1));
}

AxisShape AxisShape::piece(int64_t outputs_of_piece, bool first, bool last) const {
  AxisShape shape = *this;
  shape.outputs = outputs_of_piece;
  shape.pad = first ? pad : 0;
  shape.pad_after = last ? pad_after : 0;
  shape.lines = shape.touched =
      std::max<int64_t>(0, shape.span(outputs_of_piece, taps) - shape.pad - shape.pad_after);
  shape.remembered.clear();
  shape.find_least_shared();
  return shape;
}

std::vector<AxisShape> AxisShape::with_taps(int64_t taps_of_piece) const {
  std::vector<AxisShape> shapes;
  for (int64_t first = 0; first + taps_of_piece <= taps; ++first) {
    AxisShape shape = *this;
    shape.taps = taps_of_piece;
    shape.tap_multiple = 1;
    shape.pad = pad_from_tap(first);
    shape.pad_after = pad_to_tap(first + taps_of_piece);
    shape.lines = std::max<int64_t>(0, shape.span(outputs, taps_of_piece) - shape.pad - shape.pad_after);
    shape.touched = shape.touched_lines();
    shape.dense = shape.without_gaps();
    const bool known = std::any_of(shapes.begin(), shapes.end(), [&](const AxisShape& other) {
      return other.pad == shape.pad && other.pad_after == shape.pad_after;
    });
    if (known) continue;
    shape.remembered.clear();
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

std::vector<int64_t> AxisShape::tap_tiles() const { return distinct_tiles(taps, tap_multiple); }

int64_t AxisShape::most_by_one_tap(int64_t outputs_of_piece) const {
  int64_t most = 0;
  for (int64_t tap = 0; tap < taps; ++tap) {
    most = std::max(most, region({0, outputs_of_piece}, {tap, tap + 1}).count());
  }
  return std::max<int64_t>(most, std::min<int64_t>(touched, 1));
}

// Along the cuts the shared lines first grow in number and then become fewer, so that one at an end shares
// least.
void AxisShape::find_least_shared() {
  least_shared = 0;
  if (!dense) return;
  int64_t least = touched;
  for (const int64_t cut : {int64_t{1}, outputs - 1}) {
    if (outputs > 1) least = std::min(least, shared_at_output(cut));
  }
  for (const int64_t cut : {int64_t{1}, taps - 1}) {
    if (taps > 1) least = std::min(least, lines_met(0, cut) + lines_met(cut, taps - cut) - touched);
  }
  least_shared = std::max<int64_t>(0, least);
}

int64_t least_region(const AxisShape& shape, int64_t count, int64_t largest) {
  if (shape.touched == 0) return 0;
  if (count == 1) return shape.lines_met(0, shape.taps);
  const auto outputs = [&](int64_t lines) { return shape.outputs_within(lines, shape.taps); };
  int64_t low = 0;
  int64_t high = shape.lines;
  while (low < high) {  // the end pieces may lie partly in the padding
    const int64_t lines = (low + high) / 2;
    const int64_t inner = std::min(largest, outputs(lines));
    const int64_t covered = std::min(
        count * largest, outputs(lines + shape.pad) + outputs(lines + shape.pad_after) + (count - 2) * inner);
    if (covered >= shape.outputs) {
      high = lines;
    } else {
      low = lines + 1;
    }
  }
  return low;
}

std::vector<int64_t> balanced_tiles(const AxisShape& shape, int64_t count) {
  const int64_t lines = least_region(shape, count, shape.outputs);
  const int64_t even = ceil_div(shape.outputs, count);
  const auto outputs = [&](int64_t span) { return shape.outputs_within(span, shape.taps); };
  const int64_t inner = outputs(lines);
  const int64_t first = std::min(outputs(lines + shape.pad), shape.outputs - count + 1);
  if (inner < 1 || (first <= even && inner >= even)) return {};
  std::vector<int64_t> tiles;
  for (int64_t piece = count - 2; piece >= 0; --piece) {
    const int64_t end = first + piece * inner;
    if (end < shape.outputs) tiles.push_back(end);
  }
  return tiles;
}

std::vector<Cutting> cuttings(const AxisShape& shape) {
  std::vector<Cutting> found;
  const int64_t step = shape.output_multiple;
  const int64_t units = ceil_div(shape.outputs, step);
  for (int64_t count = 1; count <= units; ++count) {
    // The largest piece is the first.
    const int64_t even = std::min(shape.outputs, ceil_div(units, count) * step);
    const int64_t most = count == 1 ? shape.outputs : (units - count + 1) * step;
    found.push_back({count, even, most});
    int64_t region = least_region(shape, count, even);
    for (int64_t largest = even + step; largest <= std::min(most, even + shape.pad + shape.pad_after);
         largest += step) {
      const int64_t smaller = least_region(shape, count, largest);
      if (smaller == region) continue;
      found.back().limit = largest - 1;
      found.push_back({count, largest, most});
      region = smaller;
    }
  }
  return found;
}

}  // namespace hwcvp::optimizer
