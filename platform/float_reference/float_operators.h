// Operators on real numbers.
#pragma once

#include <vector>

#include "platform/onnx/shapes/node_context.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

// The outputs of a node whose inputs all are constants to its context, of the types given. Single precision;
// sums of windows and what is elementwise in double precision, rounded once. Throws InputError for an
// operator that is not known here.
std::vector<Array> float_outputs(const NodeContext& context, const OutputTypes& types,
                                 const std::string& where);

// Its parts: pooling and resizing.
bool is_windowed(const std::string& op_type);
Array pooled(const NodeContext& context, const ValueType& type, const std::string& where);
Array resized(const NodeContext& context, const ValueType& type, const std::string& where);

inline const float* floats(const Array& array) { return reinterpret_cast<const float*>(array.bytes.data()); }
inline float* floats(Array& array) { return reinterpret_cast<float*>(array.bytes.data()); }

}  // namespace hwcvp::onnx_import
