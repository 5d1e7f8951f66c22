#include "platform/onnx/operator_codes.h"

#include <fmt/format.h>

#include "platform/onnx/file/attributes.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

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
  if (value >= 0) {
    code.elem_type = context.graph.elem_type(node.input(value));
  } else if (code.zero_point != nullptr) {  // outputs have the type of their zero point
    code.elem_type = code.zero_point->data_type();
  }
  return code;
}

}  // namespace

void set_operator_codes(LayerSource& source, const ImportContext& context, const onnx::NodeProto& node,
                        const OperatorInputs& inputs, int64_t channel_axis) {
  int x_zero_point = inputs.x_zero_point;
  if (inputs.x_scale < 0 && has_input(node, x_zero_point) &&
      context.graph.constant(node.input(x_zero_point)) == nullptr) {
    source.notes.emplace_back("zero point of the input is not in the file: 0");
    x_zero_point = -1;
  }
  set_input_code(source,
                 read_code(context, node, inputs.x, inputs.x_scale, x_zero_point, "input", source.where));
  set_weights(source, context, node.input(inputs.w), channel_axis);
  Quantization weights =
      read_code(context, node, inputs.w, inputs.w_scale, inputs.w_zero_point, "weights", source.where);
  weights.axis = channel_axis;  // the only one that scales can lie along
  set_weight_code(source, weights, channel_axis);
  if (inputs.y_scale < 0) {
    source.layer.output_type = DataType::int32;
  } else {
    set_output_code(
        source, read_code(context, node, -1, inputs.y_scale, inputs.y_zero_point, "output", source.where));
    source.bias.accumulator_units = true;
  }
}

void note_rounding(LayerSource& source) {
  if (source.layer.single_precision() || source.layer.output_type == DataType::int32) return;
  source.notes.emplace_back("ties round up and not to even: outputs can differ from ONNX by one");
}

}  // namespace hwcvp::onnx_import
