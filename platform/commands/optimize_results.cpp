#include "platform/commands/optimize_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>

#include "platform/host/exit_status.h"
#include "platform/report/bus_table.h"
#include "platform/report/format.h"
#include "platform/report/latency_report.h"
#include "platform/report/schedule_text.h"
#include "platform/report/table.h"
#include "platform/report/traffic_table.h"
#include "schedules/json/json.h"
#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/traffic/nest_text.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

using nlohmann::ordered_json;

namespace {

constexpr size_t kMostFrontPoints = 64;  // of all layers

std::string gap_text(int64_t found, int64_t bound) {
  if (bound == 0) return "no bound";
  return fmt::format("at most {:.1f} % off",
                     100 * (static_cast<double>(found) / static_cast<double>(bound) - 1));
}

// The published bound counts for the gap, but settles nothing.
std::string gap_text(const LayerResult& result, const ShownResults& shown) {
  const OptimizerResult& found = result.found;
  if (found.optimal) return "optimal";
  if (shown.cycles && !shown.front) return gap_text(found.latency.cycles, found.latency_bound);
  if (shown.bus) return gap_text(found.bus.bus_bytes, found.proven_bound);
  if (shown.cost) return gap_text(found.cost, found.proven_cost);
  return gap_text(found.prediction.traffic.total(), std::max(found.proven_bound, result.published));
}

// Sums over the layers; optimal where each one is.
LayerResult total_of(const std::vector<LayerResult>& results) {
  LayerResult total;
  total.layer.name = "total";
  total.found.optimal = true;
  for (const LayerResult& result : results) {
    const OptimizerResult& found = result.found;
    OptimizerResult& sum = total.found;
    sum.prediction.traffic += found.prediction.traffic;
    total.compulsory += result.compulsory;
    total.published += result.published;
    sum.proven_bound += found.proven_bound;
    sum.cost += found.cost;
    sum.proven_cost += found.proven_cost;
    sum.latency.cycles += found.latency.cycles;
    sum.latency_bound += found.latency_bound;
    sum.bus.bus_bytes += found.bus.bus_bytes;
    sum.bus.bursts += found.bus.bursts;
    sum.evaluated += found.evaluated;
    sum.seconds += found.seconds;
    sum.optimal = sum.optimal && found.optimal;
  }
  return total;
}

void print_nests(std::ostream& out, const std::vector<LayerResult>& results, const ShownResults& shown) {
  for (const LayerResult& result : results) {
    out << "Layer " << hwcvp::shown(result.layer.name) << '\n'
        << to_text(result.found.schedule, result.layer) << '\n';
    print_prediction(out, result.found.prediction);
    if (shown.layout) {
      out << "\nlayout " << summary_text(result.layouts) << '\n';
      print_bus_traffic(out, result.found.prediction.traffic, result.bus);
    }
    out << '\n';
  }
}

void print_summary(std::ostream& out, const std::vector<LayerResult>& results, const ShownResults& shown) {
  std::vector<Table::Column> columns = {
      {"layer", Table::Align::left}, {"buffer bytes"}, {"traffic bytes"}, {"compulsory"},
      {"published bound"},           {"proven bound"}};
  const auto add_columns = [&](std::initializer_list<const char*> titles) {
    for (const char* title : titles) columns.push_back({title, Table::Align::right});
  };
  if (shown.cost) add_columns({"cost", "proven cost"});
  if (shown.cycles) add_columns({"cycles", "bound, cycles"});
  if (shown.bus) add_columns({"bus bytes", "bursts"});
  columns.push_back({"proof", Table::Align::left});
  add_columns({"evaluated", "time"});
  Table table(columns);
  const auto add = [&](const LayerResult& result, const Traffic& traffic, const std::string& buffer,
                       const std::string& proof) {
    const OptimizerResult& found = result.found;
    std::vector<std::string> row = {result.layer.name,         buffer,
                                    grouped(traffic.total()),  grouped(result.compulsory),
                                    grouped(result.published), grouped(found.proven_bound)};
    if (shown.cost) row.insert(row.end(), {grouped(found.cost), grouped(found.proven_cost)});
    if (shown.cycles) row.insert(row.end(), {grouped(found.latency.cycles), grouped(found.latency_bound)});
    if (shown.bus) row.insert(row.end(), {grouped(found.bus.bus_bytes), grouped(found.bus.bursts)});
    row.insert(row.end(), {proof, grouped(found.evaluated), duration_text(found.seconds)});
    table.add(row);
  };
  for (const LayerResult& result : results) {
    add(result, result.found.prediction.traffic, grouped(result.found.prediction.buffer.total()),
        gap_text(result, shown));
  }
  if (results.size() > 1) {
    table.add_rule();
    const LayerResult total = total_of(results);
    add(total, total.found.prediction.traffic, "", "");
  }
  table.print(out);
}

// Of schedules that were searched for bytes.
std::string slowness_of(const std::vector<LayerResult>& results, const MachineTiming& timing) {
  constexpr int64_t kAny = std::numeric_limits<int64_t>::max() - 1;
  int64_t cycles = 0;
  int64_t bound = 0;
  for (const LayerResult& result : results) {
    const Schedule& schedule = result.found.schedule;
    const Traffic& traffic = result.found.prediction.traffic;
    const auto known = cycles_within(kAny, result.layer, schedule, traffic, timing);
    cycles += known ? *known : least_cycles(result.layer, schedule, traffic, timing);
    bound += latency_bound(result.layer, timing);
  }
  return slowness_note(cycles, bound);
}

// What weighs in the short table and what is least: a name with its unit, the value and its bound.
struct Least {
  const char* title;
  const char* bound_title;
  int64_t value;
  int64_t bound;
};
Least least_of(const LayerResult& result, const ShownResults& shown) {
  const OptimizerResult& found = result.found;
  if (shown.cycles && !shown.front)
    return {"cycles", "bound, cycles", found.latency.cycles, found.latency_bound};
  if (shown.bus) return {"bus bytes", "bound, bus bytes", found.bus.bus_bytes, found.proven_bound};
  if (shown.cost) return {"cost", "bound, cost", found.cost, found.proven_cost};
  return {"proven bound", "", found.proven_bound, 0};
}

RankedTable short_table(const std::vector<LayerResult>& results, const ShownResults& shown) {
  const Least least = least_of(results.front(), shown);
  const bool more = *least.bound_title != '\0';
  std::vector<Table::Column> columns = {
      {"layer", Table::Align::left}, {"buffer bytes"}, {"traffic bytes"}, {least.title}};
  if (more) columns.push_back({least.bound_title});
  columns.push_back({"proof", Table::Align::left});
  columns.push_back({"time"});
  RankedTable table("layers", columns);
  const auto cells = [&](const LayerResult& result, const std::string& buffer) {
    const Least values = least_of(result, shown);
    std::vector<std::string> row = {result.layer.name, buffer,
                                    grouped(result.found.prediction.traffic.total()),
                                    grouped(more ? values.value : result.found.proven_bound)};
    if (more) row.push_back(grouped(values.bound));
    row.push_back(gap_text(result, shown));
    row.push_back(duration_text(result.found.seconds));
    return row;
  };
  for (const LayerResult& result : results) {
    table.add(static_cast<double>(result.found.prediction.traffic.total()),
              cells(result, grouped(result.found.prediction.buffer.total())));
  }
  if (results.size() > 1) table.set_total(cells(total_of(results), ""));
  return table;
}

std::string verdict(const std::vector<LayerResult>& results, const ShownResults& shown, bool interrupted) {
  if (interrupted) {
    return fmt::format("INTERRUPTED after {} (exit status {}).", count_text(results.size(), "layer"),
                       kExitInterrupted);
  }
  const auto proven = static_cast<size_t>(std::count_if(
      results.begin(), results.end(), [](const LayerResult& result) { return result.found.optimal; }));
  const LayerResult total = total_of(results);
  const std::string all = fmt::format("{} bytes in all", grouped(total.found.prediction.traffic.total()));
  const std::string cycles =
      shown.cycles ? fmt::format(" and {} cycles", grouped(total.found.latency.cycles)) : "";
  if (proven == results.size()) {
    return fmt::format("Optimal: {} proven, {}{}.", count_text(proven, "layer"), all, cycles);
  }
  return fmt::format("Found: {} of {} proven optimal, {}{}, {}.", proven, count_text(results.size(), "layer"),
                     all, cycles, gap_text(total, shown));
}

}  // namespace

