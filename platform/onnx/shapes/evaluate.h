// Operators carried out on constants: shape arithmetic, and what stands between a file's weights and their
// use.
#pragma once

#include <vector>

#include "platform/onnx/shapes/node_context.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

// The outputs of a node whose inputs are known, of the types and shapes given. Empty for operators that are
// not evaluated, where an input is not known, and where outputs would take more than `most_bytes`.
// DequantizeLinear is not carried out: integers and their scale tell more than the numbers.
std::vector<Array> evaluate(const NodeContext& context, const OutputTypes& types, int64_t most_bytes);

// The constant of a Constant node, of numbers; nothing for others.
std::optional<Array> constant_of(const onnx::NodeProto& node, const std::string& folder,
                                 const std::string& where);

// Functions of one number, by operator ("Relu", "Sigmoid", ...), with the node's attributes; null for others.
// In double precision, but for Sigmoid and Tanh, which are ONNX Runtime's of single precision.
std::function<double(double)> unary_function(const onnx::NodeProto& node, const std::string& where);
// Functions of two numbers: Add, Sub, Mul, Div, Pow, Min, Max, ...
double (*binary_function(const std::string& operator_name))(double, double);

}  // namespace hwcvp::onnx_import
