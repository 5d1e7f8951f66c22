// How a layer's tensors lie in memory, and which lines of input its outputs meet.
#pragma once

#include <array>
#include <cstdint>

#include "schedules/latency/loop_nest.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/latency/transfer.h"
#include "schedules/workload/layer.h"

namespace hwcvp::latency {

// Tensors lie one behind the other in the order params, input, weight, output, partial sums, each at a
// multiple of the alignment.
class LayerMap {
 public:
  // Throws InputError as tensor_strides().
  LayerMap(const Layer& layer, const MachineTiming& timing);

  TensorInMemory input, weight, output, psum;
  int64_t params_base = 0;
  int64_t params_bytes = 0;

  // Lines (axis 0 rows, 1 columns) between the outputs and filter taps of two ranges, not clipped.
  Range lines(size_t axis, Range outputs, Range taps) const;
  // Those that exist; a count of 0 or less if none does.
  Range clipped(size_t axis, Range lines) const;
  // All that exist.
  Range existing(size_t axis) const { return {axes_[axis].first, axes_[axis].end}; }
  // How far the lines move with an output, and with a tap.
  int64_t stride(size_t axis) const { return axes_[axis].stride; }
  int64_t dilation(size_t axis) const { return axes_[axis].dilation; }

 private:
  struct InputAxis {
    int64_t stride, dilation, pad, first, end;
  };
  std::array<InputAxis, 2> axes_{};
};

}  // namespace hwcvp::latency
