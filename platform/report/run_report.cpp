#include "platform/report/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "platform/report/bus_table.h"
#include "platform/report/dram_report.h"
#include "platform/report/engine_report.h"
#include "platform/report/format.h"
#include "platform/report/latency_report.h"
#include "platform/report/monitor_report.h"
#include "platform/report/roofline_report.h"
#include "platform/report/schedule_text.h"
#include "platform/report/table.h"
#include "platform/report/traffic_table.h"
#include "schedules/json/json.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

struct Totals {
  Traffic predicted, observed;
  BusTraffic predicted_bus, observed_bus;
  int64_t predicted_cycles = 0;
  int64_t cycles = 0;
  int64_t macs = 0;
  int64_t mismatches = 0;
  bool with_data = true;
  double seconds = 0;  // simulated
  double wall_seconds = 0;
  bool match = true;
};

Totals total(const RunReport& report) {
  Totals totals;
  for (const LayerReport& layer : report.layers) {
    totals.predicted += layer.predicted.traffic;
    totals.observed += layer.observed.traffic;
    totals.predicted_bus += layer.predicted_bus;
    totals.observed_bus += layer.observed.bus;
    totals.predicted_cycles += layer.latency.cycles;
    totals.cycles += layer.observed.cycles;
    totals.macs += layer.layer.macs();
    if (layer.output) {
      totals.mismatches += layer.output->mismatches;
    } else {
      totals.with_data = false;
    }
    totals.seconds += layer.observed.seconds;
    totals.wall_seconds += layer.wall_seconds;
    totals.match = totals.match && layer.match();
  }
  return totals;
}

std::string crc_text(uint32_t crc) { return fmt::format("{:08x}", crc); }

void print_schedules(std::ostream& out, const RunReport& report) {
  Table table({{"layer", Table::Align::left}, {"buffer bytes"}, {"schedule", Table::Align::left}});
  for (const LayerReport& layer : report.layers) {
    table.add({layer.layer.name, grouped(layer.predicted.buffer.total()), summary_text(layer.schedule)});
  }
  table.print(out);
}

void print_traffic(std::ostream& out, const RunReport& report, const Totals& totals) {
  std::vector<Table::Column> columns = {{"layer", Table::Align::left}, {"", Table::Align::left}};
  for (Table::Column& column : traffic_columns()) columns.push_back(std::move(column));
  columns.push_back({"match", Table::Align::left});
  Table table(std::move(columns));
  const auto add = [&table](const std::string& name, const Traffic& predicted, const Traffic& observed,
                            bool match) {
    std::vector<std::string> first = {name, "predicted"};
    std::vector<std::string> second = {"", "observed"};
    for (std::string& cell : traffic_cells(predicted)) first.push_back(std::move(cell));
    for (std::string& cell : traffic_cells(observed)) second.push_back(std::move(cell));
    second.emplace_back(match ? "yes" : "NO");
    table.add(std::move(first));
    table.add(std::move(second));
  };
  for (const LayerReport& layer : report.layers) {
    add(layer.layer.name, layer.predicted.traffic, layer.observed.traffic, layer.match());
  }
  if (report.layers.size() > 1) {
    table.add_rule();
    add("total", totals.predicted, totals.observed, totals.match);
  }
  table.print(out);
}

std::string verdict(bool with_data, int64_t mismatches) {
  if (!with_data) return "time only";
  return mismatches == 0 ? "verified" : grouped(mismatches) + " WRONG";
}

ordered_json to_json(const std::optional<OutputCheck>& output) {
  if (!output) return nullptr;
  return {{"verified", output->verified()},
          {"mismatches", output->mismatches},
          {"crc32", crc_text(output->crc32)}};
}

