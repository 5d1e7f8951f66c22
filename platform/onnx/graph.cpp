#include "platform/onnx/graph.h"

#include "platform/onnx/file/attributes.h"
#include "platform/onnx/file/tensor_elements.h"

namespace hwcvp::onnx_import {

namespace {

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, const char* name) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

}  // namespace

Graph::Graph(const ModelFile& file) {
  const onnx::GraphProto& graph = file.model.graph();
  for (const auto* const values : {&graph.input(), &graph.output(), &graph.value_info()}) {
    for (const onnx::ValueInfoProto& value : *values) types_[value.name()] = &value.type();
  }
  for (const onnx::TensorProto& tensor : graph.initializer()) constants_[tensor.name()].tensor = &tensor;
  for (const onnx::ValueInfoProto& output : graph.output()) ++uses_[output.name()];
  for (const onnx::NodeProto& node : graph.node()) {
    for (const std::string& input : node.input()) ++uses_[input];
    if (!node.domain().empty() || node.output_size() != 1) continue;
    add_constant(node);
    add_activation_code(node);
  }
}

void Graph::add_constant(const onnx::NodeProto& node) {
  if (node.op_type() == "Constant") absorbed_.insert(&node);  // of no numbers: those are initializers by now
  if (node.op_type() != "DequantizeLinear") return;
  const Constant* const source = has_input(node, 0) ? constant(node.input(0)) : nullptr;
  const std::optional<Quantization> code = quantization_of(node);
  if (source == nullptr || source->quantization || !code) return;
  Constant result = *source;
  result.quantization = code;
  absorbed_.insert(&node);
  constants_[node.output(0)] = result;
}

void Graph::add_activation_code(const onnx::NodeProto& node) {
  if (absorbed(node) || !has_input(node, 0)) return;
  if (node.op_type() == "Relu") rectified_[node.input(0)] = node.output(0);
  const bool from = node.op_type() == "DequantizeLinear";
  if (!from && node.op_type() != "QuantizeLinear") return;
  const std::optional<Quantization> code = quantization_of(node);
  if (!code) return;
  if (from) {
    dequantized_[node.output(0)] = *code;
  } else {
    quantized_[node.input(0)] = *code;
  }
}

std::optional<Quantization> Graph::quantization_of(const onnx::NodeProto& node) const {
  const Constant* const scale = has_input(node, 1) ? constant(node.input(1)) : nullptr;
  const Constant* const zero_point = has_input(node, 2) ? constant(node.input(2)) : nullptr;
  if (scale == nullptr || scale->quantization || (has_input(node, 2) && zero_point == nullptr)) return {};
  Quantization code;
  code.scale = scale->tensor;
  if (zero_point != nullptr) code.zero_point = zero_point->tensor;
  if (node.op_type() == "QuantizeLinear") {  // the zero point tells the type of what comes out
    code.elem_type = zero_point == nullptr ? onnx::TensorProto::UINT8 : zero_point->tensor->data_type();
  } else {
    code.elem_type = elem_type(node.input(0));
  }
  const onnx::AttributeProto* const axis = find_attribute(node, "axis");
  if (axis != nullptr) code.axis = axis->i();
  return code;
}

const Constant* Graph::constant(const std::string& value) const {
  const Constant* const found = find(value);
  return found != nullptr && has_data(*found->tensor) ? found : nullptr;
}

const Constant* Graph::find(const std::string& value) const {
  const auto found = constants_.find(value);
  return found == constants_.end() ? nullptr : &found->second;
}

std::optional<std::vector<int64_t>> Graph::shape(const std::string& value) const {
  if (const Constant* const known = find(value)) {
    std::vector<int64_t> dims(known->tensor->dims().begin(), known->tensor->dims().end());
    return dims;
  }
  const auto found = types_.find(value);
  if (found == types_.end() || !found->second->has_tensor_type()) return {};
  const onnx::TypeProto::Tensor& type = found->second->tensor_type();
  if (!type.has_shape()) return {};
  std::vector<int64_t> dims;
  for (const auto& dim : type.shape().dim()) {
    if (!dim.has_dim_value()) return {};
    dims.push_back(dim.dim_value());
  }
  return dims;
}

int32_t Graph::elem_type(const std::string& value) const {
  if (const Constant* const known = find(value)) {
    return known->quantization ? onnx::TensorProto::FLOAT : known->tensor->data_type();
  }
  const auto found = types_.find(value);
  if (found == types_.end() || !found->second->has_tensor_type()) return onnx::TensorProto::UNDEFINED;
  return found->second->tensor_type().elem_type();
}

std::optional<Quantization> Graph::dequantized_from(const std::string& value) const {
  const auto found = dequantized_.find(value);
  if (found == dequantized_.end()) return {};
  return found->second;
}

std::optional<Quantization> Graph::quantized_to(const std::string& value) const {
  for (const std::string* at = &value;;) {
    const auto uses = uses_.find(*at);
    if (uses == uses_.end() || uses->second != 1) return {};
    const auto rectified = rectified_.find(*at);
    if (rectified != rectified_.end()) {
      at = &rectified->second;
      continue;
    }
    const auto found = quantized_.find(*at);
    if (found == quantized_.end()) return {};
    return found->second;
  }
}

}  // namespace hwcvp::onnx_import