ordered_json to_json(const LayerResult& result, const ShownResults& shown) {
  ordered_json object = {
      {"name", result.layer.name},
      {"layer", to_json(result.layer)},
      {"schedule", to_json(result.found.schedule)},
      {"traffic", to_json(result.found.prediction.traffic)},
      {"buffer", to_json(result.found.prediction.buffer)},
      {"lower_bound",
       {{"compulsory", result.compulsory},
        {"published", result.published},
        {"proven", result.found.proven_bound}}},
      {"cost", {{"total", result.found.cost}, {"proven", result.found.proven_cost}}},
      {"optimal", result.found.optimal},
      {"proof", result.found.optimal ? ordered_json(to_string(result.found.proof)) : ordered_json()},
      {"evaluated", result.found.evaluated},
      {"seconds", result.found.seconds}};
  if (shown.layout) {
    object["layout"] = to_json(result.layouts);
    add_bus_traffic(object, result.bus);
  }
  if (shown.bus) object["bus_lower_bound"] = result.found.proven_bound;
  if (shown.cycles) {
    object["latency"] = {{"cycles", result.found.latency.cycles},
                         {"compute_cycles", result.found.latency.compute_cycles},
                         {"transfer_cycles", result.found.latency.transfer_cycles},
                         {"lower_bound", result.found.latency_bound}};
  }
  if (shown.front) object["front"] = front_json(result.found.front);
  return object;
}

