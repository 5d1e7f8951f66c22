#include "platform/report/bus_table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/traffic_table.h"
#include "schedules/json/json.h"

namespace hwcvp {

namespace {

std::string percent(int64_t part, int64_t whole) {
  if (whole == 0) return "";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

std::string summary_text(const TensorLayouts& layouts) {
  if (layouts[0] == layouts[1] && layouts[1] == layouts[2]) return to_string(layouts[0]);
  return fmt::format("{}, {}, {}", to_string(layouts[0]), to_string(layouts[1]), to_string(layouts[2]));
}

nlohmann::ordered_json to_json(const TensorLayouts& layouts) {
  nlohmann::ordered_json object;
  for (const Tensor tensor : kTensors) object[to_string(tensor)] = to_string(layouts[index(tensor)]);
  return object;
}

void add_bus_traffic(nlohmann::ordered_json& object, const std::optional<BusTraffic>& bus) {
  object["bursts"] = nullptr;
  object["bus_bytes"] = nullptr;
  if (!bus) return;
  object["bursts"] = to_json(bus->bursts);
  object["bus_bytes"] = to_json(bus->bus_bytes);
}

void print_bus_traffic(std::ostream& out, const Traffic& useful, const std::optional<BusTraffic>& counted) {
  if (!counted) {
    out << kBusNotCounted << '\n';
    return;
  }
  const BusTraffic& bus = *counted;
  Table table({{"tensor", Table::Align::left}, {"bursts"}, {"bus bytes"}, {"useful"}});
  const auto add = [&](const char* name, int64_t bursts, int64_t bus_bytes, int64_t useful_bytes) {
    table.add({name, grouped(bursts), grouped(bus_bytes), percent(useful_bytes, bus_bytes)});
  };
  for (const auto& [carried, name] : kCarriedNames) {
    add(name, bytes_of(bus.bursts, carried).total(), bytes_of(bus.bus_bytes, carried).total(),
        bytes_of(useful, carried).total());
  }
  table.add_rule();
  add("total", bus.bursts.total(), bus.bus_bytes.total(), useful.total());
  table.print(out);
}

void print_bus_traffic(std::ostream& out, const RunReport& report) {
  Table table({{"layer", Table::Align::left},
               {"layout", Table::Align::left},
               {"bursts"},
               {"bursts predicted"},
               {"bus bytes"},
               {"bus bytes predicted"},
               {"useful"}});
  const auto add = [&table](const std::string& name, const std::string& layout, const Traffic& useful,
                            const BusTraffic& observed, const BusTraffic& predicted) {
    table.add({name, layout, grouped(observed.bursts.total()), grouped(predicted.bursts.total()),
               grouped(observed.bus_bytes.total()), grouped(predicted.bus_bytes.total()),
               percent(useful.total(), observed.bus_bytes.total())});
  };
  Traffic useful;
  BusTraffic observed, predicted;
  for (const LayerReport& layer : report.layers) {
    add(layer.layer.name, summary_text(layer.layouts), layer.observed.traffic, layer.observed.bus,
        layer.predicted_bus);
    useful += layer.observed.traffic;
    observed += layer.observed.bus;
    predicted += layer.predicted_bus;
  }
  if (report.layers.size() > 1) {
    table.add_rule();
    add("total", "", useful, observed, predicted);
  }
  table.print(out);
}

}  // namespace hwcvp
