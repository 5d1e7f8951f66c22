#include "tests/platform/onnx/model_builder.h"

namespace hwcvp {

namespace {

void set_dims(onnx::TensorProto& tensor, const Dims& dims) {
  for (const int64_t extent : dims) tensor.add_dims(extent);
}

void set_type(onnx::ValueInfoProto& value, const std::string& name, onnx::TensorProto::DataType type) {
  value.set_name(name);
  value.mutable_type()->mutable_tensor_type()->set_elem_type(type);
}

}  // namespace

onnx::TensorProto float_tensor(const std::string& name, const Dims& dims, const std::vector<float>& values) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  set_dims(tensor, dims);
  for (const float value : values) tensor.add_float_data(value);
  return tensor;
}

onnx::TensorProto integer_tensor(const std::string& name, onnx::TensorProto::DataType type, const Dims& dims,
                                 const std::vector<int32_t>& values) {
  onnx::TensorProto tensor;
  tensor.set_name(name);
  tensor.set_data_type(type);
  set_dims(tensor, dims);
  for (const int32_t value : values) {
    if (type == onnx::TensorProto::INT64) {
      tensor.add_int64_data(value);
    } else {
      tensor.add_int32_data(value);
    }
  }
  return tensor;
}

onnx::TensorProto some_floats(const std::string& name, const Dims& dims) {
  size_t count = 1;
  for (const int64_t extent : dims) count *= static_cast<size_t>(extent);
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) {
    const auto step = static_cast<float>((i * 37 + 11) % 101);
    values[i] = (step + 1) / 64.0F * (i % 2 == 0 ? 1.0F : -1.0F);
  }
  return float_tensor(name, dims, values);
}

onnx::AttributeProto& NodeBuilder::attribute(const char* name, onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node_.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

NodeBuilder& NodeBuilder::set(const char* name, int64_t value) {
  attribute(name, onnx::AttributeProto::INT).set_i(value);
  return *this;
}

NodeBuilder& NodeBuilder::set(const char* name, const Dims& values) {
  onnx::AttributeProto& integers = attribute(name, onnx::AttributeProto::INTS);
  for (const int64_t value : values) integers.add_ints(value);
  return *this;
}

NodeBuilder& NodeBuilder::set_text(const char* name, const char* text) {
  attribute(name, onnx::AttributeProto::STRING).set_s(text);
  return *this;
}

NodeBuilder& NodeBuilder::set_number(const char* name, float value) {
  attribute(name, onnx::AttributeProto::FLOAT).set_f(value);
  return *this;
}

NodeBuilder& NodeBuilder::set(const char* name, const onnx::TensorProto& value) {
  *attribute(name, onnx::AttributeProto::TENSOR).mutable_t() = value;
  return *this;
}

ModelBuilder::ModelBuilder(int64_t operator_set, int64_t ir_version) {
  model_.set_ir_version(ir_version);
  model_.add_opset_import()->set_version(operator_set);
  graph().set_name("graph");
}

ModelBuilder& ModelBuilder::input(const std::string& name, const Dims& dims,
                                  onnx::TensorProto::DataType type) {
  onnx::ValueInfoProto& value = *graph().add_input();
  set_type(value, name, type);
  auto& shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
  for (const int64_t extent : dims) shape.add_dim()->set_dim_value(extent);
  return *this;
}

ModelBuilder& ModelBuilder::output(const std::string& name, onnx::TensorProto::DataType type) {
  set_type(*graph().add_output(), name, type);
  return *this;
}

ModelBuilder& ModelBuilder::initializer(const onnx::TensorProto& tensor) {
  *graph().add_initializer() = tensor;
  return *this;
}

NodeBuilder ModelBuilder::add(const std::string& name, const std::string& op_type,
                              const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs) {
  onnx::NodeProto& node = *graph().add_node();
  node.set_name(name);
  node.set_op_type(op_type);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return NodeBuilder(node);
}

ConvModel::ConvModel(const Dims& x, const Dims& w, int64_t operator_set) : ModelBuilder(operator_set) {
  input("x", x).initializer(some_floats("w", w)).output("y");
  add("conv", "Conv", {"x", "w"}, {"y"});
}

}  // namespace hwcvp
