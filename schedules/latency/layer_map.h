// How a layer's tensors lie in memory, and which lines of input its outputs meet.
#pragma once

#include <array>
#include <cstdint>

#include "schedules/geometry/input_axis.h"
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

  // Rows (0) or columns (1) of the input.
  const InputAxis& axis(size_t axis) const { return axes_[axis]; }
  // The existing lines of the region of two ranges, as coordinates in memory.
  Range region(size_t axis, Range outputs, Range taps) const {
    return axes_[axis].in_memory(axes_[axis].region(outputs, taps));
  }

 private:
  std::array<InputAxis, 2> axes_;
};

}  // namespace hwcvp::latency
