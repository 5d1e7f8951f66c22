#include <fmt/format.h>

#include "platform/onnx/file/attributes.h"
#include "platform/onnx/layer_import.h"
#include "platform/onnx/operands.h"
#include "platform/tensor/tensor.h"
#include "schedules/geometry/line_span.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

// Where an operator has its inputs; -1: it has none such.
struct Inputs {
  int x, w, bias, x_scale, x_zero_point, w_scale, w_zero_point, y_scale, y_zero_point;
};
constexpr Inputs kConv = {0, 1, 2, -1, -1, -1, -1, -1, -1};
constexpr Inputs kConvInteger = {0, 1, -1, -1, 2, -1, 3, -1, -1};
constexpr Inputs kQLinearConv = {0, 3, 8, 1, 2, 4, 5, 6, 7};

using Pads = std::array<int64_t, 4>;

// Where uneven padding has its odd line: as SAME_UPPER and SAME_LOWER say.
enum class OddLine { at_end, at_start };

Pads same_pads(const Layer& layer, OddLine odd) {
  Pads pads = {};
  const std::array<int64_t, 2> sizes = {layer.in_height, layer.in_width};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t total =
        same_padding(sizes[axis], layer.strides[axis], layer.kernel_shape[axis], layer.dilations[axis]);
    pads[axis] = odd == OddLine::at_start ? total - total / 2 : total / 2;
    pads[axis + 2] = total - pads[axis];
  }
  return pads;
}

Pads read_pads(const Layer& layer, const Attributes& attributes, const std::string& where) {
  const std::vector<int64_t> given = attributes.integers("pads", {0, 0, 0, 0});
  const Pads explicit_pads = {given[0], given[1], given[2], given[3]};
  const std::string auto_pad = attributes.text("auto_pad", "NOTSET");
  Pads pads = {};
  if (auto_pad == "NOTSET") {
    return explicit_pads;
  }
  if (auto_pad == "SAME_UPPER") {
    pads = same_pads(layer, OddLine::at_end);
  } else if (auto_pad == "SAME_LOWER") {
    pads = same_pads(layer, OddLine::at_start);
  } else if (auto_pad != "VALID") {
    throw InputError(fmt::format(
        "{}: attribute auto_pad: expected NOTSET, SAME_UPPER, SAME_LOWER or VALID, found another word",
        where));
  }
  if (attributes.has("pads") && explicit_pads != pads) {
    throw InputError(fmt::format("{}: attribute pads: expected none beside auto_pad {}", where, auto_pad));
  }
  return pads;
}

// Sizes up to here cannot overflow where they are multiplied by one another.
void require_sizes(const std::vector<int64_t>& shape, const char* what, const std::string& where) {
  for (const int64_t extent : shape) {
    if (extent < 1 || extent > INT32_MAX) {
      throw InputError(fmt::format("{}: {}: expected dimensions of 1 to {}, found {}", where, what, INT32_MAX,
                                   to_string(shape)));
    }
  }
}

void set_geometry(Layer& layer, const Attributes& attributes, const std::vector<int64_t>& x,
                  const std::vector<int64_t>& w, const std::string& where) {
  if (x.size() != 4 || w.size() != 4) {
    throw InputError(
        fmt::format("{}: expected a convolution of two dimensions, with input and weights of rank 4, found "
                    "ranks {} and {}",
                    where, x.size(), w.size()));
  }
  require_sizes(x, "input", where);
  require_sizes(w, "weights", where);
  layer.batch = x[0];
  layer.in_channels = x[1];
  layer.in_height = x[2];
  layer.in_width = x[3];
  layer.out_channels = w[0];
  layer.kernel_shape = {w[2], w[3]};
  const auto pair = [&](const char* name, int64_t otherwise) {
    const std::vector<int64_t> values = attributes.integers(name, {otherwise, otherwise});
    return std::array<int64_t, 2>{values[0], values[1]};
  };
  layer.strides = pair("strides", 1);
  layer.dilations = pair("dilations", 1);
  layer.group = attributes.integer("group", 1);
  const std::vector<int64_t> kernel = attributes.integers("kernel_shape", {w[2], w[3]});
  if (kernel[0] != w[2] || kernel[1] != w[3]) {
    throw InputError(fmt::format("{}: attribute kernel_shape: expected {} x {} as the weights have, found {}",
                                 where, w[2], w[3], to_string(kernel)));
  }
  layer.pads = read_pads(layer, attributes, where);
  layer.validate(where);
  if (w[1] != layer.in_channels / layer.group) {
    throw InputError(fmt::format("{}: weights: expected {} input channels for {} in {} group(s), found {}",
                                 where, layer.in_channels / layer.group, layer.in_channels, layer.group,
                                 w[1]));
  }
}

