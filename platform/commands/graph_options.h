// The options of commands that take a whole network.
#pragma once

#include <string>

#include "platform/cli/options.h"
#include "platform/graph/graph.h"
#include "platform/networks/builtin_graph.h"

namespace hwcvp {

// Declares --network, --batch, --types and --onnx-dim.
void add_graph_options(CommandOptions& options);

// What --types, one of those allowed, and --batch say of a built-in network. Activations are uint8, but for
// "int8".
BuiltinGraphOptions read_builtin_options(const CommandOptions& options, uint64_t seed,
                                         const std::vector<std::string>& allowed = {"uint8", "int8"});

// The network as the options say: a built-in one with pseudo-random weights from `seed`, or an ONNX file.
// Throws InputError, for a file with everything that is missing.
graph::Graph read_graph(const CommandOptions& options, uint64_t seed);

// A tensor for each of the graph's inputs, from --input and --image, else pseudo-random from `seed`.
void add_input_options(CommandOptions& options);
std::vector<HostTensor> read_inputs(const CommandOptions& options, const graph::Graph& graph, uint64_t seed);

// The lines of a file, one for each class.
std::vector<std::string> read_labels(const std::string& path);

}  // namespace hwcvp
