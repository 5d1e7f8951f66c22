#include "platform/commands/graph_options.h"

#include "platform/cli/values.h"
#include "platform/commands/onnx_options.h"
#include "platform/networks/builtin_graph.h"
#include "platform/onnx/network/network_import.h"
#include "schedules/workload/error.h"

namespace hwcvp {

void add_graph_options(CommandOptions& options) {
  options.add_value("network", "NAME",
                    "a built-in network (`hwcvp networks` lists them) or a quantized ONNX file, FILE.onnx");
  options.add_positional("network");
  options.add_value("types", "TYPE", "activations of a built-in network: uint8 (default) or int8");
  options.add_value("batch", "N", "images at once, for a built-in network (default: 1)");
  options.add_value("onnx-dim", "NAME=SIZE,...", "sizes of dimensions that an ONNX file leaves open");
}

BuiltinGraphOptions read_builtin_options(const CommandOptions& options, uint64_t seed,
                                         const std::vector<std::string>& allowed) {
  BuiltinGraphOptions chosen;
  chosen.seed = seed;
  chosen.batch = static_cast<int64_t>(options.integer("batch", 1, INT32_MAX, 1));
  const std::string types = parse_choice(options.text("types", "uint8"), "--types", allowed);
  chosen.activations = types == "int8" ? DataType::int8 : DataType::uint8;
  return chosen;
}

graph::Graph read_graph(const CommandOptions& options, uint64_t seed) {
  const std::string network = options.text("network");
  if (!is_onnx_file(network)) {
    if (options.has("onnx-dim")) throw InputError("--onnx-dim: expected an ONNX file with it");
    return builtin_graph(network, read_builtin_options(options, seed));
  }
  for (const char* option : {"types", "batch"}) {
    if (options.has(option)) {
      throw InputError(std::string("--") + option +
                       ": expected a built-in network with it, found an ONNX file");
    }
  }
  NetworkImport import = read_whole_network(options, network);
  require_complete(import, network);
  return std::move(import.graph);
}

}  // namespace hwcvp
