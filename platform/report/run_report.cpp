#include "platform/report/run_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "platform/host/exit_status.h"
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
#include "schedules/workload/shown_text.h"

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

std::string outcome_text(bool with_data, int64_t mismatches) {
  if (!with_data) return "time only";
  return mismatches == 0 ? "verified" : grouped(mismatches) + " WRONG";
}

ordered_json to_json(const std::optional<OutputCheck>& output) {
  if (!output) return nullptr;
  return {{"verified", output->verified()},
          {"mismatches", output->mismatches},
          {"crc32", crc_text(output->crc32)}};
}

std::string macs_per_cycle_text(int64_t macs, int64_t cycles) {
  return fmt::format("{:.1f}", static_cast<double>(macs) / static_cast<double>(std::max<int64_t>(cycles, 1)));
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
    table.add({name, fmt::format("{:.1f}", static_cast<double>(macs) / 1e6), grouped(cycles),
               grouped(predicted), macs_per_cycle_text(macs, cycles),
               fmt::format("{:.2f}", seconds > 0 ? static_cast<double>(moved) / seconds / 1e9 : 0.0), output,
               crc, duration_text(wall)});
  };
  for (const LayerReport& layer : report.layers) {
    add(layer.layer.name, layer.layer.macs(), layer.observed.cycles, layer.latency.cycles,
        layer.observed.traffic.total(), layer.observed.seconds,
        outcome_text(layer.output.has_value(), layer.output ? layer.output->mismatches : 0),
        layer.output ? crc_text(layer.output->crc32) : "", layer.wall_seconds);
  }
  if (report.layers.size() > 1) {
    table.add_rule();
    add("total", totals.macs, totals.cycles, totals.predicted_cycles, totals.observed.total(), totals.seconds,
        outcome_text(totals.with_data, totals.mismatches), "", totals.wall_seconds);
  }
  table.print(out);
}

std::string agreement_text(const LayerReport& layer) {
  if (!layer.match()) return "BYTES";
  return layer.agreed() ? "yes" : "OUTPUTS";
}

RankedTable short_table(const RunReport& report, const Totals& totals) {
  RankedTable table("layers", {{"layer", Table::Align::left},
                               {"bytes moved"},
                               {"share"},
                               {"cycles"},
                               {"MAC/cycle"},
                               {"bound by", Table::Align::left},
                               {"agrees", Table::Align::left}});
  const int64_t all = totals.observed.total();
  for (const LayerReport& layer : report.layers) {
    const int64_t bytes = layer.observed.traffic.total();
    table.add(static_cast<double>(bytes),
              {layer.layer.name, grouped(bytes), percent_text(bytes, all), grouped(layer.observed.cycles),
               macs_per_cycle_text(layer.layer.macs(), layer.observed.cycles),
               to_string(layer.observed_roofline.bound), agreement_text(layer)});
  }
  if (report.layers.size() > 1) {
    table.set_total({"total", grouped(all), "", grouped(totals.cycles),
                     macs_per_cycle_text(totals.macs, totals.cycles), "", ""});
  }
  return table;
}

// What the layers are bound by, by their cycles.
std::string bounds_text(const RunReport& report, int64_t cycles) {
  std::map<RooflineBound, int64_t> by_bound;
  for (const LayerReport& layer : report.layers)
    by_bound[layer.observed_roofline.bound] += layer.observed.cycles;
  std::vector<std::pair<int64_t, RooflineBound>> ranked;
  ranked.reserve(by_bound.size());
  for (const auto& [bound, of_bound] : by_bound) ranked.emplace_back(of_bound, bound);
  std::sort(ranked.rbegin(), ranked.rend());
  std::string text;
  for (const auto& [of_bound, bound] : ranked) {
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(bound), percent_text(of_bound, cycles));
  }
  return "Cycles of layers bound by: " + text + ".";
}

