#include "platform/calibration/model_of_nodes.h"

#include <set>

#include "schedules/files/output_file.h"

namespace hwcvp::onnx_import {

namespace {

// The file format that an operator set came with.
int64_t file_format(int64_t operator_set) {
  return operator_set <= 18 ? 8 : operator_set <= 20 ? 9 : operator_set <= 22 ? 10 : 11;
}

void describe(onnx::ValueInfoProto& info, const std::string& name, const ValueType& type) {
  info.set_name(name);
  onnx::TypeProto::Tensor& tensor = *info.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type.elem_type);
  if (!type.dims) return;
  tensor.mutable_shape();
  for (const int64_t extent : *type.dims) tensor.mutable_shape()->add_dim()->set_dim_value(extent);
}

}  // namespace

void write_nodes(const NodeList& list, const std::string& path) {
  onnx::ModelProto model;
  model.set_ir_version(file_format(list.operator_set));
  model.set_producer_name("hwcvp");
  model.add_opset_import()->set_version(list.operator_set);
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.set_name(list.name.empty() ? "network" : list.name);
  for (const std::string& input : list.inputs) describe(*graph.add_input(), input, list.type(input));
  for (const std::string& output : list.outputs) describe(*graph.add_output(), output, list.type(output));
  std::set<std::string> constants, domains;
  for (const Node& node : list.nodes) {
    *graph.add_node() = node;
    if (!node.domain().empty() && domains.insert(node.domain()).second) {
      onnx::OperatorSetIdProto& imported = *model.add_opset_import();
      imported.set_domain(node.domain());
      imported.set_version(1);
    }
    for (const std::string& input : node.input()) {
      const auto constant = list.constant(input);
      if (constant == nullptr || !constants.insert(input).second) continue;
      *graph.add_initializer() = to_tensor(*constant, input);
    }
  }
  const std::string bytes = model.SerializeAsString();
  OutputFile file(path);
  file.append(bytes.data(), bytes.size());
  file.commit();
}

}  // namespace hwcvp::onnx_import
