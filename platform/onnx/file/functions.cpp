#include "platform/onnx/file/functions.h"

#include <fmt/format.h>
#include <google/protobuf/unknown_field_set.h>

#include <map>
#include <vector>

#include "platform/onnx/file/text.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

constexpr int kMostNodes = 1000000;
constexpr int kMostDepth = 100;
// FunctionProto.attribute_proto, which came with file format 9: attributes with their defaults.
constexpr int kDefaultsField = 11;

std::string key(const std::string& domain, const std::string& name) { return domain + "\n" + name; }

class Inliner {
 public:
  explicit Inliner(const ModelFile& file) : file_(file) {
    for (const onnx::FunctionProto& function : file.model.functions()) {
      functions_[key(function.domain(), function.name())] = &function;
    }
  }

  void add(const onnx::NodeProto& node, Nodes& nodes, int depth) {
    const auto found = functions_.find(key(node.domain(), node.op_type()));
    if (found == functions_.end()) {
      if (nodes.size() == kMostNodes) refuse(node, "a graph of at most a million nodes, found more");
      *nodes.Add() = node;
      return;
    }
    if (depth == kMostDepth) refuse(node, "a function that does not call itself, found one that does");
    const onnx::FunctionProto& function = *found->second;
    if (node.input_size() > function.input_size() || node.output_size() > function.output_size()) {
      refuse(node, fmt::format("at most {} inputs and {} outputs, as the function has, found {} and {}",
                               function.input_size(), function.output_size(), node.input_size(),
                               node.output_size()));
    }
    const std::string prefix = fmt::format("{}#{}/", node.name(), calls_++);
    std::map<std::string, std::string> names;
    for (int i = 0; i < function.input_size(); ++i) {
      names[function.input(i)] = i < node.input_size() ? node.input(i) : "";
    }
    for (int i = 0; i < function.output_size() && i < node.output_size(); ++i) {
      if (!node.output(i).empty()) names[function.output(i)] = node.output(i);
    }
    const std::map<std::string, onnx::AttributeProto> attributes = attributes_of(node, function);
    int position = 0;
    for (const onnx::NodeProto& inner : function.node()) {
      onnx::NodeProto copy = inner;
      copy.set_name(
          fmt::format("{}/{}", node.name().empty() ? node.op_type() : node.name(),
                      inner.name().empty() ? fmt::format("{}_{}", inner.op_type(), position) : inner.name()));
      ++position;
      rename(copy, prefix, names);
      bind(copy, attributes);
      add(copy, nodes, depth + 1);
    }
    // Outputs that are inputs handed through have no node of their own.
    for (int i = 0; i < function.output_size() && i < node.output_size(); ++i) {
      for (const std::string& input : function.input()) {
        if (input != function.output(i) || node.output(i).empty()) continue;
        onnx::NodeProto& identity = *nodes.Add();
        identity.set_op_type("Identity");
        identity.add_input(node.input(i));
        identity.add_output(node.output(i));
      }
    }
  }

 private:
  [[noreturn]] void refuse(const onnx::NodeProto& node, const std::string& expected) const {
    throw InputError(fmt::format("{}: node \"{}\" ({}): expected {}", file_.path, printable(node.name()),
                                 printable(node.op_type()), expected));
  }

  static std::map<std::string, onnx::AttributeProto> attributes_of(const onnx::NodeProto& node,
                                                                   const onnx::FunctionProto& function) {
    std::map<std::string, onnx::AttributeProto> attributes;
    const google::protobuf::UnknownFieldSet& unknown =
        onnx::FunctionProto::GetReflection()->GetUnknownFields(function);
    for (int i = 0; i < unknown.field_count(); ++i) {
      const google::protobuf::UnknownField& field = unknown.field(i);
      onnx::AttributeProto attribute;
      if (field.number() != kDefaultsField || field.type() != field.TYPE_LENGTH_DELIMITED) continue;
      if (attribute.ParseFromString(field.length_delimited())) attributes[attribute.name()] = attribute;
    }
    for (const onnx::AttributeProto& attribute : node.attribute()) attributes[attribute.name()] = attribute;
    return attributes;
  }

  static void rename(onnx::NodeProto& node, const std::string& prefix,
                     std::map<std::string, std::string>& names) {
    const auto renamed = [&](std::string& value) {
      if (value.empty()) return;
      const auto found = names.emplace(value, prefix + value).first;
      value = found->second;
    };
    for (std::string& input : *node.mutable_input()) renamed(input);
    for (std::string& output : *node.mutable_output()) renamed(output);
    for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
      if (!attribute.has_g()) continue;
      // Values of a subgraph get names of the same kind, also those that are its own.
      onnx::GraphProto& graph = *attribute.mutable_g();
      for (onnx::ValueInfoProto& input : *graph.mutable_input()) renamed(*input.mutable_name());
      for (onnx::TensorProto& tensor : *graph.mutable_initializer()) renamed(*tensor.mutable_name());
      for (onnx::NodeProto& inner : *graph.mutable_node()) rename(inner, prefix, names);
      for (onnx::ValueInfoProto& output : *graph.mutable_output()) renamed(*output.mutable_name());
    }
  }

  // Attributes that refer to those of the caller take their values, or go where it has none.
  static void bind(onnx::NodeProto& node, const std::map<std::string, onnx::AttributeProto>& attributes) {
    google::protobuf::RepeatedPtrField<onnx::AttributeProto> own;
    own.Swap(node.mutable_attribute());
    for (onnx::AttributeProto& attribute : own) {
      if (attribute.ref_attr_name().empty()) {
        if (attribute.has_g()) {
          for (onnx::NodeProto& inner : *attribute.mutable_g()->mutable_node()) bind(inner, attributes);
        }
        node.add_attribute()->Swap(&attribute);
        continue;
      }
      const auto found = attributes.find(attribute.ref_attr_name());
      if (found == attributes.end()) continue;
      onnx::AttributeProto& bound = *node.add_attribute();
      bound = found->second;
      bound.set_name(attribute.name());
    }
  }

  const ModelFile& file_;
  std::map<std::string, const onnx::FunctionProto*> functions_;
  int calls_ = 0;
};

}  // namespace

void inline_functions(ModelFile& file) {
  if (file.model.functions_size() == 0) return;
  Inliner inliner(file);
  Nodes nodes;
  for (const onnx::NodeProto& node : file.model.graph().node()) inliner.add(node, nodes, 0);
  file.model.mutable_graph()->mutable_node()->Swap(&nodes);
  file.model.clear_functions();
}

}  // namespace hwcvp::onnx_import
