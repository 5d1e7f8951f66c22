// Puts QuantizeLinear and DequantizeLinear around what is to run on integers.
#pragma once

#include <map>
#include <string>

#include "platform/calibration/code_plan.h"
#include "platform/calibration/value_range.h"

namespace hwcvp::onnx_import {

// The integers of activations, 256 of them.
struct IntegerType {
  int32_t elem_type = onnx::TensorProto::UINT8;

  int32_t least() const { return elem_type == onnx::TensorProto::INT8 ? -128 : 0; }
  int32_t most() const { return least() + 255; }
};

// real = scale * (q - zero_point).
struct ValueCode {
  IntegerType type;  // of q
  float scale = 1;
  int32_t zero_point = 0;
  float least = 0, most = 0;  // of the real numbers that are kept
  std::string integers;       // the name of the quantized tensor
  std::string real;           // the name of what DequantizeLinear makes of it
};

// By the value's name in the list before.
using ValueCodes = std::map<std::string, ValueCode>;

// The codes of all values that the plan gives one, from their ranges: those of a group together. Throws
// InputError for a value that no range was seen of.
ValueCodes choose_codes(const NodeList& list, const CodePlan& plan,
                        const std::map<std::string, ValueRange>& ranges, double percent, IntegerType type);

// The list with every coded value quantized and dequantized behind the node that makes it. Constants beside a
// tensor get integers of `type`. Weights become
// int8 with a scale for each output channel, biases int32. Where a Relu or Clip changes the integers of its
// code, what it reads is quantized as well, so that it works on rounded numbers.
void quantize_nodes(NodeList& list, const CodePlan& plan, ValueCodes& codes, IntegerType type);

}  // namespace hwcvp::onnx_import
