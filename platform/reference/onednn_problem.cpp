#include "platform/reference/onednn_problem.h"

namespace hwcvp {

OneDnnProblem::OneDnnProblem(const Layer& layer, int64_t images)
    : input{images, layer.in_channels, layer.in_height, layer.in_width},
      weights{layer.out_channels / layer.group, layer.in_channels / layer.group, layer.kernel_shape[0],
              layer.kernel_shape[1]},
      output{images, layer.out_channels, layer.out_height(), layer.out_width()},
      weights_format(layer.group > 1 ? dnnl::memory::format_tag::goihw : dnnl::memory::format_tag::oihw),
      strides_{layer.strides[0], layer.strides[1]},
      dilations_{layer.dilations[0] - 1, layer.dilations[1] - 1},  // oneDNN counts the gaps
      pads_begin_{layer.pads[0], layer.pads[1]},
      pads_end_{layer.pads[2], layer.pads[3]} {
  if (layer.group > 1) weights.insert(weights.begin(), layer.group);
}

dnnl::convolution_forward::primitive_desc OneDnnProblem::describe(
    const dnnl::engine& engine, dnnl::memory::data_type output_type,
    const dnnl::primitive_attr& attributes) const {
  using dnnl::memory;
  const auto any = memory::format_tag::any;
  const dnnl::convolution_forward::desc description(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
      memory::desc(input, memory::data_type::s8, any), memory::desc(weights, memory::data_type::s8, any),
      memory::desc(output, output_type, any), strides_, dilations_, pads_begin_, pads_end_);
  return {description, attributes, engine};
}

}  // namespace hwcvp
