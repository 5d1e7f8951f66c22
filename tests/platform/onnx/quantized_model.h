// Builds quantized ONNX models: operators between QuantizeLinear and DequantizeLinear, as exporters write
// them.
#pragma once

#include <string>
#include <vector>

#include "tests/platform/onnx/model_builder.h"

namespace hwcvp {

class QuantizedModel : public ModelBuilder {
 public:
  explicit QuantizedModel(int64_t operator_set = 13,
                          onnx::TensorProto::DataType activations = onnx::TensorProto::UINT8)
      : ModelBuilder(operator_set), activations_(activations) {}

  // A floating-point input, quantized and dequantized again. Each of these returns the name of the number
  // that its last DequantizeLinear makes, which is NAME.
  std::string quantized_input(const std::string& name, const Dims& dims, float scale, int zero_point);
  // QuantizeLinear and DequantizeLinear behind `value`; the integers are called NAME_q.
  std::string quantize(const std::string& value, const std::string& name, float scale, int zero_point);
  // Constant int8 weights behind DequantizeLinear, with a scale for each of the first axis.
  std::string weights(const std::string& name, const Dims& dims, bool by_channel = true, int64_t axis = 0);
  // A constant int32 bias behind DequantizeLinear.
  std::string bias(const std::string& name, int64_t channels, float scale);

 private:
  onnx::TensorProto::DataType activations_;
};

// Convolutions, a residual addition, pooling and a fully connected layer, quantized.
QuantizedModel small_resnet(int64_t operator_set = 13,
                            onnx::TensorProto::DataType activations = onnx::TensorProto::UINT8);

}  // namespace hwcvp
