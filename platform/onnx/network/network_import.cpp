#include "platform/onnx/network/network_import.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "platform/graph/check.h"
#include "platform/onnx/file/text.h"
#include "platform/onnx/network/lowering.h"
#include "platform/onnx/network/passes.h"
#include "platform/onnx/shapes/model_reader.h"
#include "platform/onnx/shapes/shape_rules.h"
#include "schedules/workload/error.h"

namespace hwcvp {

using namespace onnx_import;  // NOLINT(google-build-using-namespace): the parts of this one function

namespace {

// The code of integers that come into the network: as their first reader takes them.
Code input_code(NodeList& list, const std::string& input, int32_t elem_type) {
  for (const Node& node : list.nodes) {
    for (int i = 0; i + 1 < node.input_size(); ++i) {
      if (node.input(i) != input) continue;
      if (const auto code = find_code(list, node, i + 1, elem_type)) return *code;
    }
  }
  Code plain;
  plain.elem_type = elem_type;
  return plain;
}

// What a node that is missing would make, so that those behind it are judged as well.
void add_outputs(Lowering& lowering, const Node& node) {
  NodeList& list = lowering.list();
  for (const std::string& output : node.output()) {
    if (output.empty() || lowering.has_value(output)) continue;
    const int32_t elem_type = list.type(output).elem_type;
    try {
      Code code;
      if (is_eight_bits(elem_type)) code = input_code(list, output, elem_type);
      lowering.add_value(output, machine_type_of(elem_type), code.step, code.zero);
    } catch (const CannotLower&) {
      // Its readers say that it is missing.
    }
  }
}

// Why an input cannot be the machine's; empty where it can.
std::string add_input(Lowering& lowering, const std::string& input) {
  NodeList& list = lowering.list();
  try {
    const int32_t elem_type = list.type(input).elem_type;
    Code code;
    if (is_eight_bits(elem_type)) code = input_code(list, input, elem_type);
    lowering.graph().inputs.push_back(
        lowering.add_value(input, machine_type_of(elem_type), code.step, code.zero));
  } catch (const CannotLower& missing) {
    return missing.reason();
  }
  return "";
}

NetworkOperator lower(Lowering& lowering, const Node& node) {
  const std::string name = operator_name(node);
  NetworkOperator op = {node.name(), printable(name), "", ""};
  if (const graph::Engine* const engine = engine_of_operator(name)) op.engine = to_string(*engine);
  const size_t operators = lowering.graph().operators.size();
  try {
    lower_node(lowering, node);
  } catch (const CannotLower& missing) {
    op.missing = missing.reason();
    add_outputs(lowering, node);
    return op;
  }
  // What moves nothing after all runs nowhere.
  if (lowering.graph().operators.size() == operators + 1) {
    op.engine = to_string(graph::engine_of(lowering.graph().operators.back()));
  }
  return op;
}

NodeList read_nodes(const std::string& path, const std::map<std::string, int64_t>& dimensions) {
  ModelFile file;
  read_model(path, dimensions, file);
  return NodeList(file);
}

NetworkImport import_here(const std::string& path, const std::map<std::string, int64_t>& dimensions,
                          std::ostream* passes) {
  NodeList list = read_nodes(path, dimensions);
  if (passes != nullptr) {
    *passes << "as read, constants folded\n";
    print(*passes, list);
  }
  for (const Pass& pass : onnx_import::passes()) {
    pass.run(list);
    if (passes == nullptr) continue;
    *passes << pass.name << '\n';
    print(*passes, list);
  }
  NetworkImport network;
  network.complete = true;
  Lowering lowering(list);
  lowering.graph().name = printable(list.name);
  const auto add = [&](NetworkOperator op) {
    network.complete = network.complete && op.missing.empty();
    network.operators.push_back(std::move(op));
  };
  for (const std::string& input : list.inputs) {
    const std::string missing = add_input(lowering, input);
    if (!missing.empty()) add({printable(input), "input", "", missing});
  }
  for (const Node& node : list.nodes) {
    // Constants belong to the operators that read them.
    if (is_dequantize(node) && list.is_constant(node.input(0))) continue;
    add(lower(lowering, node));
  }
  for (const std::string& output : list.outputs) {
    if (lowering.has_value(output)) {
      lowering.graph().outputs.push_back(lowering.value_of(output));
    } else if (list.is_constant(output)) {
      add({printable(output), "output", "", "is a constant"});
    }
  }
  network.graph = std::move(lowering.graph());
  if (network.complete) graph::check(network.graph);
  return network;
}

}  // namespace

NetworkImport import_network(const std::string& path, const std::map<std::string, int64_t>& dimensions,
                             std::ostream* passes) {
  try_apart(path, [&] { import_here(path, dimensions, nullptr); });
  return import_here(path, dimensions, passes);
}

void require_complete(const NetworkImport& network, const std::string& path) {
  if (network.complete) return;
  std::string text;
  for (const NetworkOperator& op : network.operators) {
    if (op.missing.empty()) continue;
    if (!text.empty()) text += "; ";
    text += fmt::format("{} \"{}\": {}", op.type, op.name, op.missing);
  }
  throw InputError(fmt::format("{}: cannot be run as a whole: {}", path, text));
}

}  // namespace hwcvp
