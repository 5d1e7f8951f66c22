// Networks of which every operator counts, for commands that search schedules.
#pragma once

#include <optional>
#include <vector>

#include "platform/cli/options.h"
#include "platform/commands/layer_work.h"
#include "platform/config/config.h"
#include "platform/report/network_prediction.h"
#include "schedules/sweep/pareto.h"

namespace hwcvp {

// Declares --operators and --batch, beside what add_layer_options() declares.
void add_operator_options(CommandOptions& options);

// --operators all: the whole network counts, not its layers alone.
bool all_operators(const CommandOptions& options);

// read_layer_work(), or with --operators all the network's graph, whose convolutions are the layers. Throws
// InputError, for a file with everything that is missing.
LayerWork read_network_work(const CommandOptions& options);

// The layers of the graph's convolutions, in their order.
std::vector<Layer> convolution_layers(const graph::Graph& graph);

// [operator]: the schedules of the graph's convolutions, given in their order; empty ones for others.
std::vector<Schedule> by_operator(const graph::Graph& graph, const std::vector<Schedule>& schedules);

// A whole inference as `infer` runs it, with schedules of the graph's convolutions in their order. Throws
// InputError as plan_network().
NetworkPrediction predict_network(const graph::Graph& graph, const std::vector<Schedule>& schedules,
                                  const PlatformConfig& config);

// The same for each capacity that all convolutions were searched for and fit in, ascending. `layers`: of each
// convolution.
std::vector<NetworkPoint> sweep_network(const graph::Graph& graph,
                                        const std::vector<std::vector<CapacityResult>>& layers,
                                        const PlatformConfig& config);

}  // namespace hwcvp
