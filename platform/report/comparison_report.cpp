#include "platform/report/comparison_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/host/exit_status.h"
#include "platform/report/format.h"
#include "platform/report/table.h"
#include "platform/report/traffic_table.h"
#include "schedules/json/json.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

// What an accelerator did with a layer or with all; nothing where an interrupt came before.
using ResultOf = std::function<std::optional<AcceleratorResult>(const AcceleratorRun&)>;

ResultOf result_of_layer(size_t layer) {
  return [layer](const AcceleratorRun& run) -> std::optional<AcceleratorResult> {
    if (layer >= run.layers.size()) return std::nullopt;
    return run.layers[layer];
  };
}

ResultOf total_of(const ComparisonReport& report) {
  return [&report](const AcceleratorRun& run) -> std::optional<AcceleratorResult> {
    if (!report.is_whole(run)) return std::nullopt;
    return run.total();
  };
}

std::string factor_text(double factor) { return fmt::format("{:.1f}x", factor); }

std::string gigabytes_text(double bytes_per_second) { return fmt::format("{:.2f}", bytes_per_second / 1e9); }

std::string outcome_text(const AcceleratorResult& result) {
  std::string text = result.match() ? "as predicted" : "NOT AS PREDICTED";
  text += result.output.verified() ? ", verified" : ", " + grouped(result.output.mismatches) + " WRONG";
  return text;
}