std::vector<std::string> notes(const RunReport& report, const Totals& totals) {
  std::vector<std::string> notes;
  if (report.layers.size() > 1) {
    notes.push_back(bounds_text(report, totals.cycles));
  } else {
    const LayerReport& layer = report.layers[0];
    notes.push_back(fmt::format("Schedule: {}, {} bytes of buffer.", summary_text(layer.schedule),
                                grouped(layer.predicted.buffer.total())));
  }
  const size_t diverging = static_cast<size_t>(
      std::count_if(report.layers.begin(), report.layers.end(),
                    [](const LayerReport& layer) { return layer.match() && !layer.divergences.empty(); }));
  if (diverging > 0) {
    notes.push_back(fmt::format("Bandwidth is not as predicted in {}: --details monitors.",
                                count_text(diverging, "layer")));
  }
  if (!report.latency_caveat.empty()) {
    notes.push_back(fmt::format("Predicted cycles: {}.", report.latency_caveat));
  }
  notes.push_back(fmt::format(
      "{:.3f} ms simulated in {}; {:.2f} GB/s on average, cycles {:+.2f} % of the predicted.",
      totals.seconds * 1e3, duration_text(report.wall_seconds),
      totals.seconds > 0 ? static_cast<double>(totals.observed.total()) / totals.seconds / 1e9 : 0.0,
      totals.predicted_cycles > 0
          ? 100.0 * (static_cast<double>(totals.cycles) / static_cast<double>(totals.predicted_cycles) - 1)
          : 0.0));
  return notes;
}

// Names the first layer that disagrees.
std::string disagreement(const RunReport& report) {
  std::vector<const LayerReport*> bad;
  for (const LayerReport& layer : report.layers) {
    if (!layer.agreed()) bad.push_back(&layer);
  }
  const LayerReport& first = *bad.front();
  const std::string name = hwcvp::shown(first.layer.name);
  std::string what;
  if (first.predicted.traffic != first.observed.traffic) {
    what = fmt::format("{} moved {} bytes, expected {}", name, grouped(first.observed.traffic.total()),
                       grouped(first.predicted.traffic.total()));
  } else if (!first.match()) {
    what = fmt::format("{} took {} bytes of the bus, expected {}", name,
                       grouped(first.observed.bus.bus_bytes.total()),
                       grouped(first.predicted_bus.bus_bytes.total()));
  } else {
    what = fmt::format("{} has {} of its outputs wrong", name, grouped(first.output->mismatches));
  }
  return fmt::format("DISAGREED: {} of {}, first {} (exit status {}).", bad.size(),
                     count_text(report.layers.size(), "layer"), what, kExitDisagreed);
}

std::string verdict(const RunReport& report, const Totals& totals) {
  if (!report.complete) {
    return fmt::format("INTERRUPTED after {} (exit status {}).", count_text(report.layers.size(), "layer"),
                       kExitInterrupted);
  }
  if (!report.agreed()) return disagreement(report);
  return fmt::format("Agreed: {} moved {} bytes as predicted, {}.", count_text(report.layers.size(), "layer"),
                     grouped(totals.observed.total()),
                     totals.with_data ? "every output is right bit for bit" : "only the time was simulated");
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

std::vector<std::string> run_section_names() {
  return {"schedules", "traffic",  "bus",  "cycles", "roofline",
          "engines",   "monitors", "dram", "onnx",   "not_run"};
}

Answer answer(const RunReport& report) {
  const Totals totals = total(report);
  Answer answer;
  answer.verdict = verdict(report, totals);
  if (report.layers.empty()) return answer;
  answer.table = short_table(report, totals);
  answer.notes = notes(report, totals);
  answer.sections = {
      {"schedules", [&report](std::ostream& out) { print_schedules(out, report); }},
      {"traffic", [&report, totals](std::ostream& out) { print_traffic(out, report, totals); }},
      {"bus", [&report](std::ostream& out) { print_bus_traffic(out, report); }},
      {"cycles", [&report, totals](std::ostream& out) { print_outcome(out, report, totals); }},
      {"roofline", [&report](std::ostream& out) { print_roofline(out, report); }},
      {"engines", [&report](std::ostream& out) { print_engines(out, report); }},
      {"monitors", [&report](std::ostream& out) { print_monitors(out, report); }},
  };
  if (report.dram) {
    answer.sections.push_back({"dram", [&report](std::ostream& out) { print_report(out, *report.dram); }});
  }
  return answer;
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
