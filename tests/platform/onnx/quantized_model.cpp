#include "tests/platform/onnx/quantized_model.h"

namespace hwcvp {

std::string QuantizedModel::quantized_input(const std::string& name, const Dims& dims, float scale,
                                            int zero_point) {
  input(name + "_f", dims);
  return quantize(name + "_f", name, scale, zero_point);
}

std::string QuantizedModel::quantize(const std::string& value, const std::string& name, float scale,
                                     int zero_point) {
  initializer(float_tensor(name + "_s", {}, {scale}));
  initializer(integer_tensor(name + "_z", activations_, {}, {zero_point}));
  add(name + "_quantize", "QuantizeLinear", {value, name + "_s", name + "_z"}, {name + "_q"});
  add(name + "_dequantize", "DequantizeLinear", {name + "_q", name + "_s", name + "_z"}, {name});
  return name;
}

std::string QuantizedModel::weights(const std::string& name, const Dims& dims, bool by_channel,
                                    int64_t axis) {
  int64_t count = 1;
  for (const int64_t extent : dims) count *= extent;
  std::vector<int32_t> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<int32_t>((i * 37 + 11) % 255 - 127));
  initializer(integer_tensor(name + "_q", onnx::TensorProto::INT8, dims, values));
  const int64_t channels = by_channel ? dims[static_cast<size_t>(axis)] : 1;
  std::vector<float> scales;
  for (int64_t i = 0; i < channels; ++i) scales.push_back(0.01F + 0.001F * static_cast<float>(i));
  const Dims shape = by_channel ? Dims{channels} : Dims{};
  initializer(float_tensor(name + "_s", shape, scales));
  initializer(integer_tensor(name + "_z", onnx::TensorProto::INT8, shape,
                             std::vector<int32_t>(static_cast<size_t>(channels), 0)));
  add(name + "_dequantize", "DequantizeLinear", {name + "_q", name + "_s", name + "_z"}, {name})
      .set("axis", axis);
  return name;
}

std::string QuantizedModel::bias(const std::string& name, int64_t channels, float scale) {
  std::vector<int32_t> values;
  for (int64_t i = 0; i < channels; ++i) values.push_back(static_cast<int32_t>(i * 1000 - 500));
  initializer(integer_tensor(name + "_q", onnx::TensorProto::INT32, {channels}, values));
  initializer(float_tensor(name + "_s", {}, {scale}));
  add(name + "_dequantize", "DequantizeLinear", {name + "_q", name + "_s"}, {name});
  return name;
}

QuantizedModel small_resnet(int64_t operator_set, onnx::TensorProto::DataType activations) {
  QuantizedModel model(operator_set, activations);
  const int zero = activations == onnx::TensorProto::UINT8 ? 0 : -128;
  model.quantized_input("x", {1, 3, 16, 16}, 0.02F, zero + 114);
  model.weights("w1", {8, 3, 3, 3});
  model.bias("b1", 8, 0.0002F);
  model.add("conv1", "Conv", {"x", "w1", "b1"}, {"c1"}).set("strides", {2, 2}).set("pads", {1, 1, 1, 1});
  model.add("relu1", "Relu", {"c1"}, {"r1"});
  model.quantize("r1", "a1", 0.05F, zero);
  model.add("pool", "MaxPool", {"a1"}, {"m1"}).set("kernel_shape", {2, 2}).set("strides", {2, 2});
  model.quantize("m1", "a2", 0.05F, zero);
  model.weights("w2", {8, 8, 3, 3});
  model.add("conv2", "Conv", {"a2", "w2"}, {"c2"}).set("pads", {1, 1, 1, 1});
  model.quantize("c2", "a3", 0.1F, zero + 120);
  model.add("add", "Add", {"a3", "a2"}, {"s1"});
  model.add("relu2", "Relu", {"s1"}, {"r2"});
  model.quantize("r2", "a4", 0.08F, zero);
  model.add("mean", "GlobalAveragePool", {"a4"}, {"g1"});
  model.quantize("g1", "a5", 0.06F, zero);
  model.add("flat", "Flatten", {"a5"}, {"f1"});
  model.weights("w3", {10, 8});
  model.bias("b3", 10, 0.0006F);
  model.add("fc", "Gemm", {"f1", "w3", "b3"}, {"l1"}).set("transB", 1);
  model.quantize("l1", "logits", 0.1F, zero + 100);
  model.output("logits");
  return model;
}

}  // namespace hwcvp
