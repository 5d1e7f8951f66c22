#include <fmt/format.h>

#include "platform/onnx/file/attributes.h"
#include "platform/onnx/layer_import.h"
#include "platform/onnx/operands.h"
#include "platform/onnx/operator_codes.h"
#include "platform/tensor/tensor.h"
#include "schedules/geometry/line_span.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

constexpr OperatorInputs kConv = {0, 1, 2, -1, -1, -1, -1, -1, -1};
constexpr OperatorInputs kConvInteger = {0, 1, -1, -1, 2, -1, 3, -1, -1};
constexpr OperatorInputs kQLinearConv = {0, 3, 8, 1, 2, 4, 5, 6, 7};

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

// Of a line, which is an image of one row, the axis of columns alone.
Pads read_pads(const Layer& layer, bool line, const Attributes& attributes, const std::string& where) {
  const std::vector<int64_t> given =
      attributes.integers("pads", line ? std::vector<int64_t>{0, 0} : std::vector<int64_t>{0, 0, 0, 0});
  const Pads explicit_pads =
      line ? Pads{0, given[0], 0, given[1]} : Pads{given[0], given[1], given[2], given[3]};
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

// {rows, columns}; of a line, one row.
std::array<int64_t, 2> pair_of(const std::vector<int64_t>& values, bool line) {
  return {line ? 1 : values[0], values.back()};
}

void set_geometry(Layer& layer, const Attributes& attributes, const std::vector<int64_t>& x,
                  const std::vector<int64_t>& w, const std::string& where) {
  if (x.size() != w.size() || x.size() < 3 || x.size() > 4) {
    throw InputError(fmt::format(
        "{}: expected a convolution of one or two dimensions, with input and weights of rank 3 or "
        "4, found ranks {} and {}",
        where, x.size(), w.size()));
  }
  require_sizes(x, "input", where);
  require_sizes(w, "weights", where);
  const bool line = x.size() == 3;
  layer.batch = x[0];
  layer.in_channels = x[1];
  layer.in_height = line ? 1 : x[2];
  layer.in_width = x.back();
  layer.out_channels = w[0];
  const std::vector<int64_t> kernel(w.begin() + 2, w.end());
  layer.kernel_shape = pair_of(kernel, line);
  const auto pair = [&](const char* name) {
    return pair_of(attributes.integers(name, std::vector<int64_t>(kernel.size(), 1)), line);
  };
  layer.strides = pair("strides");
  layer.dilations = pair("dilations");
  layer.group = attributes.integer("group", 1);
  const std::vector<int64_t> given = attributes.integers("kernel_shape", kernel);
  if (given != kernel) {
    throw InputError(fmt::format("{}: attribute kernel_shape: expected {} as the weights have, found {}",
                                 where, to_string(kernel), to_string(given)));
  }
  layer.pads = read_pads(layer, line, attributes, where);
  layer.validate(where);
  if (w[1] != layer.in_channels / layer.group) {
    throw InputError(fmt::format("{}: weights: expected {} input channels for {} in {} group(s), found {}",
                                 where, layer.in_channels / layer.group, layer.in_channels, layer.group,
                                 w[1]));
  }
}

}  // namespace

LayerSource import_convolution(const ImportContext& context, const onnx::NodeProto& node,
                               const std::string& where) {
  const bool integer = node.op_type() != "Conv";
  const OperatorInputs& inputs = !integer                          ? kConv
                                 : node.op_type() == "ConvInteger" ? kConvInteger
                                                                   : kQLinearConv;
  LayerSource source;
  source.folder = context.file.folder;
  source.where = where;
  source.operator_name = node.op_type();
  const std::string &x = node.input(inputs.x), &w = node.input(inputs.w), &y = node.output(0);
  Layer& layer = source.layer;
  const std::vector<int64_t> input = require_shape(context, x, "input", where);
  set_geometry(layer, Attributes(node, where), input, require_shape(context, w, "weights", where), where);
  std::vector<int64_t> output = output_shape(layer);
  if (input.size() == 3) output.erase(output.begin() + 2);
  check_output_shape(source, context, y, output);
  if (integer) {
    set_operator_codes(source, context, node, inputs, 0);
  } else {
    set_input(source, context, x);
    set_output(source, context, y);
    set_weights(source, context, w, 0);
  }
  if (inputs.bias >= 0 && has_input(node, inputs.bias)) set_bias(source, context, node.input(inputs.bias));
  prepare_operands(source);
  if (node.op_type() == "QLinearConv") note_rounding(source);
  layer.validate(where);
  return source;
}

}  // namespace hwcvp::onnx_import
