#include "models/kernels/resolve_views.h"

#include <algorithm>

namespace hwcvp::kernels {

namespace {

// Offsets in bytes of the indices [0, count) of an axis, of which those before `first` are left out.
std::vector<int64_t> byte_offsets(const CircularAxis& axis, int first, int count, int element_bytes) {
  std::vector<int64_t> offsets(static_cast<size_t>(count));
  if (first >= count) return offsets;
  const int64_t step = axis.stride * element_bytes;
  const int64_t end = axis.extent * step;
  int64_t offset = axis.offset(first) * element_bytes;
  for (int i = first; i < count; ++i) {
    offsets[static_cast<size_t>(i)] = offset;
    offset += step;
    if (offset == end) offset = 0;
  }
  return offsets;
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

ResolvedInput::ResolvedInput(const TileShape& shape, const InputView& view)
    : c_(byte_offsets(view.c, 0, shape.in_channels, view.element_bytes)),
      y_(byte_offsets(view.y, view.first_y, std::max(view.end_y, 0), view.element_bytes)) {
  rows.data = static_cast<const uint8_t*>(view.data);
  rows.element_bytes = view.element_bytes;
  rows.c_offsets = c_.data();
  rows.y_offsets = y_.data();
  rows.first_y = view.first_y;
  rows.end_y = view.end_y;
  const int columns = view.end_x - view.first_x;
  rows.left_zeros = columns > 0 ? view.first_x : 0;
  split(view.x, view.first_x, std::max(columns, 0), rows.segments);
}

ResolvedWeights::ResolvedWeights(const TileShape& shape, const WeightView& view)
    : k_(byte_offsets(view.k, 0, shape.out_channels, view.element_bytes)),
      c_(byte_offsets(view.c, 0, shape.in_channels, view.element_bytes)) {
  const std::vector<int64_t> fy = byte_offsets(view.fy, 0, shape.kernel_height, view.element_bytes);
  const std::vector<int64_t> fx = byte_offsets(view.fx, 0, shape.kernel_width, view.element_bytes);
  taps_.reserve(fy.size() * fx.size());
  for (const int64_t y : fy) {
    for (const int64_t x : fx) taps_.push_back(y + x);
  }
  rows.data = static_cast<const uint8_t*>(view.data);
  rows.element_bytes = view.element_bytes;
  rows.k_offsets = k_.data();
  rows.c_offsets = c_.data();
  rows.tap_offsets = taps_.data();
  rows.taps_contiguous = continues(view.fx, shape.kernel_width, view.fy, shape.kernel_height);
  rows.row_contiguous = rows.taps_contiguous && !wraps(view.c, shape.in_channels) &&
                        (shape.in_channels == 1 || view.c.stride == shape.kernel_height * shape.kernel_width);
}

ResolvedAccumulators::ResolvedAccumulators(const TileShape& shape, const AccumulatorView& view)
    : k_(byte_offsets(view.k, 0, shape.out_channels, view.element_bytes)),
      oy_(byte_offsets(view.oy, 0, shape.out_height, view.element_bytes)) {
  rows.data = static_cast<uint8_t*>(view.data);
  rows.element_bytes = view.element_bytes;
  rows.k_offsets = k_.data();
  rows.oy_offsets = oy_.data();
  split(view.ox, 0, shape.out_width, rows.segments);
  rows.rows_contiguous = continues(view.ox, shape.out_width, view.oy, shape.out_height);
  rows.initial = view.initial;
}

}  // namespace hwcvp::kernels
