#include "platform/onnx_export/model_writer.h"

#include <fmt/format.h>

#include <utility>

#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp::onnx_export {

namespace {

constexpr int64_t kOperatorSet = 17;
constexpr int64_t kFileFormat = 8;

onnx::AttributeProto& add_attribute(onnx::NodeProto& node, const char* name,
                                    onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

void describe(onnx::ValueInfoProto& info, const graph::Value& value, DataType type) {
  info.set_name(value.name);
  onnx::TypeProto::Tensor& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx_type(type));
  tensor.mutable_shape();
  for (const int64_t extent : value.shape) tensor.mutable_shape()->add_dim()->set_dim_value(extent);
}

template <typename T>
void set_elements(onnx::TensorProto& tensor, const std::vector<T>& values) {
  tensor.set_raw_data(values.data(), values.size() * sizeof(T));
}

}  // namespace

onnx::TensorProto::DataType onnx_type(DataType type) {
  switch (type) {
    case DataType::int8:
      return onnx::TensorProto::INT8;
    case DataType::uint8:
      return onnx::TensorProto::UINT8;
    case DataType::int16:
      return onnx::TensorProto::INT16;
    case DataType::int32:
      return onnx::TensorProto::INT32;
    case DataType::float32:
      break;
  }
  return onnx::TensorProto::FLOAT;
}

ModelWriter::ModelWriter(const graph::Graph& graph, OnnxForm form) : form_(form) {
  model_.set_ir_version(kFileFormat);
  model_.set_producer_name("hwcvp");
  model_.add_opset_import()->set_version(kOperatorSet);
  onnx::GraphProto& to = *model_.mutable_graph();
  to.set_name(graph.name);
  for (const graph::Value& value : graph.values) {
    if (!names_.insert(value.name).second) {
      throw InputError(
          fmt::format("{}: value {}: expected a name of its own", shown(graph.name), shown(value.name)));
    }
  }
  const auto type_of = [&](const graph::Value& value) {
    return is_floating_point() ? DataType::float32 : value.type;
  };
  for (const graph::ValueIndex index : graph.inputs) {
    describe(*to.add_input(), graph.values[index], type_of(graph.values[index]));
  }
  for (const graph::ValueIndex index : graph.outputs) {
    describe(*to.add_output(), graph.values[index], type_of(graph.values[index]));
  }
}

void ModelWriter::write_constant(const graph::Value& value, const HostTensor& integers) {
  onnx::TensorProto& tensor = *model_.mutable_graph()->add_initializer();
  tensor.set_name(value.name);
  for (const int64_t extent : value.shape) tensor.add_dims(extent);
  if (!is_floating_point()) {
    tensor.set_data_type(onnx_type(value.type));
    tensor.set_raw_data(integers.bytes(), static_cast<size_t>(integers.size_bytes()));
    return;
  }
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  std::vector<float> numbers;
  for (int64_t i = 0; i < integers.elements(); ++i) {
    const int32_t integer = value.type == DataType::int8 ? static_cast<int8_t>(integers.bytes()[i])
                                                         : int32_t{integers.bytes()[i]};
    numbers.push_back(value.scale * static_cast<float>(integer - value.zero_point));
  }
  set_elements(tensor, numbers);
}

void ModelWriter::begin(const graph::Operator& op) { prefix_ = op.name; }

onnx::NodeProto& ModelWriter::node(const std::string& type, const std::string& role,
                                   std::vector<std::string> inputs, const std::string& output) {
  onnx::NodeProto& node = *model_.mutable_graph()->add_node();
  node.set_op_type(type);
  node.set_name(prefix_ + "/" + role);
  for (std::string& input : inputs) node.add_input(std::move(input));
  node.add_output(output.empty() ? fresh(role) : output);
  return node;
}

onnx::NodeProto& ModelWriter::main_node(const std::string& type, std::vector<std::string> inputs,
                                        const std::string& output) {
  onnx::NodeProto& made = node(type, "real", std::move(inputs), output);
  made.set_name(prefix_);
  return made;
}

std::string ModelWriter::constant(const std::string& role, const std::vector<float>& values, bool scalar) {
  onnx::TensorProto& tensor = initializer(role, onnx::TensorProto::FLOAT);
  if (!scalar) tensor.add_dims(static_cast<int64_t>(values.size()));
  set_elements(tensor, values);
  return tensor.name();
}

