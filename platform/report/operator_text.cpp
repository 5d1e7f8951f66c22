#include "platform/report/operator_text.h"

#include <nlohmann/json.hpp>

#include "schedules/workload/shown_text.h"

namespace hwcvp {

std::string short_name(const graph::Operator& op) {
  constexpr size_t kWidth = 22;
  const std::string text = shown(op.name);
  return text.size() <= kWidth ? text : "..." + text.substr(text.size() - (kWidth - 3));
}

std::string short_type(const graph::Operator& op) { return shown(op.type).substr(0, 14); }

std::string engine_text(const graph::Operator& op, bool runs) {
  const graph::Engine engine = graph::engine_of(op);
  const bool idle = engine == graph::Engine::vector && !runs;
  return graph::to_string(idle ? graph::Engine::none : engine);
}

nlohmann::ordered_json names_json(const graph::Graph& graph, const std::vector<graph::ValueIndex>& values) {
  nlohmann::ordered_json names = nlohmann::ordered_json::array();
  for (const graph::ValueIndex value : values) names.push_back(graph.values[value].name);
  return names;
}

nlohmann::ordered_json memory_json(const plan::NetworkPlan& plan) {
  return {{"peak_bytes", plan.memory.peak_bytes}, {"weight_bytes", plan.weight_bytes}};
}

}  // namespace hwcvp
