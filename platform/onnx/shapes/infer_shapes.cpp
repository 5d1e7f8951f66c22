#include "platform/onnx/shapes/infer_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/file/text.h"
#include "platform/onnx/shapes/evaluate.h"
#include "platform/onnx/shapes/moves.h"
#include "platform/onnx/shapes/shape_rules.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

void set_type(onnx::ValueInfoProto& value, const ValueType& type) {
  onnx::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
  if (type.elem_type != onnx::TensorProto::UNDEFINED) tensor.set_elem_type(type.elem_type);
  if (!type.dims) return;
  tensor.clear_shape();
  tensor.mutable_shape();
  for (const int64_t extent : *type.dims) tensor.mutable_shape()->add_dim()->set_dim_value(extent);
}

std::string dims_text(const Dims& dims) {
  std::string text;
  for (const int64_t extent : dims) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text.empty() ? "a scalar" : text;
}

class Inference {
 public:
  explicit Inference(ModelFile& file)
      : file_(file), graph_(*file.model.mutable_graph()), operator_set_(operator_set_of(file)) {
    for (const onnx::ValueInfoProto& input : graph_.input()) types_[input.name()] = value_type(input);
    for (const auto* const values : {&graph_.value_info(), &graph_.output()}) {
      for (const onnx::ValueInfoProto& value : *values) declared_[value.name()] = value_type(value);
    }
    for (const onnx::TensorProto& tensor : graph_.initializer()) {
      types_[tensor.name()] = {tensor.data_type(), Dims(tensor.dims().begin(), tensor.dims().end())};
      tensors_[tensor.name()] = &tensor;
      bytes_left_ += 4 * static_cast<int64_t>(tensor.ByteSizeLong());
    }
  }

  void run() {
    google::protobuf::RepeatedPtrField<onnx::NodeProto> kept;
    for (onnx::NodeProto& node : *graph_.mutable_node()) {
      if (fold(node)) continue;
      if (node.op_type() == "DequantizeLinear" && node.output_size() == 1) {
        dequantized_[node.output(0)] = node;
      }
      kept.Add()->Swap(&node);
    }
    graph_.mutable_node()->Swap(&kept);
    add_constants();
    write_types();
  }

 private:
  std::string where(const onnx::NodeProto& node) const {
    return fmt::format("{}: node \"{}\" ({})", file_.path, printable(node.name()), printable(node.op_type()));
  }

  NodeContext context(const onnx::NodeProto& node) {
    return {node, operator_set_, where(node), [this](const std::string& value) { return type(value); },
            [this](const std::string& value) { return constant(value); }};
  }

  ValueType type(const std::string& value) const {
    const auto found = types_.find(value);
    return found == types_.end() ? ValueType{} : found->second;
  }

  std::shared_ptr<const Array> constant(const std::string& value) {
    const auto known = constants_.find(value);
    if (known != constants_.end()) return known->second;
    const auto tensor = tensors_.find(value);
    if (tensor == tensors_.end()) return nullptr;
    auto array = read_array(*tensor->second, file_.folder,
                            fmt::format("{}: initializer \"{}\"", file_.path, printable(value)));
    std::shared_ptr<const Array> read;
    if (array) read = std::make_shared<const Array>(std::move(*array));
    constants_[value] = read;
    return read;
  }

  void add_constant(const std::string& value, Array array) {
    bytes_left_ -= static_cast<int64_t>(array.bytes.size());
    types_[value] = {array.elem_type, array.dims};
    made_.push_back(value);
    constants_[value] = std::make_shared<const Array>(std::move(array));
  }

