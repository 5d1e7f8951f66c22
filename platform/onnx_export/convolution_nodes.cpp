#include <fmt/format.h>

#include <algorithm>

#include "platform/onnx_export/operator_nodes.h"
#include "platform/onnx_export/weight_scale.h"

namespace hwcvp::onnx_export {

namespace {

// Whether the node is a convolution to ONNX, rather than a product of matrices with rows of elements.
bool is_convolution(const Source& source) { return source.op.type.find("Conv") != std::string::npos; }

// One scale for each output channel, or one where all are the same.
std::vector<float> weight_scales(const Source& source, const Layer& layer) {
  if (layer.scales.empty()) source.refuse("expected single-precision requantization");
  std::vector<float> scales;
  for (const float factor : layer.scales) {
    const std::optional<float> scale = weight_scale(factor, source.input(0).scale, source.output().scale);
    if (!scale) source.refuse(fmt::format("expected factors of some weight scale, found {}", factor));
    scales.push_back(*scale);
  }
  const bool same =
      std::all_of(scales.begin(), scales.end(), [&](float scale) { return scale == scales[0]; });
  if (same) scales.resize(1);
  return scales;
}

// The weights with their scales, as a node's operands. Output channels are the first axis.
struct Weights {
  std::string integers;       // the constant; empty in floating point
  std::vector<float> scales;  // one, or one for each channel
  int64_t channels;
};

Weights make_weights(ModelWriter& writer, const Source& source, const graph::Convolution& convolution,
                     const Shape& shape) {
  Weights weights = {"", weight_scales(source, convolution.layer), convolution.layer.out_channels};
  if (!writer.is_floating_point()) {
    weights.integers = writer.constant("weight", DataType::int8, shape, convolution.weights.bytes());
  }
  return weights;
}

float scale_of(const Weights& weights, int64_t channel) {
  return weights.scales[weights.scales.size() == 1 ? 0 : static_cast<size_t>(channel)];
}

std::string weight_scale_constant(ModelWriter& writer, const Weights& weights) {
  return writer.constant("weight_scale", weights.scales, weights.scales.size() == 1);
}

std::string weight_zero_point_constant(ModelWriter& writer, const Weights& weights) {
  return weights.scales.size() == 1 ? writer.zero_point("weight_zero_point", DataType::int8, 0)
                                    : writer.zeros("weight_zero_point", weights.channels);
}

// ONNX Runtime takes a product without a zero point for floating point.
std::string dequantized_weights(ModelWriter& writer, const Weights& weights) {
  const std::string scale = weight_scale_constant(writer, weights);
  const std::string zero = weight_zero_point_constant(writer, weights);
  onnx::NodeProto& node = writer.node("DequantizeLinear", "weight_real", {weights.integers, scale, zero});
  if (weights.scales.size() > 1) set_attribute(node, "axis", int64_t{0});
  return ModelWriter::output_of(node);
}

std::string dequantized_bias(ModelWriter& writer, const Weights& weights, float x_scale,
                             const std::vector<int32_t>& bias) {
  std::vector<float> scales;
  for (const float scale : weights.scales) scales.push_back(x_scale * scale);
  const std::string integers = writer.constant("bias", bias);
  const std::string scale = writer.constant("bias_scale", scales, scales.size() == 1);
  onnx::NodeProto& node = writer.node("DequantizeLinear", "bias_real", {integers, scale});
  if (scales.size() > 1) set_attribute(node, "axis", int64_t{0});
  return ModelWriter::output_of(node);
}

// As a Conv or Gemm reads them.
std::string real_weights(ModelWriter& writer, const Weights& weights, const graph::Convolution& convolution,
                         const Shape& shape) {
  if (!writer.is_floating_point()) return dequantized_weights(writer, weights);
  const int8_t* const integers = convolution.weights.data<int8_t>();
  const int64_t count = convolution.weights.elements();
  std::vector<float> values(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    const float scale = scale_of(weights, i / (count / weights.channels));
    values[static_cast<size_t>(i)] = static_cast<float>(integers[i]) * scale;
  }
  return writer.constant("weight", shape, values);
}

std::string real_bias(ModelWriter& writer, const Weights& weights, float x_scale,
                      const std::vector<int32_t>& bias) {
  if (!writer.is_floating_point()) return dequantized_bias(writer, weights, x_scale, bias);
  std::vector<float> values;
  for (size_t k = 0; k < bias.size(); ++k) {
    values.push_back(static_cast<float>(bias[k]) * (x_scale * scale_of(weights, static_cast<int64_t>(k))));
  }
  return writer.constant("bias", values);
}

// Operands of QLinearConv and QLinearMatMul, x by name.
std::vector<std::string> integer_operands(ModelWriter& writer, const Source& source, const std::string& x,
                                          const Weights& weights) {
  const graph::Value& in = source.input(0);
  const graph::Value& out = source.output();
  std::vector<std::string> operands = {x};
  operands.push_back(writer.constant("x_scale", std::vector<float>{in.scale}, true));
  operands.push_back(writer.zero_point("x_zero_point", in.type, in.zero_point));
  operands.push_back(weights.integers);
  operands.push_back(weight_scale_constant(writer, weights));
  operands.push_back(weight_zero_point_constant(writer, weights));
  operands.push_back(writer.constant("y_scale", std::vector<float>{out.scale}, true));
  operands.push_back(writer.zero_point("y_zero_point", out.type, out.zero_point));
  return operands;
}

void write_conv(ModelWriter& writer, const Source& source, const graph::Convolution& convolution) {
  const Layer& layer = convolution.layer;
  const bool one_dimensional = source.input(0).shape.size() == 3;
  Shape weight_extents = weight_shape(layer);
  if (one_dimensional) weight_extents.erase(weight_extents.begin() + 2);
  const Weights weights = make_weights(writer, source, convolution, weight_extents);
  if (writer.is_floating_point() || layer.input_type == DataType::uint8) {
    const float x_scale = source.input(0).scale;
    std::vector<std::string> inputs = {writer.dequantized(source.input(0), "x"),
                                       real_weights(writer, weights, convolution, weight_extents),
                                       real_bias(writer, weights, x_scale, convolution.bias)};
    onnx::NodeProto& node = writer.main_node("Conv", std::move(inputs));
    set_window(node, layer, one_dimensional, true);
    set_attribute(node, "group", layer.group);
    write_limited(writer, source, limits_of(layer), ModelWriter::output_of(node));
    return;
  }
  std::vector<std::string> inputs = integer_operands(writer, source, source.input(0).name, weights);
  inputs.push_back(writer.constant("bias", convolution.bias));
  const std::string result =
      are_tight(source, limits_of(layer)) ? writer.fresh("unlimited") : source.output().name;
  onnx::NodeProto& node = writer.main_node("QLinearConv", std::move(inputs), result);
  set_window(node, layer, one_dimensional, true);
  set_attribute(node, "group", layer.group);
  if (are_tight(source, limits_of(layer))) write_limits(writer, source, limits_of(layer), result);
}

// Rows of input channels, whatever axes lie before them, by one matrix.
void write_product(ModelWriter& writer, const Source& source, const graph::Convolution& convolution) {
  const Layer& layer = convolution.layer;
  const graph::Value& in = source.input(0);
  const graph::Value& out = source.output();
  if (layer.group != 1 || in.shape.empty() || in.shape.back() != layer.in_channels || out.shape.empty() ||
      out.shape.back() != layer.out_channels) {
    source.refuse("expected a product of rows of channels by one matrix");
  }
  const Shape weight_extents = {layer.out_channels, layer.in_channels};
  const Weights weights = make_weights(writer, source, convolution, weight_extents);
  const bool flat = in.shape.size() == 2;
  int64_t rows = 1;
  for (size_t axis = 0; axis + 1 < in.shape.size(); ++axis) rows *= in.shape[axis];
  graph::Value x = in;
  if (!flat) x.name = writer.reshaped(in.name, {rows, layer.in_channels}, "rows");
  std::vector<std::string> inputs = {writer.dequantized(x, "x"),
                                     real_weights(writer, weights, convolution, weight_extents),
                                     real_bias(writer, weights, in.scale, convolution.bias)};
  onnx::NodeProto& node = writer.main_node("Gemm", std::move(inputs));
  set_attribute(node, "transB", int64_t{1});
  const std::string result = flat ? out.name : writer.fresh("product");
  write_limited(writer, source, limits_of(layer), ModelWriter::output_of(node), result);
  if (!flat) writer.reshaped(result, out.shape, "shaped", out.name);
}

}  // namespace

void write_convolution(ModelWriter& writer, const Source& source, const graph::Convolution& convolution) {
  if (is_convolution(source)) {
    write_conv(writer, source, convolution);
  } else {
    write_product(writer, source, convolution);
  }
}

}  // namespace hwcvp::onnx_export
