#include "models/kernels/resolve_views.h"

#include <algorithm>
#include <vector>

namespace hwcvp::kernels {

namespace {

// Offsets in bytes of the indices [first, count) of an axis; those before `first` are left undefined.
const int64_t* byte_offsets(const CircularAxis& axis, int first, int count, int element_bytes,
                            std::vector<int64_t>& offsets) {
  if (offsets.size() < static_cast<size_t>(count)) offsets.resize(static_cast<size_t>(count));
  if (first >= count) return offsets.data();
  const int64_t step = axis.stride * element_bytes;
  const int64_t end = axis.extent * step;
  int64_t offset = axis.offset(first) * element_bytes;
  for (int i = first; i < count; ++i) {
    offsets[static_cast<size_t>(i)] = offset;
    offset += step;
    if (offset == end) offset = 0;
  }
  return offsets.data();
}

// The indices [first, first + count) of an axis as at most two segments.
void split(const CircularAxis& axis, int first, int count, Segment (&segments)[2]) {
  const int64_t start = count > 0 ? axis.offset(first) : 0;
  const int before_wrap = static_cast<int>(std::min<int64_t>(count, axis.extent - start));
  segments[0] = {start, before_wrap};
  segments[1] = {0, count - before_wrap};
}

bool wraps(const CircularAxis& axis, int count) {
  return count > 0 && axis.offset(count - 1) != axis.offset(0) + (count - 1) * axis.stride;
}

// The tile covers the axis in order, and the next axis out continues where it ends.
bool continues(const CircularAxis& inner, int count, const CircularAxis& outer, int outer_count) {
  return !wraps(inner, count) && !wraps(outer, outer_count) &&
         (outer_count == 1 || outer.stride == count * inner.stride);
}

}  // namespace

InputRows resolve_input(const TileShape& shape, const InputView& view, Offsets& offsets) {
  InputRows rows{};
  rows.data = static_cast<const uint8_t*>(view.data);
  rows.element_bytes = view.element_bytes;
  rows.c_offsets = byte_offsets(view.c, 0, shape.in_channels, view.element_bytes, offsets.axes[0]);
  rows.y_offsets =
      byte_offsets(view.y, view.first_y, std::max(view.end_y, 0), view.element_bytes, offsets.axes[1]);
  rows.first_y = view.first_y;
  rows.end_y = view.end_y;
  const int columns = view.end_x - view.first_x;
  rows.left_padding = columns > 0 ? view.first_x : 0;
  split(view.x, view.first_x, std::max(columns, 0), rows.segments);
  return rows;
}

WeightRows resolve_weights(const TileShape& shape, const WeightView& view, Offsets& offsets) {
  WeightRows rows{};
  const int bytes = view.element_bytes;
  const int64_t* const fy = byte_offsets(view.fy, 0, shape.kernel_height, bytes, offsets.axes[0]);
  const int64_t* const fx = byte_offsets(view.fx, 0, shape.kernel_width, bytes, offsets.axes[1]);
  offsets.taps.clear();
  for (int y = 0; y < shape.kernel_height; ++y) {
    for (int x = 0; x < shape.kernel_width; ++x) offsets.taps.push_back(fy[y] + fx[x]);
  }
  rows.data = static_cast<const uint8_t*>(view.data);
  rows.element_bytes = bytes;
  rows.k_offsets = byte_offsets(view.k, 0, shape.out_channels, bytes, offsets.axes[0]);
  rows.c_offsets = byte_offsets(view.c, 0, shape.in_channels, bytes, offsets.axes[1]);
  rows.tap_offsets = offsets.taps.data();
  const int64_t taps = int64_t{shape.kernel_height} * shape.kernel_width;
  rows.taps_contiguous = continues(view.fx, shape.kernel_width, view.fy, shape.kernel_height);
  rows.row_contiguous = rows.taps_contiguous && !wraps(view.c, shape.in_channels) &&
                        (shape.in_channels == 1 || view.c.stride == taps);
  return rows;
}

AccumulatorRows resolve_accumulators(const TileShape& shape, const AccumulatorView& view, Offsets& offsets) {
  AccumulatorRows rows{};
  rows.data = static_cast<uint8_t*>(view.data);
  rows.element_bytes = view.element_bytes;
  rows.k_offsets = byte_offsets(view.k, 0, shape.out_channels, view.element_bytes, offsets.axes[0]);
  rows.oy_offsets = byte_offsets(view.oy, 0, shape.out_height, view.element_bytes, offsets.axes[1]);
  split(view.ox, 0, shape.out_width, rows.segments);
  rows.rows_contiguous = continues(view.ox, shape.out_width, view.oy, shape.out_height);
  rows.initial = view.initial;
  return rows;
}

}  // namespace hwcvp::kernels
