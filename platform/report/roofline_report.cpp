#include "platform/report/roofline_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace hwcvp {

std::vector<Table::Column> roofline_columns() {
  return {{"MAC/byte"},           {"bound", Table::Align::left},
          {"array in use"},       {"attainable MAC/cycle"},
          {"achieved MAC/cycle"}, {"achieved"}};
}

std::vector<std::string> roofline_cells(const RooflinePosition& position) {
  return {
      fmt::format("{:.1f}", position.macs_per_byte),
      to_string(position.bound),
      fmt::format("{:.1f} %", 100 * position.array_utilization),
      fmt::format("{:.1f}", position.attainable_macs_per_cycle),
      fmt::format("{:.1f}", position.achieved_macs_per_cycle),
      fmt::format("{:.1f} %", 100 * position.achieved_macs_per_cycle / position.attainable_macs_per_cycle)};
}

void print_roofline(std::ostream& out, const RunReport& report) {
  std::vector<Table::Column> columns = {{"layer", Table::Align::left}};
  for (Table::Column& column : roofline_columns()) columns.push_back(std::move(column));
  Table table(std::move(columns));
  for (const LayerReport& layer : report.layers) {
    std::vector<std::string> cells = {layer.layer.name};
    for (std::string& cell : roofline_cells(layer.observed_roofline)) cells.push_back(std::move(cell));
    table.add(std::move(cells));
  }
  table.print(out);
}

nlohmann::ordered_json to_json(const RooflinePosition& position) {
  return {{"macs_per_byte", position.macs_per_byte},
          {"bound", to_string(position.bound)},
          {"attainable_macs_per_cycle", position.attainable_macs_per_cycle},
          {"achieved_macs_per_cycle", position.achieved_macs_per_cycle},
          {"memory_macs_per_cycle", position.memory_macs_per_cycle},
          {"compute_macs_per_cycle", position.compute_macs_per_cycle},
          {"issue_macs_per_cycle", position.issue_macs_per_cycle},
          {"array_utilization", position.array_utilization}};
}

}  // namespace hwcvp
