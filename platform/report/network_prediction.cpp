#include "platform/report/network_prediction.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/operator_text.h"
#include "platform/report/table.h"
#include "schedules/json/json.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using graph::Graph;
using graph::Operator;
using nlohmann::ordered_json;

ordered_json prediction_json(const plan::OperatorPrediction& predicted) {
  return {{"traffic", to_json(predicted.traffic)}, {"cycles", predicted.cycles}};
}

// Bytes of the convolutions alone.
int64_t convolution_bytes(const Graph& graph, const NetworkPrediction& predicted) {
  int64_t sum = 0;
  for (const size_t i : graph::convolutions(graph)) sum += predicted.operators[i].traffic.total();
  return sum;
}

}  // namespace

std::string network_note(const NetworkPrediction& predicted) {
  return fmt::format("Whole network, every operator: {} bytes in {} cycles, at most {} of buffer.",
                     grouped(predicted.total.traffic.total()), grouped(predicted.total.cycles),
                     bytes_text(predicted.total.buffer_bytes));
}

void print_network(std::ostream& out, const Graph& graph, const NetworkPrediction& predicted) {
  out << "\nThe whole network, one operator after the other\n";
  Table table({{"operator", Table::Align::left},
               {"type", Table::Align::left},
               {"engine", Table::Align::left},
               {"buffer"},
               {"bytes"},
               {"cycles"}});
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    const plan::OperatorPrediction& row = predicted.operators[i];
    table.add({short_name(op), short_type(op), engine_text(op, row.runs),
               row.runs ? grouped(row.buffer_bytes) : "", grouped(row.traffic.total()), grouped(row.cycles)});
  }
  table.add_rule();
  table.add({"total", "", "", grouped(predicted.total.buffer_bytes), grouped(predicted.total.traffic.total()),
             grouped(predicted.total.cycles)});
  table.print(out);
  out << fmt::format("\nMemory: {} of weights and constants, tensors in {} at their peak\n",
                     bytes_text(predicted.plan.weight_bytes), bytes_text(predicted.plan.memory.peak_bytes));
}

void add_network(ordered_json& document, const Graph& graph, const NetworkPrediction& predicted) {
  ordered_json operators = ordered_json::array();
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    const Operator& op = graph.operators[i];
    operators.push_back({{"name", op.name},
                         {"type", op.type},
                         {"engine", graph::to_string(graph::engine_of(op))},
                         {"inputs", names_json(graph, op.inputs)},
                         {"outputs", names_json(graph, {op.output})},
                         {"buffer_bytes", predicted.operators[i].buffer_bytes},
                         {"predicted", prediction_json(predicted.operators[i])}});
  }
  document["operators"] = std::move(operators);
  document["memory"] = memory_json(predicted.plan);
  document["totals"] = {{"used_bytes", predicted.total.buffer_bytes},
                        {"predicted", prediction_json(predicted.total)},
                        {"macs", predicted.total.macs}};
}

void print_network_sweep(std::ostream& out, const Graph& graph, const std::vector<NetworkPoint>& points) {
  out << "\nThe whole network, every operator counted\n";
  Table table({{"buffer"},
               {"used bytes"},
               {"traffic bytes"},
               {"convolutions"},
               {"others"},
               {"front", Table::Align::left}});
  for (const NetworkPoint& point : points) {
    if (!point.refused.empty()) continue;
    const NetworkPrediction& predicted = point.predicted;
    const int64_t all = predicted.total.traffic.total();
    const int64_t convolutions = convolution_bytes(graph, predicted);
    table.add({bytes_text(point.buffer_bytes), grouped(predicted.total.buffer_bytes), grouped(all),
               grouped(convolutions), grouped(all - convolutions), point.on_front ? "*" : ""});
  }
  table.print(out);
  for (const NetworkPoint& point : points) {
    if (!point.refused.empty()) out << bytes_text(point.buffer_bytes) << ": " << point.refused << '\n';
  }
}

void add_network_sweep(ordered_json& document, const Graph& graph, const std::vector<NetworkPoint>& points) {
  ordered_json list = ordered_json::array();
  for (const NetworkPoint& point : points) {
    ordered_json object = {{"buffer_bytes", point.buffer_bytes}, {"fits", point.refused.empty()}};
    if (point.refused.empty()) {
      add_network(object, graph, point.predicted);
      object["front"] = point.on_front;
    } else {
      object["reason"] = point.refused;
    }
    list.push_back(std::move(object));
  }
  document["whole_network"] = std::move(list);
}

}  // namespace hwcvp