WholeFront add_fronts(const std::vector<LayerResult>& results) {
  WholeFront whole;
  std::vector<const std::vector<FrontPoint>*> fronts;
  for (const LayerResult& result : results) {
    fronts.push_back(&result.found.front);
    whole.bounds.bytes += result.found.proven_bound;
    whole.bounds.cost += result.found.proven_cost;
    whole.bounds.cycles += result.found.latency_bound;
  }
  whole.points = add_fronts(fronts, kMostFrontPoints);
  return whole;
}

Answer answer(const std::vector<LayerResult>& results, const ShownResults& shown, const WholeFront& front,
              const MachineTiming& timing, bool interrupted) {
  Answer answer;
  answer.verdict = verdict(results, shown, interrupted);
  if (!results.empty()) {
    answer.table = short_table(results, shown);
    if (results.size() == 1) {
      answer.notes.push_back(fmt::format("Schedule: {}.", summary_text(results[0].found.schedule)));
    }
    answer.sections = {
        {"nests", [&results, shown](std::ostream& out) { print_nests(out, results, shown); }},
        {"proofs", [&results, shown](std::ostream& out) { print_summary(out, results, shown); }}};
  }
  if (!front.points.empty()) {
    answer.notes.push_back(front_note(front.points));
    answer.sections.push_back({"front", [&front, prices = shown.cost](std::ostream& out) {
                                 print_front(out, front.points, front.bounds, prices);
                               }});
  }
  if (shown.cycles && !shown.caveat.empty()) {
    answer.notes.push_back(fmt::format("Predicted cycles: {}.", shown.caveat));
  }
  if (!shown.cycles && !shown.bus) {
    const std::string slowness = slowness_of(results, timing);
    if (!slowness.empty()) answer.notes.push_back(slowness);
  }
  return answer;
}

}  // namespace hwcvp
