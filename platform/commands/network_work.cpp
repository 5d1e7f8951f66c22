#include "platform/commands/network_work.h"

#include <algorithm>
#include <map>
#include <memory>
#include <variant>

#include "platform/cli/values.h"
#include "platform/commands/graph_options.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr uint64_t kSeed = 1;  // of weights, which neither traffic nor cycles depend on

void mark_front(std::vector<NetworkPoint>& points) {
  const auto moved = [](const NetworkPoint& point) { return point.predicted.total.traffic.total(); };
  const auto used = [](const NetworkPoint& point) { return point.predicted.total.buffer_bytes; };
  for (size_t i = 0; i < points.size(); ++i) {
    NetworkPoint& point = points[i];
    point.on_front = point.refused.empty();
    for (size_t j = 0; j < points.size() && point.on_front; ++j) {
      const NetworkPoint& other = points[j];
      if (j == i || !other.refused.empty() || moved(other) > moved(point) || used(other) > used(point))
        continue;
      const bool equal = moved(other) == moved(point) && used(other) == used(point);
      point.on_front = equal && i < j;  // the first of equal ones
    }
  }
}

}  // namespace

void add_operator_options(CommandOptions& options) {
  options.add_value(
      "operators", "WHICH",
      "layers (default): convolutions and matrix products, each alone; all: every operator of a "
      "quantized network, as `hwcvp infer` runs it");
  options.add_value("batch", "N", "images at once, for a built-in network with --operators all (default: 1)");
}

bool all_operators(const CommandOptions& options) {
  return parse_choice(options.text("operators", "layers"), "--operators", {"layers", "all"}) == "all";
}

LayerWork read_network_work(const CommandOptions& options) {
  if (!all_operators(options)) {
    if (options.has("batch")) throw InputError("--batch: expected --operators all with it");
    return read_layer_work(options);
  }
  options.require_one_of("layer", "network");
  options.forbid_with("operators", {"layer", "layout"});
  LayerWork work;
  work.graph = std::make_shared<const graph::Graph>(read_graph(options, kSeed));
  work.layers = convolution_layers(*work.graph);
  return work;
}

std::vector<Layer> convolution_layers(const graph::Graph& graph) {
  std::vector<Layer> layers;
  for (const size_t i : graph::convolutions(graph)) {
    layers.push_back(std::get<graph::Convolution>(graph.operators[i].action).layer);
  }
  return layers;
}

std::vector<Schedule> by_operator(const graph::Graph& graph, const std::vector<Schedule>& schedules) {
  std::vector<Schedule> result(graph.operators.size());
  const std::vector<size_t> operators = graph::convolutions(graph);
  for (size_t i = 0; i < operators.size(); ++i) result[operators[i]] = schedules.at(i);
  return result;
}

NetworkPrediction predict_network(const graph::Graph& graph, const std::vector<Schedule>& schedules,
                                  const PlatformConfig& config) {
  NetworkPrediction predicted;
  predicted.plan = plan::plan_network(graph, by_operator(graph, schedules), config);
  predicted.operators = plan::predict_operators(graph, predicted.plan);
  predicted.total = plan::total(predicted.operators);
  return predicted;
}

std::vector<NetworkPoint> sweep_network(const graph::Graph& graph,
                                        const std::vector<std::vector<CapacityResult>>& layers,
                                        const PlatformConfig& config) {
  std::map<int64_t, std::vector<Schedule>> schedules;  // by capacity
  for (const auto& layer : layers) {
    for (const CapacityResult& point : layer) {
      if (point.best) schedules[point.buffer_bytes].push_back(point.best->schedule);
    }
  }
  std::vector<NetworkPoint> points;
  for (const auto& [capacity, found] : schedules) {
    if (found.size() != layers.size()) continue;
    NetworkPoint& point = points.emplace_back();
    point.buffer_bytes = capacity;
    PlatformConfig at_capacity = config;
    at_capacity.hwc.buffer_bytes = capacity;
    try {
      point.predicted = predict_network(graph, found, at_capacity);
    } catch (const InputError& error) {
      point.refused = error.what();
    }
  }
  mark_front(points);
  return points;
}

}  // namespace hwcvp
