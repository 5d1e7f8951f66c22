#include "platform/commands/network_export.h"

#include <fmt/format.h>

#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <variant>

#include "platform/commands/file_uses.h"
#include "platform/commands/graph_options.h"
#include "platform/networks/builtin_graph.h"
#include "platform/onnx_export/onnx_export.h"
#include "platform/report/format.h"

namespace hwcvp {

namespace {

int64_t weight_bytes(const graph::Graph& graph) {
  int64_t total = 0;
  for (const graph::Operator& op : graph.operators) {
    const auto* convolution = std::get_if<graph::Convolution>(&op.action);
    if (convolution != nullptr) total += convolution->weights.size_bytes();
  }
  return total;
}

}  // namespace

void add_export_options(CommandOptions& options) {
  options.add_value("onnx", "FILE",
                    "write the built-in network NAME with pseudo-random weights as an ONNX file; its "
                    "activations are uint8, int8 with --types int8, or all of it is in floating point with "
                    "--types float32");
  options.add_value("seed", "N", "seed of the weights and scales (default: 1)");
  options.add_value("batch", "N", "images at once (default: 1)");
}

void export_network(const CommandOptions& options, const std::string& name) {
  const std::string path = options.text("onnx");
  FileUses uses;
  uses.writes("--onnx", path);
  const uint64_t seed = options.integer("seed", 0, std::numeric_limits<uint64_t>::max(), 1);
  const graph::Graph graph =
      builtin_graph(name, read_builtin_options(options, seed, {"uint8", "int8", "float32"}));
  write_onnx(graph, path,
             options.text("types") == "float32" ? OnnxForm::floating_point : OnnxForm::quantized);
  if (options.has("json")) {
    const nlohmann::ordered_json document = {{"name", graph.name},
                                             {"onnx", path},
                                             {"operators", graph.operators.size()},
                                             {"weight_bytes", weight_bytes(graph)}};
    std::cout << document.dump(2) << '\n';
  } else {
    std::cout << fmt::format("{}: {} operators, {} of weights, written to {}\n", graph.name,
                             graph.operators.size(), bytes_text(weight_bytes(graph)), path);
  }
}

}  // namespace hwcvp