std::string ModelWriter::constant(const std::string& role, const std::vector<int64_t>& values) {
  onnx::TensorProto& tensor = initializer(role, onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<int64_t>(values.size()));
  set_elements(tensor, values);
  return tensor.name();
}

std::string ModelWriter::constant(const std::string& role, const std::vector<int32_t>& values) {
  onnx::TensorProto& tensor = initializer(role, onnx::TensorProto::INT32);
  tensor.add_dims(static_cast<int64_t>(values.size()));
  set_elements(tensor, values);
  return tensor.name();
}

std::string ModelWriter::zero_point(const std::string& role, DataType type, int32_t value) {
  onnx::TensorProto& tensor = initializer(role, onnx_type(type));
  const auto byte = static_cast<uint8_t>(value);
  tensor.set_raw_data(&byte, 1);
  return tensor.name();
}

std::string ModelWriter::constant(const std::string& role, const Shape& shape,
                                  const std::vector<float>& values) {
  onnx::TensorProto& tensor = initializer(role, onnx::TensorProto::FLOAT);
  for (const int64_t extent : shape) tensor.add_dims(extent);
  set_elements(tensor, values);
  return tensor.name();
}

std::string ModelWriter::zeros(const std::string& role, int64_t count) {
  onnx::TensorProto& tensor = initializer(role, onnx::TensorProto::INT8);
  tensor.add_dims(count);
  tensor.set_raw_data(std::string(static_cast<size_t>(count), '\0'));
  return tensor.name();
}

std::string ModelWriter::constant(const std::string& role, DataType type, const Shape& shape,
                                  const uint8_t* bytes) {
  onnx::TensorProto& tensor = initializer(role, onnx_type(type));
  int64_t elements = 1;
  for (const int64_t extent : shape) {
    tensor.add_dims(extent);
    elements *= extent;
  }
  tensor.set_raw_data(bytes, static_cast<size_t>(elements));
  return tensor.name();
}

std::string ModelWriter::dequantized(const graph::Value& value, const std::string& role) {
  if (is_floating_point()) return value.name;
  const std::string scale = constant(role + "_scale", std::vector<float>{value.scale}, true);
  const std::string zero = zero_point(role + "_zero_point", value.type, value.zero_point);
  return output_of(node("DequantizeLinear", role, {value.name, scale, zero}));
}

void ModelWriter::quantize(const std::string& input, const graph::Value& value, const std::string& name,
                           const std::string& role) {
  if (is_floating_point()) {
    node("Identity", role, {input}, name.empty() ? value.name : name);
    return;
  }
  const std::string scale = constant(role + "_scale", std::vector<float>{value.scale}, true);
  const std::string zero = zero_point(role + "_zero_point", value.type, value.zero_point);
  node("QuantizeLinear", role, {input, scale, zero}, name.empty() ? value.name : name);
}

std::string ModelWriter::reshaped(const std::string& input, const Shape& shape, const std::string& role,
                                  const std::string& output) {
  return output_of(node("Reshape", role, {input, constant(role + "_shape", shape)}, output));
}

onnx::TensorProto& ModelWriter::initializer(const std::string& role, onnx::TensorProto::DataType type) {
  onnx::TensorProto& tensor = *model_.mutable_graph()->add_initializer();
  tensor.set_name(fresh(role));
  tensor.set_data_type(type);
  return tensor;
}

std::string ModelWriter::fresh(const std::string& role) {
  std::string name = prefix_ + "/" + role;
  for (int number = 2; !names_.insert(name).second; ++number) {
    name = fmt::format("{}/{}_{}", prefix_, role, number);
  }
  return name;
}

void set_attribute(onnx::NodeProto& node, const char* name, int64_t value) {
  add_attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void set_attribute(onnx::NodeProto& node, const char* name, const std::vector<int64_t>& values) {
  onnx::AttributeProto& attribute = add_attribute(node, name, onnx::AttributeProto::INTS);
  for (const int64_t value : values) attribute.add_ints(value);
}

void set_attribute(onnx::NodeProto& node, const char* name, const char* text) {
  add_attribute(node, name, onnx::AttributeProto::STRING).set_s(text);
}

}  // namespace hwcvp::onnx_export
