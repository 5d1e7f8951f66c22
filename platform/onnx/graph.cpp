#include "platform/onnx/graph.h"

#include "platform/onnx/attributes.h"

namespace hwcvp::onnx_import {

namespace {

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, const char* name) {
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

// Rows and columns exchanged: the permutation 1, 0, or none given, which reverses all axes.
bool exchanges_two_axes(const onnx::NodeProto& node, const Constant& constant) {
  const onnx::AttributeProto* const perm = find_attribute(node, "perm");
  if (constant.tensor->dims_size() != 2) return false;
  return perm == nullptr || (perm->ints_size() == 2 && perm->ints(0) == 1 && perm->ints(1) == 0);
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
  Constant result;
  if (node.op_type() == "Constant") {
    absorbed_.insert(&node);
    const onnx::AttributeProto* const value = find_attribute(node, "value");
    if (value == nullptr || !value->has_t()) return;
    result.tensor = &value->t();
  } else {
    const Constant* const source = has_input(node, 0) ? constant(node.input(0)) : nullptr;
    if (source == nullptr) return;
    result = *source;
    if (node.op_type() == "DequantizeLinear") {
      const std::optional<Quantization> code = quantization_of(node);
      if (!code || source->quantization) return;
      result.quantization = code;
    } else if (node.op_type() == "Transpose") {
      // Scales of channels would have to change their axis.
      if (!exchanges_two_axes(node, *source) || source->quantization) return;
      result.transposed = !source->transposed;
    } else if (node.op_type() != "Identity") {
      return;
    }
  }
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
  const auto found = constants_.find(value);
  return found == constants_.end() ? nullptr : &found->second;
}

std::optional<std::vector<int64_t>> Graph::shape(const std::string& value) const {
  if (const Constant* const known = constant(value)) {
    std::vector<int64_t> dims(known->tensor->dims().begin(), known->tensor->dims().end());
    if (known->transposed) std::swap(dims[0], dims[1]);
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
  if (const Constant* const known = constant(value)) {
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
  const auto uses = uses_.find(value);
  if (uses == uses_.end() || uses->second != 1) return {};
  const auto rectified = rectified_.find(value);
  if (rectified != rectified_.end()) return quantized_to(rectified->second);
  const auto found = quantized_.find(value);
  if (found == quantized_.end()) return {};
  return found->second;
}

}  // namespace hwcvp::onnx_import