  // Whether the node's outputs are constants, so that it can go. Else its outputs' types are known
  // afterwards.
  bool fold(onnx::NodeProto& node) {
    if (node.domain().empty() && node.op_type() == "Constant" && node.output_size() == 1) {
      auto array = constant_of(node, file_.folder, where(node));
      if (!array) return keep_constant(node);
      add_constant(node.output(0), std::move(*array));
      return true;
    }
    if (move_behind_constant(node)) return false;
    OutputTypes outputs(static_cast<size_t>(node.output_size()));
    const NodeContext known = context(node);
    if (outputs.empty()) return false;
    if (const ShapeRule rule = shape_rule(operator_name(node))) rule(known, outputs);
    for (const ValueType& output : outputs) {
      if (output.dims && !element_product(*output.dims)) outputs.assign(outputs.size(), {});
    }
    std::vector<Array> arrays = evaluate(known, outputs, bytes_left_);
    if (!arrays.empty()) {
      for (size_t i = 0; i < arrays.size(); ++i) {
        add_constant(node.output(static_cast<int>(i)), std::move(arrays[i]));
      }
      return true;
    }
    if (absent_weights(known, outputs)) return true;
    for (size_t i = 0; i < outputs.size(); ++i) {
      const std::string& name = node.output(static_cast<int>(i));
      const ValueType said = declared_.count(name) != 0 ? declared_[name] : ValueType{};
      if (outputs[i].elem_type == onnx::TensorProto::UNDEFINED) outputs[i].elem_type = said.elem_type;
      if (!outputs[i].dims) outputs[i].dims = said.dims;
      types_[name] = outputs[i];
    }
    return false;
  }

  // Strings and sparse constants stay nodes.
  bool keep_constant(const onnx::NodeProto& node) {
    if (const onnx::TensorProto* const value = Attributes(node, where(node)).tensor("value")) {
      types_[node.output(0)] = {value->data_type(), Dims(value->dims().begin(), value->dims().end())};
    }
    return false;
  }

  // Constants whose elements are not in the file stay so behind a node that only changes places.
  bool absent_weights(const NodeContext& known, const OutputTypes& outputs) {
    const onnx::NodeProto& node = known.node();
    const auto tensor = node.input_size() > 0 ? tensors_.find(node.input(0)) : tensors_.end();
    if (tensor == tensors_.end() || has_data(*tensor->second) || node.output_size() != 1 ||
        !outputs[0].dims) {
      return false;
    }
    static constexpr const char* kMoves[] = {"Identity",  "Reshape",   "Flatten", "Squeeze",
                                             "Transpose", "Unsqueeze", "Cast"};
    if (!node.domain().empty() || std::none_of(std::begin(kMoves), std::end(kMoves),
                                               [&](const char* name) { return node.op_type() == name; })) {
      return false;
    }
    auto absent = std::make_unique<onnx::TensorProto>();
    absent->set_name(node.output(0));
    absent->set_data_type(outputs[0].elem_type);
    for (const int64_t extent : *outputs[0].dims) absent->add_dims(extent);
    types_[node.output(0)] = outputs[0];
    tensors_[node.output(0)] = absent.get();
    absent_.push_back(std::move(absent));
    return true;
  }

  // Reshape(DequantizeLinear(constant)) becomes DequantizeLinear(constant), the constant reshaped; likewise
  // for the other operators that only change places.
  bool move_behind_constant(onnx::NodeProto& node) {
    static constexpr const char* kMoves[] = {"Identity", "Reshape",   "Flatten",
                                             "Squeeze",  "Transpose", "Unsqueeze"};
    if (!node.domain().empty() || node.output_size() != 1 || node.input_size() == 0 ||
        std::none_of(std::begin(kMoves), std::end(kMoves),
                     [&](const char* name) { return node.op_type() == name; })) {
      return false;
    }
    const auto found = dequantized_.find(node.input(0));
    if (found == dequantized_.end()) return false;
    const onnx::NodeProto& dequantize = found->second;
    const auto integers = constant(dequantize.input(0));
    const auto scale = dequantize.input_size() > 1 ? constant(dequantize.input(1)) : nullptr;
    if (integers == nullptr || scale == nullptr) return false;
    onnx::NodeProto on_integers = node;
    on_integers.set_input(0, dequantize.input(0));
    const NodeContext known = context(on_integers);
    OutputTypes outputs(1);
    shape_rule(node.op_type())(known, outputs);
    if (!outputs[0].dims) return false;
    std::optional<int64_t> axis = moved_axis(known, dequantize, integers->dims, *outputs[0].dims);
    if (scale->size() == 1) axis = 1;
    if (!axis) return false;
    std::vector<Array> moved = evaluate(known, outputs, bytes_left_);
    if (moved.size() != 1) return false;
    const std::string name = node.output(0) + "#integers";
    add_constant(name, std::move(moved[0]));
    node.set_op_type("DequantizeLinear");
    node.clear_input();
    node.add_input(name);
    for (int i = 1; i < dequantize.input_size(); ++i) node.add_input(dequantize.input(i));
    node.clear_attribute();
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name("axis");
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(*axis);
    types_[node.output(0)] = {scale->elem_type, outputs[0].dims};
    return true;
  }

