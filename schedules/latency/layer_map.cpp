#include "schedules/latency/layer_map.h"

#include <algorithm>

#include "schedules/lattice_sums.h"

namespace hwcvp::latency {

namespace {

StridedTensor dense(int64_t base, const PerAxis<int64_t>& extent, int64_t element_bytes) {
  StridedTensor layout;
  layout.base = base;
  layout.element_bytes = element_bytes;
  int64_t bytes = element_bytes;
  for (size_t axis = kAxes; axis-- > 0;) {
    layout.stride[axis] = bytes;
    bytes *= extent[axis];
  }
  return layout;
}

}  // namespace

LayerMap::LayerMap(const Layer& layer, int64_t alignment) {
  int64_t next = 0;
  const auto place = [&](int64_t tensor_bytes) {
    const int64_t base = next;
    next = ceil_div(next + tensor_bytes, alignment) * alignment;
    return base;
  };
  const auto extent = [&layer](Dim dim) { return layer.extent(dim); };
  const PerAxis<int64_t> in = {layer.batch, layer.group, extent(Dim::C), layer.in_height, layer.in_width};
  const PerAxis<int64_t> taps = {layer.group, extent(Dim::K), extent(Dim::C), extent(Dim::FY),
                                 extent(Dim::FX)};
  const PerAxis<int64_t> out = {layer.batch, layer.group, extent(Dim::K), extent(Dim::OY), extent(Dim::OX)};
  params_bytes = layer.params_bytes();
  params_base = place(params_bytes);
  input = dense(place(layer.input_elements() * bytes(layer.input_type)), in, bytes(layer.input_type));
  weight = dense(place(layer.weight_elements() * bytes(layer.weight_type)), taps, bytes(layer.weight_type));
  output = dense(place(layer.output_elements() * bytes(layer.output_type)), out, bytes(layer.output_type));
  psum = dense(place(layer.output_elements() * bytes(layer.accumulator_type)), out,
               bytes(layer.accumulator_type));
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t size = axis == 0 ? layer.in_height : layer.in_width;
    const int64_t pad = layer.pads[axis];
    const int64_t step = layer.strides[axis];
    if (!layer.subsampled(static_cast<int>(axis))) {
      axes_[axis] = {step, layer.dilations[axis], pad, 0, size};
      continue;
    }
    // Counted in lines of output, of which those exist that meet a line of input.
    int64_t& stride = input.stride[3 + axis];
    input.base -= pad * stride;
    stride *= step;
    axes_[axis] = {1, 1, 0, ceil_div(pad, step),
                   std::min(out[3 + axis], floor_div(pad + size - 1, step) + 1)};
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