// A constant input, null where the node has none.
const onnx::TensorProto* require_constant(const ImportContext& context, const onnx::NodeProto& node, int i,
                                          const char* what, const std::string& where) {
  if (i < 0 || !has_input(node, i)) return nullptr;
  const Constant* const constant = context.graph.constant(node.input(i));
  if (constant == nullptr || constant->quantization) {
    throw InputError(fmt::format("{}: {}: expected a constant", where, what));
  }
  return constant->tensor;
}

Quantization read_code(const ImportContext& context, const onnx::NodeProto& node, int value, int scale,
                       int zero_point, const std::string& what, const std::string& where) {
  Quantization code;
  code.scale = require_constant(context, node, scale, (what + " scale").c_str(), where);
  code.zero_point = require_constant(context, node, zero_point, (what + " zero point").c_str(), where);
  code.axis = 0;
  if (value >= 0) {
    code.elem_type = context.graph.elem_type(node.input(value));
  } else if (code.zero_point != nullptr) {  // outputs have the type of their zero point
    code.elem_type = code.zero_point->data_type();
  }
  return code;
}

// Element types and codes as the operator's own inputs say.
void set_operator_codes(LayerSource& source, const ImportContext& context, const onnx::NodeProto& node,
                        const Inputs& inputs) {
  set_input_code(
      source, read_code(context, node, inputs.x, inputs.x_scale, inputs.x_zero_point, "input", source.where));
  set_weights(source, context, node.input(inputs.w), 0);
  set_weight_code(
      source,
      read_code(context, node, inputs.w, inputs.w_scale, inputs.w_zero_point, "weights", source.where), 0);
  if (inputs.y_scale < 0) {
    source.layer.output_type = DataType::int32;
  } else {
    set_output_code(
        source, read_code(context, node, -1, inputs.y_scale, inputs.y_zero_point, "output", source.where));
    source.bias.accumulator_units = true;
  }
}

}  // namespace

LayerSource import_convolution(const ImportContext& context, const onnx::NodeProto& node,
                               const std::string& where) {
  const bool integer = node.op_type() != "Conv";
  const Inputs& inputs = !integer ? kConv : node.op_type() == "ConvInteger" ? kConvInteger : kQLinearConv;
  LayerSource source;
  source.folder = context.file.folder;
  source.where = where;
  source.operator_name = node.op_type();
  const std::string &x = node.input(inputs.x), &w = node.input(inputs.w), &y = node.output(0);
  Layer& layer = source.layer;
  set_geometry(layer, Attributes(node, where), require_shape(context, x, "input", where),
               require_shape(context, w, "weights", where), where);
  check_output_shape(source, context, y, output_shape(layer));
  if (integer) {
    set_operator_codes(source, context, node, inputs);
    if (node.op_type() == "QLinearConv") {
      source.notes.emplace_back("ties round up and not to even: outputs can differ from ONNX by one");
    }
  } else {
    set_input(source, context, x);
    set_output(source, context, y);
    set_weights(source, context, w, 0);
  }
  if (inputs.bias >= 0 && has_input(node, inputs.bias)) set_bias(source, context, node.input(inputs.bias));
  layer.validate(where);
  prepare_operands(source);
  return source;
}

}  // namespace hwcvp::onnx_import