  // Where the axis of the scales comes to lie.
  static std::optional<int64_t> moved_axis(const NodeContext& move, const onnx::NodeProto& dequantize,
                                           const Dims& from, const Dims& to) {
    const Attributes attributes(dequantize, "");
    if (attributes.integer("block_size", 0) != 0) return {};
    const auto axis = front_axis(attributes.integer("axis", 1), from.size());
    if (!axis) return {};
    if (move.node().op_type() == "Transpose") {
      const auto permutation = read_permutation(move, from.size());
      for (size_t i = 0; i < permutation->size(); ++i) {
        if ((*permutation)[i] == *axis) return static_cast<int64_t>(i);
      }
      return {};
    }
    int64_t before = 1, outer = 1;
    for (size_t i = 0; i < *axis; ++i) before *= from[i];
    for (size_t i = 0; i < to.size() && outer <= before; ++i) {
      if (outer == before && to[i] == from[*axis]) return static_cast<int64_t>(i);
      outer *= to[i];
    }
    return {};
  }

  void add_constants() {
    for (const std::string& name : made_) *graph_.add_initializer() = to_tensor(*constants_[name], name);
    for (const auto& absent : absent_) *graph_.add_initializer() = *absent;
  }

  void write_types() {
    graph_.clear_value_info();
    for (const onnx::NodeProto& node : graph_.node()) {
      for (const std::string& name : node.output()) {
        const auto found = types_.find(name);
        if (name.empty() || found == types_.end()) continue;
        onnx::ValueInfoProto& value = *graph_.add_value_info();
        value.set_name(name);
        set_type(value, found->second);
      }
    }
    for (onnx::ValueInfoProto& output : *graph_.mutable_output()) {
      const ValueType said = value_type(output), found = type(output.name());
      if (said.dims && found.dims && *said.dims != *found.dims) {
        throw InputError(fmt::format("{}: output \"{}\": expected {}, as its node makes it, found {}",
                                     file_.path, printable(output.name()), dims_text(*found.dims),
                                     dims_text(*said.dims)));
      }
      if (found.elem_type != onnx::TensorProto::UNDEFINED || found.dims) set_type(output, found);
    }
  }

  ModelFile& file_;
  onnx::GraphProto& graph_;
  int64_t operator_set_;
  std::unordered_map<std::string, ValueType> types_, declared_;
  std::unordered_map<std::string, const onnx::TensorProto*> tensors_;  // initializers
  std::unordered_map<std::string, std::shared_ptr<const Array>> constants_;
  std::unordered_map<std::string, onnx::NodeProto> dequantized_;  // by output
  std::vector<std::string> made_;                                 // constants that become initializers
  std::vector<std::unique_ptr<onnx::TensorProto>> absent_;
  // What constants may come to: a file of a few bytes must not ask for gigabytes.
  int64_t bytes_left_ = int64_t{1} << 26;
};

}  // namespace

ValueType value_type(const onnx::ValueInfoProto& value) {
  ValueType type;
  if (!value.type().has_tensor_type()) return type;
  const onnx::TypeProto::Tensor& tensor = value.type().tensor_type();
  type.elem_type = tensor.elem_type();
  if (!tensor.has_shape()) return type;
  Dims dims;
  for (const auto& dim : tensor.shape().dim()) {
    if (!dim.has_dim_value() || dim.dim_value() < 0) return type;
    dims.push_back(dim.dim_value());
  }
  type.dims = dims;
  return type;
}

void infer_shapes(ModelFile& file) { Inference(file).run(); }

int64_t operator_set_of(const ModelFile& file) {
  for (const onnx::OperatorSetIdProto& set : file.model.opset_import()) {
    if (set.domain().empty()) return set.version();
  }
  return 0;
}

}  // namespace hwcvp::onnx_import
