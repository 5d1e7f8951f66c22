#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/onnx/network/lowering.h"
#include "platform/onnx/shapes/shape_rules.h"
#include "platform/tensor/tensor.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

using graph::ValueIndex;

namespace {

// Numbers for each output channel, or one for all.
std::vector<float> spread(const Array& array, int64_t channels, const char* what) {
  if (array.size() != 1 && array.size() != channels) {
    throw CannotLower(fmt::format("{}: expected 1 or {} numbers, found {}", what, channels, array.size()));
  }
  std::vector<float> values(static_cast<size_t>(channels));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(array.number(array.size() == 1 ? 0 : static_cast<int64_t>(i)));
  }
  return values;
}

// Where an operator has its constants; -1: nowhere.
struct Operands {
  int x_scale, w, w_scale, w_zero, bias, y_scale;
};

// Weights less their zero points, as int8, output channels outermost.
HostTensor read_weights(Lowering& to, const Node& node, const Operands& at, const Shape& shape,
                        bool channels_last) {
  const Array& array = to.constant(node, at.w, "weights");
  if (!is_eight_bits(array.elem_type)) throw CannotLower("weights: expected int8 or uint8");
  const int64_t channels = shape[0], per_channel = array.size() / channels;
  std::vector<float> zeros(static_cast<size_t>(channels), 0);
  if (at.w_zero >= 0 && has_input(node, at.w_zero)) {
    zeros = spread(to.constant(node, at.w_zero, "zero point of the weights"), channels,
                   "zero point of the weights");
  }
  HostTensor weights(DataType::int8, shape);
  for (int64_t i = 0; i < array.size(); ++i) {
    const int64_t channel = channels_last ? i % channels : i / per_channel;
    const int64_t at_output = channels_last ? channel * per_channel + i / channels : i;
    const int64_t weight = array.integer(i) - static_cast<int64_t>(zeros[static_cast<size_t>(channel)]);
    if (weight < INT8_MIN || weight > INT8_MAX) {
      throw CannotLower("weights: less their zero point they do not fit into int8");
    }
    weights.data<int8_t>()[at_output] = static_cast<int8_t>(weight);
  }
  return weights;
}

std::vector<int32_t> read_bias(Lowering& to, const Node& node, int i, int64_t channels) {
  std::vector<int32_t> bias(static_cast<size_t>(channels), 0);
  if (i < 0 || !has_input(node, i)) return bias;
  const Array& array = to.constant(node, i, "bias");
  if (array.elem_type != onnx::TensorProto::INT32) throw CannotLower("bias: expected int32");
  if (array.size() != 1 && array.size() != channels) {
    throw CannotLower(
        fmt::format("bias: expected one number for each of {} outputs, found {}", channels, array.size()));
  }
  for (size_t c = 0; c < bias.size(); ++c) {
    bias[c] = static_cast<int32_t>(array.integer(array.size() == 1 ? 0 : static_cast<int64_t>(c)));
  }
  return bias;
}

// x_scale * w_scale / y_scale as ONNX Runtime computes it: single precision, from left to right, `alpha`
// first.
std::vector<float> factors(Lowering& to, const Node& node, const Operands& at, const Code& x, const Code& y,
                           int64_t channels, float alpha) {
  std::vector<float> scales =
      spread(to.constant(node, at.w_scale, "scale of the weights"), channels, "scale of the weights");
  for (float& scale : scales) {
    if (!std::isfinite(scale) || scale <= 0) {
      throw CannotLower("scale of the weights: expected finite numbers above 0");
    }
    const float input = alpha * x.step;
    const float accumulator = input * scale;
    scale = accumulator / y.step;
  }
  return scales;
}

// The axis of a convolution's or a product's output channels.
size_t channels_axis(const Node& node, size_t rank) { return node.op_type() == "QLinearConv" ? 1 : rank - 1; }

// Types, codes and constants once the layer's geometry is known. Adds the operator and its output.
void finish(Lowering& to, const Node& node, const Operands& at, ValueIndex x, Layer layer,
            const Shape& weight_dims, bool channels_last, float alpha) {
  layer.name = node.name();
  const graph::Value& input = to.value(x);
  layer.input_type = input.type;
  layer.weight_type = DataType::int8;
  graph::Convolution action;
  ValueIndex output = 0;
  const bool to_numbers = at.y_scale >= 0 && !has_input(node, at.y_scale);
  std::vector<float> steps;  // of the accumulators that become numbers
  if (to_numbers) {
    const Code x_code = to.code(node, at.x_scale, x);
    layer.input_zero_point = x_code.zero;
    layer.output_type = DataType::int32;
    steps = factors(to, node, at, x_code, Code{}, layer.out_channels, alpha);
    action.weights = read_weights(to, node, at, weight_dims, channels_last);
    action.bias = read_bias(to, node, at.bias, layer.out_channels);
    output = to.add_value(node.output(0) + "#accumulators", to.shape(node.output(0)), DataType::int32, 1, 0);
  } else if (at.y_scale >= 0) {
    const Code x_code = to.code(node, at.x_scale, x);
    const Code y_code = to.output_code(node, at.y_scale, to.list().type(node.output(0)).elem_type);
    layer.input_zero_point = x_code.zero;
    layer.output_type = machine_type_of(y_code.elem_type);
    layer.output_zero_point = y_code.zero;
    layer.scales = factors(to, node, at, x_code, y_code, layer.out_channels, alpha);
    const Attributes attributes = to.attributes(node);
    if (attributes.has("output_min")) {
      layer.output_min = static_cast<int32_t>(attributes.integer("output_min", 0));
    }
    if (attributes.has("output_max")) {
      layer.output_max = static_cast<int32_t>(attributes.integer("output_max", 0));
    }
    action.weights = read_weights(to, node, at, weight_dims, channels_last);
    action.bias = read_bias(to, node, at.bias, layer.out_channels);
    output = to.add_value(node.output(0), y_code);
  } else {
    // ConvInteger and MatMulInteger: x, w, x_zero_point, w_zero_point; accumulators come out.
    if (has_input(node, 2)) {
      const Array& zero = to.constant(node, 2, "zero point of the input");
      if (zero.size() != 1) throw CannotLower("zero point of the input: expected one number");
      layer.input_zero_point = static_cast<int32_t>(zero.integer(0));
    }
    layer.output_type = DataType::int32;
    action.weights = read_weights(to, node, at, weight_dims, channels_last);
    action.bias = std::vector<int32_t>(static_cast<size_t>(layer.out_channels), 0);
    output = to.add_value(node.output(0), DataType::int32, 1, 0);
  }
  if (output_shape(layer) != to.value(output).shape &&
      element_product(output_shape(layer)) != element_product(to.value(output).shape)) {
    throw CannotLower("its output has another shape than its operands give");
  }
  try {
    layer.validate("layer");
  } catch (const InputError& error) {
    throw CannotLower(error.what());
  }
  action.layer = std::move(layer);
  to.add_operator(node, {x}, output, std::move(action));
  if (!to_numbers) return;
  const size_t axis = channels_axis(node, to.value(output).shape.size());
  to.add_operator(node, {output}, to.add_value(node.output(0), DataType::float32, 1, 0),
                  graph::Dequantize{std::move(steps), axis}, "/dequantize");
}

}  // namespace

