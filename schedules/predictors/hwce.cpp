#include "schedules/predictors/hwce.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedules/math/division.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr int64_t kSmallFilter = 3;
constexpr int64_t kLargeFilter = 5;
constexpr int64_t kMostPixels = 65535;  // of an output map, on a side

// Words between the first and the last of `pixels` pixels of a line, of which the first has the column
// `first`.
constexpr int64_t words(int64_t first, int64_t pixels) {
  return (first + pixels - 1) / kHwceWordPixels - first / kHwceWordPixels + 1;
}

// Bytes of one x line over all stripes, for filters whose first tap is at column `first`.
int64_t x_line_bytes(int64_t filter, int64_t out_width, int64_t first) {
  const int64_t columns = hwce_stripe_columns(filter);
  const int64_t full = (out_width - 1) / columns;  // stripes before the last one; all begin at even columns
  const int64_t rest = out_width - full * columns;
  return 4 * (full * words(first, columns + filter - 1) + words(first, rest + filter - 1));
}

}  // namespace

std::string hwce_unsupported(const Layer& layer) {
  if (layer.in_height == 1 && layer.in_width == 1 && layer.kernel_shape[0] == 1 &&
      layer.kernel_shape[1] == 1) {
    return "fully connected";
  }
  if ((layer.dilations[0] != 1 && layer.kernel_shape[0] != 1) ||
      (layer.dilations[1] != 1 && layer.kernel_shape[1] != 1)) {
    return "dilated filters";
  }
  if (layer.out_height() > kMostPixels || layer.out_width() > kMostPixels) {
    return "output maps past 65535 pixels a side";
  }
  if (layer.input_type != DataType::int16) return "pixels are not int16";
  return "";
}

HwceMapping map_to_hwce(const Layer& layer, int64_t maps) {
  const std::string reason = hwce_unsupported(layer);
  if (!reason.empty())
    throw InputError(fmt::format("layer {}: the HWCE cannot run it: {}", layer.name, reason));
  HwceMapping mapping;
  mapping.maps = maps;
  const std::array<int64_t, 2> out = {layer.out_height(), layer.out_width()};
  std::array<int64_t, 2> taps{};  // of the phase that has most
  for (size_t axis = 0; axis < 2; ++axis) {
    mapping.phases[axis] = std::min(layer.strides[axis], layer.kernel_shape[axis]);
    taps[axis] = ceil_div(layer.kernel_shape[axis], layer.strides[axis]);
  }
  mapping.filter = std::max(taps[0], taps[1]) <= kSmallFilter ? kSmallFilter : kLargeFilter;
  for (size_t axis = 0; axis < 2; ++axis) {
    mapping.pieces[axis] = ceil_div(taps[axis], mapping.filter);
    mapping.plane_shape[axis] = out[axis] + mapping.pieces[axis] * mapping.filter - 1;
  }
  mapping.planes = layer.in_channels / layer.group * mapping.phases[0] * mapping.phases[1];
  mapping.blocks = ceil_div(layer.out_channels / layer.group, maps);
  return mapping;
}

Traffic predict_hwce(const Layer& layer, const HwceMapping& mapping) {
  const int64_t out_height = layer.out_height();
  const int64_t out_width = layer.out_width();
  // What one block of output maps reads of x, over all its jobs.
  int64_t x_bytes = 0;
  for (int64_t piece = 0; piece < mapping.pieces[1]; ++piece) {
    x_bytes += x_line_bytes(mapping.filter, out_width, piece * mapping.filter);
  }
  x_bytes *= mapping.pieces[0] * (out_height + mapping.filter - 1) * mapping.planes;

  const int64_t images = layer.batch * layer.group;
  const int64_t y_bytes = layer.batch * layer.out_channels * out_height * hwce_line_bytes(out_width);
  Traffic traffic;
  traffic.input_read = images * mapping.blocks * x_bytes;
  traffic.weight_read = images * mapping.blocks * mapping.passes() * hwce_filter_bytes(mapping.filter);
  traffic.psum_read = y_bytes * (mapping.passes() - 1);
  traffic.psum_write = y_bytes * (mapping.passes() - 1);
  traffic.output_write = y_bytes;
  return traffic;
}

}  // namespace hwcvp
