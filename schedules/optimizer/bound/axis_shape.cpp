#include "schedules/optimizer/bound/axis_shape.h"

#include <algorithm>
#include <utility>

#include "schedules/math/division.h"
#include "schedules/optimizer/bound/axis_lines.h"

namespace hwcvp::optimizer {

AxisShape::AxisShape(const Layer& layer, size_t axis)
    : outputs(axis == 0 ? layer.out_height() : layer.out_width()),
      taps(layer.kernel_shape[axis]),
      stride(layer.strides[axis]),
      dilation(layer.dilations[axis]),
      pad(layer.pads[axis]),
      pad_after(0),
      lines(axis == 0 ? layer.in_height : layer.in_width),
      touched(AxisLines(layer, axis).touched()),
      dense(taps == 1 || (dilation == 1 && stride <= taps)),
      least_shared(0) {
  if (taps == 1) {  // only lines of the grid travel
    pad = (pad + stride - 1) / stride;
    lines = touched;
    stride = 1;
  }
  pad_after = std::max<int64_t>(0, span(outputs, taps) - pad - lines);
  find_least_shared();
}

int64_t AxisShape::span(int64_t outputs_of_piece, int64_t taps_of_piece) const {
  return (outputs_of_piece - 1) * stride + (taps_of_piece - 1) * dilation + 1;
}

int64_t AxisShape::most_taps_in_as_many_pieces(int64_t taps_of_piece) const {
  const int64_t pieces = ceil_div(taps, taps_of_piece);
  return pieces == 1 ? taps : ceil_div(taps, pieces - 1) - 1;
}

int64_t AxisShape::lines_met(int64_t first_tap, int64_t taps_of_piece) const {
  const int64_t first = first_tap * dilation - pad;
  return std::max<int64_t>(
      0, std::min(lines, first + span(outputs, taps_of_piece)) - std::max<int64_t>(0, first));
}

int64_t AxisShape::first_region(int64_t outputs_of_piece, int64_t taps_of_piece) const {
  const int64_t region = std::clamp<int64_t>(span(outputs_of_piece, taps_of_piece) - pad, 0, lines);
  return std::max(region, std::min<int64_t>(touched, 1));
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
    shape.pad = std::max<int64_t>(0, pad - first);
    shape.pad_after = std::max<int64_t>(0, pad_after - (taps - first - taps_of_piece));
    shape.lines = shape.touched =
        std::max<int64_t>(0, shape.span(outputs, taps_of_piece) - shape.pad - shape.pad_after);
    const bool known = std::any_of(shapes.begin(), shapes.end(), [&](const AxisShape& other) {
      return other.pad == shape.pad && other.pad_after == shape.pad_after;
    });
    if (known) continue;
    shape.remembered.clear();
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

int64_t AxisShape::most_by_one_tap(int64_t outputs_of_piece) const {
  int64_t most = 0;
  for (int64_t tap = 0; tap < taps && dense; ++tap) {
    const int64_t first = tap - pad;
    const int64_t last = std::min(first + (outputs_of_piece - 1) * stride, lines - 1);
    most = std::max(most, last - std::max<int64_t>(first, 0) + 1);
  }
  return std::max<int64_t>(most, std::min<int64_t>(touched, 1));
}

int64_t AxisShape::shared(int64_t cut) const {
  const int64_t end = std::clamp<int64_t>((cut - 1) * stride + (taps - 1) * dilation - pad + 1, 0, lines);
  const int64_t begin = std::clamp<int64_t>(cut * stride - pad, 0, lines);
  return std::max<int64_t>(end - begin, 0);
}

void AxisShape::find_least_shared() {
  int64_t least = touched;
  for (int64_t cut = 1; cut < outputs; ++cut) least = std::min(least, shared(cut));
  for (int64_t cut = 1; cut < taps; ++cut) {
    least = std::min(least, lines_met(0, cut) + lines_met(cut, taps - cut) - touched);
  }
  least_shared = std::max<int64_t>(0, least);
}

int64_t least_region(const AxisShape& shape, int64_t count, int64_t largest) {
  if (!shape.dense) return std::min<int64_t>(shape.touched, 1);
  if (count == 1) return shape.touched;
  const auto outputs = [&](int64_t lines) {
    return lines < shape.taps ? 0 : std::min(largest, (lines - shape.taps) / shape.stride + 1);
  };
  int64_t low = 0;
  int64_t high = shape.lines;
  while (low < high) {  // the end pieces may lie partly in the padding
    const int64_t lines = (low + high) / 2;
    const int64_t covered =
        outputs(lines + shape.pad) + outputs(lines + shape.pad_after) + (count - 2) * outputs(lines);
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
  const auto outputs = [&](int64_t span) {
    return span < shape.taps ? 0 : (span - shape.taps) / shape.stride + 1;
  };
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
  for (int64_t count = 1; count <= shape.outputs; ++count) {
    const int64_t even = ceil_div(shape.outputs, count);
    const int64_t most = shape.outputs - count + 1;
    found.push_back({count, even, most});
    int64_t region = least_region(shape, count, even);
    for (int64_t largest = even + 1; largest <= std::min(most, even + shape.pad + shape.pad_after);
         ++largest) {
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
