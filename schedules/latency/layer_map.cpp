#include "schedules/latency/layer_map.h"

#include "schedules/bursts/burst_model.h"
#include "schedules/math/division.h"

namespace hwcvp::latency {

LayerMap::LayerMap(const Layer& layer, const MachineTiming& timing)
    : axes_{InputAxis(layer, 0), InputAxis(layer, 1)} {
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
}

}  // namespace hwcvp::latency