// Of columns or cells as of traffic_columns(): constants of output channels are in the total, but have no
// column of their own.
template <typename T>
std::vector<T> without_params(std::vector<T> list) {
  for (size_t i = kTrafficKinds.size(); i-- > 0;) {
    if (kTrafficKinds[i].carried == Carried::params)
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return list;
}

Table accelerator_table() {
  std::vector<Table::Column> columns = {{"layer", Table::Align::left}, {"accelerator", Table::Align::left}};
  for (Table::Column& column : without_params(traffic_columns())) columns.push_back(std::move(column));
  for (const char* title : {"cycles", "GB/s", "peak GB/s", "reduction"}) columns.push_back({title});
  columns.push_back({"traffic, output", Table::Align::left});
  return Table(std::move(columns));
}

void add_row(Table& table, const std::string& layer, const AcceleratorRun& run,
             const AcceleratorResult& result, const std::string& factor) {
  std::vector<std::string> cells = {layer, accelerator_name(run)};
  for (std::string& cell : without_params(traffic_cells(result.observed.traffic))) {
    cells.push_back(std::move(cell));
  }
  for (const std::string& cell :
       {grouped(result.observed.cycles), gigabytes_text(result.average_bytes_per_second()),
        gigabytes_text(result.observed.peak_bytes_per_second), factor, outcome_text(result)}) {
    cells.push_back(cell);
  }
  table.add(std::move(cells));
}

// A layer, or the total, on the HWC and on the HWCE.
void add_group(Table& table, const ComparisonReport& report, const std::string& name,
               const ResultOf& result_of) {
  std::string label = name;
  std::optional<AcceleratorResult> hwc;
  if (report.hwc.size() == 1) hwc = result_of(report.hwc[0]);
  if (hwc) {
    add_row(table, label, report.hwc[0], *hwc, "");
    label.clear();
  }
  for (const AcceleratorRun& run : report.hwce) {
    const std::optional<AcceleratorResult> result = result_of(run);
    if (!result) continue;
    add_row(table, label, run, *result, hwc ? factor_text(reduction(*hwc, *result)) : "");
    label.clear();
  }
}

void print_layers(std::ostream& out, const ComparisonReport& report) {
  Table table = accelerator_table();
  for (size_t i = 0; i < report.layers.size(); ++i) {
    add_group(table, report, report.layers[i].name, result_of_layer(i));
  }
  table.add_rule();
  add_group(table, report, "total", total_of(report));
  table.print(out);
}

// Largest and smallest reduction of a layer. Both ran all of them.
std::string range_text(const AcceleratorRun& hwc, const AcceleratorRun& hwce) {
  double least = reduction(hwc.layers[0], hwce.layers[0]);
  double most = least;
  for (size_t i = 1; i < hwc.layers.size(); ++i) {
    const double factor = reduction(hwc.layers[i], hwce.layers[i]);
    least = std::min(least, factor);
    most = std::max(most, factor);
  }
  return fmt::format("{} to {}", factor_text(least), factor_text(most));
}

void print_sweep(std::ostream& out, const ComparisonReport& report) {
  std::vector<Table::Column> columns = {{"buffer"}, {"HWC bytes"}, {"cycles"}, {"GB/s"}, {"peak GB/s"}};
  for (const AcceleratorRun& hwce : report.hwce) {
    columns.push_back({"less than " + accelerator_name(hwce)});
    columns.push_back({"by layer"});
  }
  columns.push_back({"traffic, output", Table::Align::left});
  Table table(std::move(columns));
  for (const AcceleratorRun& hwc : report.hwc) {
    if (!report.is_whole(hwc)) continue;
    const AcceleratorResult total = hwc.total();
    std::vector<std::string> cells = {bytes_text(hwc.buffer_bytes), grouped(total.observed.traffic.total()),
                                      grouped(total.observed.cycles),
                                      gigabytes_text(total.average_bytes_per_second()),
                                      gigabytes_text(total.observed.peak_bytes_per_second)};
    for (const AcceleratorRun& hwce : report.hwce) {
      const bool whole = report.is_whole(hwce);
      cells.push_back(whole ? factor_text(reduction(total, hwce.total())) : "");
      cells.push_back(whole ? range_text(hwc, hwce) : "");
    }
    cells.push_back(outcome_text(total));
    table.add(std::move(cells));
  }
  table.print(out);
}

// Of accelerators that ran all layers: the smallest buffer of the sweep from which on the claimed reduction
// holds; null where it never does.
const AcceleratorRun* first_reaching(const ComparisonReport& report, const AcceleratorRun& hwce) {
  const AcceleratorRun* first = nullptr;
  for (const AcceleratorRun& hwc : report.hwc) {
    const bool reached = report.is_whole(hwc) && reduction(hwc.total(), hwce.total()) >= kClaimedReduction;
    if (reached && (first == nullptr || hwc.buffer_bytes < first->buffer_bytes)) first = &hwc;
  }
  return first;
}

std::string claim_text(const ComparisonReport& report, const AcceleratorRun& hwce) {
  const AcceleratorRun* const first = first_reaching(report, hwce);
  std::string answer = "not reached";
  if (first != nullptr) {
    const bool smallest = first->buffer_bytes == report.hwc.front().buffer_bytes;
    answer = fmt::format("reached with {}{}: {}", bytes_text(first->buffer_bytes),
                         smallest ? "" : " and more", factor_text(reduction(first->total(), hwce.total())));
  }
  return fmt::format("{:.0f}x less than {}: {}.", kClaimedReduction, accelerator_name(hwce), answer);
}

std::string left_out_text(const ComparisonReport& report) {
  const UnsupportedLayer& first = report.unsupported.front();
  return fmt::format("Left out on both sides, since the HWCE cannot run them: {}, first {} ({}).",
                     count_text(report.unsupported.size(), "layer"), shown(first.layer.name), first.reason);
}

void print_left_out(std::ostream& out, const ComparisonReport& report) {
  for (const UnsupportedLayer& layer : report.unsupported) {
    out << fmt::format("left out on both sides: {} ({:.1f} MMAC): the HWCE cannot run it: {}\n",
                       shown(layer.layer.name), static_cast<double>(layer.layer.macs()) / 1e6, layer.reason);
  }
}

std::string assumptions_text(const ComparisonReport& report) {
  return fmt::format(
      "HWC: int16 pixels and weights, {} accumulators. HWCE: int16 pixels and partial sums; weights of 16, 8 "
      "or 4 "
      "bits for 1, 2 or 4 output maps at once. Every byte counted by monitors at the memory ports.",
      to_string(report.layers.empty() ? DataType::int32 : report.layers[0].accumulator_type));
}

// Layers on the HWC against each HWCE; with several sizes the totals of each.
RankedTable short_table(const ComparisonReport& report) {
  const bool sizes = report.hwc.size() > 1;
  std::vector<Table::Column> columns = {{sizes ? "buffer" : "layer", Table::Align::left}, {"HWC bytes"}};
  for (const AcceleratorRun& hwce : report.hwce) columns.push_back({"of " + accelerator_name(hwce)});
  columns.push_back({"traffic, output", Table::Align::left});
  RankedTable table(sizes ? "sizes" : "layers", columns);
  const auto cells = [&](const std::string& name, const AcceleratorRun& hwc, const ResultOf& result_of) {
    const AcceleratorResult result = *result_of(hwc);
    std::vector<std::string> row = {name, grouped(result.observed.traffic.total())};
    for (const AcceleratorRun& hwce : report.hwce) {
      const std::optional<AcceleratorResult> other = result_of(hwce);
      row.push_back(other ? "1/" + fmt::format("{:.1f}", reduction(result, *other)) : "");
    }
    row.push_back(outcome_text(result));
    return row;
  };
  if (sizes) {
    for (const AcceleratorRun& hwc : report.hwc) {
      if (report.is_whole(hwc)) table.add(1, cells(bytes_text(hwc.buffer_bytes), hwc, total_of(report)));
    }
    return table;
  }
  const AcceleratorRun& hwc = report.hwc[0];
  for (size_t i = 0; i < hwc.layers.size(); ++i) {
    table.add(static_cast<double>(hwc.layers[i].observed.traffic.total()),
              cells(report.layers[i].name, hwc, result_of_layer(i)));
  }
  if (report.is_whole(hwc)) table.set_total(cells("total", hwc, total_of(report)));
  return table;
}

// Runs of a layer on an accelerator, and the first one that disagrees.
std::string verdict(const ComparisonReport& report) {
  size_t runs = 0;
  std::string first;
  size_t bad = 0;
  for (const std::vector<AcceleratorRun>* side : {&report.hwc, &report.hwce}) {
    for (const AcceleratorRun& run : *side) {
      for (size_t i = 0; i < run.layers.size(); ++i) {
        ++runs;
        const AcceleratorResult& result = run.layers[i];
        if (result.match() && result.output.verified()) continue;
        ++bad;
        if (!first.empty()) continue;
        first = fmt::format("{} on {}: {} bytes, expected {}, {} outputs wrong", shown(report.layers[i].name),
                            accelerator_name(run), grouped(result.observed.traffic.total()),
                            grouped(result.predicted.total()), grouped(result.output.mismatches));
      }
    }
  }
  if (bad > 0) {
    return fmt::format("DISAGREED: {} of {}, first {} (exit status {}).", bad, count_text(runs, "run"), first,
                       kExitDisagreed);
  }
  if (!report.complete) {
    return fmt::format("INTERRUPTED after {}: what was not finished is missing (exit status {}).",
                       count_text(runs, "run"), kExitInterrupted);
  }
  return fmt::format("Agreed: {} moved as many bytes as predicted, every output is right; {}.",
                     count_text(runs, "run"), duration_text(report.wall_seconds));
}

ordered_json result_json(const AcceleratorResult& result) {
  return {{"predicted", {{"traffic", to_json(result.predicted)}}},
          {"observed",
           {{"traffic", to_json(result.observed.traffic)},
            {"cycles", result.observed.cycles},
            {"seconds", result.observed.seconds},
            {"average_bytes_per_second", result.average_bytes_per_second()},
            {"peak_bytes_per_second", result.observed.peak_bytes_per_second}}},
          {"match", result.match()},
          {"output", {{"verified", result.output.verified()}, {"mismatches", result.output.mismatches}}}};
}

// A layer, or the total, on all machines.
ordered_json comparison_json(const ComparisonReport& report, const ResultOf& result_of) {
  ordered_json hwc_json = ordered_json::array();
  ordered_json hwce_json = ordered_json::array();
  for (const AcceleratorRun& hwc : report.hwc) {
    const std::optional<AcceleratorResult> result = result_of(hwc);
    if (!result) continue;
    ordered_json entry = {{"buffer_bytes", hwc.buffer_bytes}};
    entry.update(result_json(*result));
    for (const AcceleratorRun& hwce : report.hwce) {
      const std::optional<AcceleratorResult> other = result_of(hwce);
      if (other) entry["reduction"][std::to_string(hwce.maps)] = reduction(*result, *other);
    }
    hwc_json.push_back(std::move(entry));
  }
  for (const AcceleratorRun& hwce : report.hwce) {
    const std::optional<AcceleratorResult> result = result_of(hwce);
    if (!result) continue;
    ordered_json entry = {{"mode", hwce.maps}, {"weight_bits", 16 / hwce.maps}};
    entry.update(result_json(*result));
    hwce_json.push_back(std::move(entry));
  }
  return {{"hwc", hwc_json}, {"hwce", hwce_json}};
}

}  // namespace

