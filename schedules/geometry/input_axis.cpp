#include "schedules/geometry/input_axis.h"

#include <numeric>

#include "schedules/math/lattice_sums.h"

namespace hwcvp {

InputAxis::InputAxis(const Layer& layer, size_t axis)
    : outputs(axis == 0 ? layer.out_height() : layer.out_width()),
      taps(layer.kernel_shape[axis]),
      stride(layer.strides[axis]),
      dilation(layer.dilations[axis]),
      pad(layer.pads[axis]),
      lines(axis == 0 ? layer.in_height : layer.in_width),
      first_coordinate(0) {
  if (!layer.subsampled(static_cast<int>(axis))) return;
  // So many outputs lie before the first line of the input; the last that meets one is below `outputs`.
  const int64_t before = ceil_div(pad, stride);
  lines = floor_div(pad + lines - 1, stride) + 1 - before;
  pad = first_coordinate = before;
  stride = dilation = 1;
}

int64_t InputAxis::meetings(Range of_outputs, Range of_taps) const {
  if (of_outputs.empty() || of_taps.empty()) return 0;
  const int64_t base = line(of_outputs.start, of_taps.start);
  // Pairs on line `first` and behind it: a ramp that grows by one from there, less the same one line later.
  const auto from = [&](int64_t first) {
    return grid_ramp_sum(base - first + 1, stride, of_outputs.count(), dilation, of_taps.count()) -
           grid_ramp_sum(base - first, stride, of_outputs.count(), dilation, of_taps.count());
  };
  return static_cast<int64_t>(from(0) - from(lines));
}

// Pairs that meet on one line form a chain with steps of (d, -s), s and d being stride and dilation without
// their common divisor. Lines are pairs less those that have a predecessor in their chain: outputs from d on,
// with taps that have s others behind them.
int64_t InputAxis::touched_lines() const {
  const int64_t common = std::gcd(stride, dilation);
  return meetings() - meetings({dilation / common, outputs}, {0, taps - stride / common});
}

}  // namespace hwcvp
