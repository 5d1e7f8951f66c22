// How integers stand for numbers: real = scale * (q - zero_point), as the constants of a node say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/onnx/network/node_list.h"

namespace hwcvp::onnx_import {

// Of all of a tensor.
struct Code {
  std::string scale, zero_point;  // constants of the list
  float step = 1;                 // the scale's value
  int32_t zero = 0;               // the zero point's value
  int32_t elem_type = onnx::TensorProto::UINT8;
};

// Same numbers and type, by whatever constants.
bool operator==(const Code& a, const Code& b);
inline bool operator!=(const Code& a, const Code& b) { return !(a == b); }

// Limits of an 8-bit type.
int32_t least_of(int32_t elem_type);
int32_t most_of(int32_t elem_type);
bool is_eight_bits(int32_t elem_type);

// From two inputs of a node, the scale and the zero point behind it; nothing where they are not constants of
// one element, the scale is not finite and above 0, or the type is not of 8 bits. `elem_type` where there is
// no zero point; it gets a constant of 0.
std::optional<Code> read_code(NodeList& list, const Node& node, int scale, int32_t elem_type);
std::optional<Code> find_code(const NodeList& list, const Node& node, int scale, int32_t elem_type);

// The code with which a DequantizeLinear reads, or a QuantizeLinear writes.
std::optional<Code> code_of(NodeList& list, const Node& node);

// Which input of a quantized operator has the scale of its output, the zero point being the one behind;
// nothing for operators whose output has the code of their input.
std::optional<int> output_scale_input(const Node& node);

bool is_quantize(const Node& node);
bool is_dequantize(const Node& node);

// round(x / scale) + zero point, as ONNX Runtime does: in single precision, ties to even, saturated.
int32_t quantized(float number, const Code& code);
float dequantized(int32_t integer, const Code& code);

}  // namespace hwcvp::onnx_import