std::vector<std::string> comparison_section_names() { return {"layers", "sizes", "left_out"}; }

Answer answer(const ComparisonReport& report) {
  Answer answer;
  answer.verdict = verdict(report);
  const bool any_finished = !report.hwc.empty() && !report.hwc[0].layers.empty();
  if (any_finished) {
    answer.table = short_table(report);
    if (report.hwc.size() == 1 || (!report.hwce.empty() && !report.hwce[0].layers.empty())) {
      answer.sections.push_back({"layers", [&report](std::ostream& out) { print_layers(out, report); }});
    }
    if (report.hwc.size() > 1) {
      answer.sections.push_back({"sizes", [&report](std::ostream& out) { print_sweep(out, report); }});
    }
    for (const AcceleratorRun& hwce : report.hwce) {
      if (report.is_whole(hwce)) answer.notes.push_back(claim_text(report, hwce));
    }
  }
  if (!report.unsupported.empty()) {
    answer.notes.push_back(left_out_text(report));
    answer.sections.push_back({"left_out", [&report](std::ostream& out) { print_left_out(out, report); }});
  }
  answer.notes.push_back(assumptions_text(report));
  return answer;
}

ordered_json to_json(const ComparisonReport& report) {
  ordered_json layers = ordered_json::array();
  for (size_t i = 0; i < report.layers.size(); ++i) {
    ordered_json entry = {{"name", report.layers[i].name}, {"layer", to_json(report.layers[i])}};
    entry.update(comparison_json(report, result_of_layer(i)));
    layers.push_back(std::move(entry));
  }
  ordered_json unsupported = ordered_json::array();
  for (const UnsupportedLayer& layer : report.unsupported) {
    unsupported.push_back(
        {{"name", layer.layer.name}, {"layer", to_json(layer.layer)}, {"reason", layer.reason}});
  }
  ordered_json claim = ordered_json::array();
  for (const AcceleratorRun& hwce : report.hwce) {
    if (!report.is_whole(hwce)) continue;
    const AcceleratorRun* const first = first_reaching(report, hwce);
    claim.push_back(
        {{"mode", hwce.maps},
         {"reduction", kClaimedReduction},
         {"buffer_bytes", first == nullptr ? ordered_json() : ordered_json(first->buffer_bytes)}});
  }
  return {{"baseline", "hwce"},
          {"layers", layers},
          {"unsupported", unsupported},
          {"totals", comparison_json(report, total_of(report))},
          {"reached", claim},
          {"complete", report.complete},
          {"simulation", {{"wall_seconds", report.wall_seconds}}}};
}

}  // namespace hwcvp
