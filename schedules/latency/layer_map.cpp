#include "schedules/latency/layer_map.h"

#include <algorithm>

#include "schedules/bursts/burst_model.h"
#include "schedules/math/division.h"

namespace hwcvp::latency {

LayerMap::LayerMap(const Layer& layer, const MachineTiming& timing) {
  int64_t next = timing.tensor_base;
  const auto place = [&](int64_t tensor_bytes) {
    const int64_t base = next;
    next = up_to_multiple(next + tensor_bytes, timing.tensor_alignment);
    return base;
  };
  const auto place_tensor = [&](TensorInMemory tensor) {
    tensor.base += place(tensor.strides.bytes);
    return tensor;
  };
  const TensorLayouts& layouts = timing.layouts;
  const TensorLayout& output_layout = layouts[hwcvp::index(Tensor::output)];
  params_bytes = layer.params_bytes();
  params_base = place(params_bytes);
  input = place_tensor(input_in_memory(layer, layouts[hwcvp::index(Tensor::input)], 0));
  weight = place_tensor(weight_in_memory(layer, layouts[hwcvp::index(Tensor::weight)], 0));
  output = place_tensor(output_in_memory(layer, output_layout, 0));
  psum = place_tensor(psum_in_memory(layer, output_layout, 0));
  const std::array<int64_t, 2> outputs = {layer.extent(Dim::OY), layer.extent(Dim::OX)};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t size = axis == 0 ? layer.in_height : layer.in_width;
    const int64_t pad = layer.pads[axis];
    const int64_t step = layer.strides[axis];
    if (!layer.subsampled(static_cast<int>(axis))) {
      axes_[axis] = {step, layer.dilations[axis], pad, 0, size};
      continue;
    }
    // Counted in lines of output, of which those exist that meet a line of input.
    axes_[axis] = {1, 1, 0, ceil_div(pad, step),
                   std::min(outputs[axis], floor_div(pad + size - 1, step) + 1)};
  }
}

Range LayerMap::lines(size_t axis, Range outputs, Range taps) const {
  const InputAxis& a = axes_[axis];
  return {outputs.start * a.stride + taps.start * a.dilation - a.pad,
          (outputs.end - 1) * a.stride + (taps.end - 1) * a.dilation - a.pad + 1};
}

Range LayerMap::clipped(size_t axis, Range lines) const {
  return {std::max(lines.start, axes_[axis].first), std::min(lines.end, axes_[axis].end)};
}

}  // namespace hwcvp::latency
