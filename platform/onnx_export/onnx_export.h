// A quantized graph as an ONNX file, for other tools to run the very same thing.
//
// Operator set 17, file format version 8. Operators work on real numbers between DequantizeLinear and
// QuantizeLinear; each integer tensor of the graph has its name in the file. What differs:
//   convolutions and matrix products of int8 activations  QLinearConv, QLinearMatMul: ONNX Runtime on x86
//                                                         takes the other form for floating point
//   limits that are tighter than those of the type        Relu or Clip behind the rounding, which is exact
//   Table                                                 Gather from its 256 entries, on integers
//   a 1-D convolution, a product of other than two axes   between two Reshape, on integers
#pragma once

#include <cstdint>
#include <string>

#include "platform/graph/graph.h"

namespace hwcvp {

enum class OnnxForm : uint8_t {
  quantized,
  floating_point,  // the same network on real numbers, without rounding: weights * scale
};

// The same bytes for the same graph. Throws InputError, with a line that names the operator, for what has no
// form in ONNX: layers of the fixed-point mode, dilated averages, and factors that no weight scale gives.
// Tables are refused in floating point. Throws as OutputFile where the file cannot be written.
void write_onnx(const graph::Graph& graph, const std::string& path, OnnxForm form = OnnxForm::quantized);

}  // namespace hwcvp
