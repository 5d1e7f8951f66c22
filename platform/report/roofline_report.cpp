#include "platform/report/roofline_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "platform/report/table.h"

namespace hwcvp {

namespace {

const char* bound(const RooflinePosition& position) { return position.memory_bound ? "memory" : "compute"; }

}  // namespace

void print_roofline(std::ostream& out, const RunReport& report) {
  Table table({{"layer", Table::Align::left},
               {"MAC/byte"},
               {"bound", Table::Align::left},
               {"attainable MAC/cycle"},
               {"achieved MAC/cycle"},
               {"achieved"}});
  for (const LayerReport& layer : report.layers) {
    const RooflinePosition& at = layer.observed_roofline;
    table.add({layer.layer.name, fmt::format("{:.1f}", at.macs_per_byte), bound(at),
               fmt::format("{:.1f}", at.attainable_macs_per_cycle),
               fmt::format("{:.1f}", at.achieved_macs_per_cycle),
               fmt::format("{:.1f} %", 100 * at.achieved_macs_per_cycle / at.attainable_macs_per_cycle)});
  }
  table.print(out);
}

nlohmann::ordered_json to_json(const RooflinePosition& position) {
  return {{"macs_per_byte", position.macs_per_byte},
          {"bound", bound(position)},
          {"attainable_macs_per_cycle", position.attainable_macs_per_cycle},
          {"achieved_macs_per_cycle", position.achieved_macs_per_cycle}};
}

}  // namespace hwcvp
