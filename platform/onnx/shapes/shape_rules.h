// The shapes and types of operators' outputs.
#pragma once

#include <string>
#include <vector>

#include "platform/onnx/shapes/node_context.h"

namespace hwcvp::onnx_import {

// One for each output of the node; fields that cannot be told stay empty.
using OutputTypes = std::vector<ValueType>;

using ShapeRule = void (*)(const NodeContext& context, OutputTypes& outputs);

// Null for operators that have none; names are "Conv", or "com.microsoft.QLinearAdd".
ShapeRule shape_rule(const std::string& operator_name);

// Operators whose outputs have the shape of the first input, or that which inputs have by broadcasting.
ShapeRule elementwise_rule(const std::string& operator_name);
// Operators that change places: Reshape, Slice, Concat, ...
ShapeRule move_rule(const std::string& operator_name);

// "Conv", "com.microsoft.QLinearAdd".
std::string operator_name(const onnx::NodeProto& node);

// The common shape of both; nothing where they do not fit.
std::optional<Dims> broadcast(const Dims& a, const Dims& b);

// A window that slides over the axes behind batch and channels: for convolutions and pooling.
struct Window {
  Dims kernel, strides, dilations;
  Dims pads;  // starts, then ends, automatic padding worked out
  Dims output;
};
// From the node's attributes; `kernel` and the attribute must agree where both are given. Nothing where it
// does not fit.
std::optional<Window> read_window(const NodeContext& context, const Dims& input, const Dims& kernel);

}  // namespace hwcvp::onnx_import