void print_outcome(std::ostream& out, const RunReport& report, const Totals& totals) {
  Table table({{"layer", Table::Align::left},
               {"MMAC"},
               {"cycles"},
               {"predicted"},
               {"MAC/cycle"},
               {"GB/s"},
               {"output", Table::Align::left},
               {"CRC-32", Table::Align::left},
               {"wall time"}});
  const auto add = [&table](const std::string& name, int64_t macs, int64_t cycles, int64_t predicted,
                            int64_t moved, double seconds, const std::string& output, const std::string& crc,
                            double wall) {
    table.add(
        {name, fmt::format("{:.1f}", static_cast<double>(macs) / 1e6), grouped(cycles), grouped(predicted),
         fmt::format("{:.1f}", static_cast<double>(macs) / static_cast<double>(std::max<int64_t>(cycles, 1))),
         fmt::format("{:.2f}", seconds > 0 ? static_cast<double>(moved) / seconds / 1e9 : 0.0), output, crc,
         duration_text(wall)});
  };
  for (const LayerReport& layer : report.layers) {
    add(layer.layer.name, layer.layer.macs(), layer.observed.cycles, layer.latency.cycles,
        layer.observed.traffic.total(), layer.observed.seconds,
        verdict(layer.output.has_value(), layer.output ? layer.output->mismatches : 0),
        layer.output ? crc_text(layer.output->crc32) : "", layer.wall_seconds);
  }
  if (report.layers.size() > 1) {
    table.add_rule();
    add("total", totals.macs, totals.cycles, totals.predicted_cycles, totals.observed.total(), totals.seconds,
        verdict(totals.with_data, totals.mismatches), "", totals.wall_seconds);
  }
  table.print(out);
}

ordered_json traffic_and_cycles(const Traffic& traffic, const BusTraffic& bus, int64_t cycles) {
  ordered_json object = {{"traffic", to_json(traffic)}, {"cycles", cycles}};
  add_bus_traffic(object, bus);
  return object;
}

ordered_json to_json(const LayerReport& report) {
  ordered_json predicted_json =
      traffic_and_cycles(report.predicted.traffic, report.predicted_bus, report.latency.cycles);
  predicted_json["roofline"] = to_json(report.predicted_roofline);
  const JobObservation& observed = report.observed;
  ordered_json observed_json = traffic_and_cycles(observed.traffic, observed.bus, observed.cycles);
  observed_json["roofline"] = to_json(report.observed_roofline);
  observed_json["control"] = {{"read", observed.control_read_bytes}, {"write", observed.control_write_bytes}};
  observed_json["commands"] = {{"load", observed.status.load_commands},
                               {"compute", observed.status.compute_commands},
                               {"vector", observed.status.vector_commands},
                               {"store", observed.status.store_commands}};
  observed_json["engines"] = engines_json(observed);
  observed_json["initiators"] = initiators_json(observed.initiators, observed.seconds, observed.cycles);
  return {{"name", report.layer.name},
          {"layer", to_json(report.layer)},
          {"schedule", to_json(report.schedule)},
          {"buffer", to_json(report.predicted.buffer)},
          {"layout", to_json(report.layouts)},
          {"predicted", predicted_json},
          {"observed", observed_json},
          {"match", report.match()},
          {"bandwidth", to_json(report.bandwidth)},
          {"divergences", to_json(report.divergences)},
          {"output", to_json(report.output)},
          {"wall_seconds", report.wall_seconds}};
}

}  // namespace

void print_report(std::ostream& out, const RunReport& report) {
  const Totals totals = total(report);
  print_schedules(out, report);
  out << '\n';
  print_traffic(out, report, totals);
  out << '\n';
  print_bus_traffic(out, report);
  out << '\n';
  print_outcome(out, report, totals);
  print_caveat(out, report.latency_caveat);
  out << '\n';
  print_roofline(out, report);
  out << '\n';
  print_engines(out, report);
  out << '\n';
  print_monitors(out, report);
  if (report.dram) {
    out << '\n';
    print_report(out, *report.dram);
  }
  out << fmt::format("\n{} simulated in {}.\n", fmt::format("{:.3f} ms", totals.seconds * 1e3),
                     duration_text(report.wall_seconds));
}

ordered_json to_json(const RunReport& report) {
  const Totals totals = total(report);
  ordered_json layers = ordered_json::array();
  for (const LayerReport& layer : report.layers) layers.push_back(to_json(layer));
  ordered_json observed = traffic_and_cycles(totals.observed, totals.observed_bus, totals.cycles);
  observed["engines"] = engines_json(report);
  ordered_json document = {
      {"layers", layers},
      {"caveats", caveats_json(report.latency_caveat)},
      {"injected_faults", report.injected_faults},
      {"complete", report.complete},
      {"totals",
       {{"predicted", traffic_and_cycles(totals.predicted, totals.predicted_bus, totals.predicted_cycles)},
        {"observed", observed},
        {"match", totals.match},
        {"verified", totals.with_data && totals.mismatches == 0},
        {"mismatches", totals.mismatches}}},
      {"simulation", {{"wall_seconds", report.wall_seconds}, {"simulated_seconds", totals.seconds}}}};
  if (report.layers.empty()) document["totals"] = nullptr;  // after an interrupt: nothing was verified
  if (report.dram) document["dram"] = to_json(*report.dram);
  return document;
}

}  // namespace hwcvp