void lower_convolution(Lowering& to, const Node& node) {
  const bool linear = node.op_type() == "QLinearConv";
  const Operands at = linear ? Operands{1, 3, 4, 5, 8, 6} : Operands{-1, 1, -1, 3, -1, -1};
  if (to.attributes(node).integer("channels_last", 0) != 0) throw CannotLower("channels_last is set");
  const ValueIndex x = to.input(node, 0);
  const Shape input = to.value(x).shape;
  const Array& weights = to.constant(node, at.w, "weights");
  if (input.size() != weights.dims.size() || input.size() < 3 || input.size() > 4) {
    throw CannotLower(fmt::format(
        "expected a convolution of one or two dimensions, found an input of rank {}", input.size()));
  }
  const auto window =
      read_window(to.list().context(node), input, Dims(weights.dims.begin() + 2, weights.dims.end()));
  if (!window) throw CannotLower("its attributes do not fit its operands");
  const bool line = input.size() == 3;  // one row
  const auto rows = [&](const Dims& values) { return line ? 1 : values[0]; };
  Layer layer;
  layer.batch = input[0];
  layer.in_channels = input[1];
  layer.in_height = line ? 1 : input[2];
  layer.in_width = input.back();
  layer.out_channels = weights.dims[0];
  layer.group = to.attributes(node).integer("group", 1);
  layer.kernel_shape = {rows(window->kernel), window->kernel.back()};
  layer.strides = {rows(window->strides), window->strides.back()};
  layer.dilations = {rows(window->dilations), window->dilations.back()};
  const Dims& pads = window->pads;
  layer.pads = line ? std::array<int64_t, 4>{0, pads[0], 0, pads[1]}
                    : std::array<int64_t, 4>{pads[0], pads[1], pads[2], pads[3]};
  if (layer.group < 1 || layer.in_channels % layer.group != 0 ||
      weights.dims[1] != layer.in_channels / layer.group) {
    throw CannotLower("its weights do not fit its input's channels");
  }
  const Shape dims = {layer.out_channels, weights.dims[1], layer.kernel_shape[0], layer.kernel_shape[1]};
  finish(to, node, at, x, layer, dims, false, 1);
}

void lower_product(Lowering& to, const Node& node) {
  const std::string& name = node.op_type();
  const bool gemm = name == "QGemm", linear = gemm || name == "QLinearMatMul";
  const Operands at = gemm     ? Operands{1, 3, 4, 5, 6, 7}
                      : linear ? Operands{1, 3, 4, 5, -1, 6}
                               : Operands{-1, 1, -1, 3, -1, -1};
  const Attributes attributes = to.attributes(node);
  const ValueIndex a = to.input(node, 0);
  const Shape input = to.value(a).shape;
  Dims matrix = to.constant(node, at.w, "second matrix").dims;
  while (matrix.size() > 2 && matrix.front() == 1) matrix.erase(matrix.begin());
  if (matrix.size() != 2) throw CannotLower("expected one constant matrix for all images");
  if (input.empty()) throw CannotLower("expected a matrix, found a scalar");
  if (gemm && attributes.integer("transA", 0) != 0)
    throw CannotLower("transA: the first matrix is transposed");
  const bool transposed = gemm && attributes.integer("transB", 0) != 0;
  Layer layer;
  layer.batch = 1;
  for (size_t i = 0; i + 1 < input.size(); ++i) layer.batch *= input[i];
  layer.in_channels = input.back();
  layer.out_channels = matrix[transposed ? 0 : 1];
  if (matrix[transposed ? 1 : 0] != layer.in_channels) {
    throw CannotLower(fmt::format("expected a second matrix of {} rows, found {}", layer.in_channels,
                                  matrix[transposed ? 1 : 0]));
  }
  finish(to, node, at, a, layer, {layer.out_channels, layer.in_channels, 1, 1}, !transposed,
         static_cast<float>(attributes.number("alpha", 1)));
}

}  // namespace hwcvp::onnx_import
