#include "platform/report/sweep_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/host/exit_status.h"
#include "platform/report/format.h"
#include "platform/report/latency_report.h"
#include "platform/report/table.h"
#include "schedules/json/json.h"
#include "schedules/traffic/bounds.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

// Bytes that the schedules of one capacity move at least, by the proven and by the published bounds.
struct Bound {
  int64_t best = 0;  // the larger of the two, layer by layer
  int64_t published = 0;
};

void add_bound(Bound& bound, const Layer& layer, const CapacityResult& point) {
  const int64_t published = published_bound_bytes(layer, point.buffer_bytes);
  bound.published += published;
  bound.best += std::max(point.best->proven_bound, published);
}

Bound total_bound(const SweepReport& report, int64_t buffer_bytes) {
  Bound bound;
  for (const LayerSweep& sweep : report.layers) {
    for (const CapacityResult& point : sweep.points) {
      if (point.buffer_bytes == buffer_bytes) add_bound(bound, sweep.layer, point);
    }
  }
  return bound;
}

std::string proof_text(bool optimal, int64_t found, int64_t bound) {
  if (optimal) return "optimal";
  if (bound == 0) return "no bound";
  return fmt::format("at most {:.1f} % off",
                     100 * (static_cast<double>(found) / static_cast<double>(bound) - 1));
}

template <typename Result>
std::string proof_text(const SweepReport& report, const Result& result, int64_t traffic_bytes,
                       const Bound& bound) {
  return report.prices ? proof_text(result.optimal, result.cost, result.proven_cost)
                       : proof_text(result.optimal, traffic_bytes, bound.best);
}

std::vector<Table::Column> columns(bool prices, std::vector<Table::Column> first) {
  std::vector<Table::Column> all = std::move(first);
  all.insert(all.end(), {{"used bytes"}, {"traffic bytes"}, {"proven bound"}, {"published bound"}});
  if (prices) all.insert(all.end(), {{"cost"}, {"proven cost"}});
  all.insert(all.end(), {{"proof", Table::Align::left}, {"front", Table::Align::left}});
  return all;
}

template <typename Result>
std::vector<std::string> cells(const SweepReport& report, const Result& result, int64_t used_bytes,
                               int64_t traffic_bytes, const Bound& bound) {
  std::vector<std::string> row = {grouped(used_bytes), grouped(traffic_bytes), grouped(result.proven_bound),
                                  grouped(bound.published)};
  if (report.prices) row.insert(row.end(), {grouped(result.cost), grouped(result.proven_cost)});
  row.push_back(proof_text(report, result, traffic_bytes, bound));
  return row;
}

void print_layers(std::ostream& out, const SweepReport& report) {
  std::vector<Table::Column> titles = columns(report.prices, {{"layer", Table::Align::left}, {"buffer"}});
  titles.insert(titles.end(), {{"evaluated"}, {"time"}});
  Table table(titles);
  bool first = true;
  for (const LayerSweep& sweep : report.layers) {
    if (sweep.points.empty()) continue;
    if (!first) table.add_rule();
    first = false;
    for (const CapacityResult& point : sweep.points) {
      std::vector<std::string> row = {sweep.layer.name, bytes_text(point.buffer_bytes)};
      if (!point.best) {
        row.resize(report.prices ? 8 : 6);
        row.emplace_back("nothing fits");
        table.add(row);
        continue;
      }
      const OptimizerResult& best = *point.best;
      Bound bound;
      add_bound(bound, sweep.layer, point);
      for (const std::string& cell :
           cells(report, best, best.prediction.buffer.total(), best.prediction.traffic.total(), bound)) {
        row.push_back(cell);
      }
      row.emplace_back(point.on_front ? "*" : "");
      if (point.searched) row.insert(row.end(), {grouped(best.evaluated), duration_text(best.seconds)});
      table.add(row);
    }
  }
  table.print(out);
}

void print_totals(std::ostream& out, const SweepReport& report) {
  Table table(columns(report.prices, {{"buffer"}}));
  for (const NetworkResult& total : report.totals) {
    std::vector<std::string> row = {bytes_text(total.buffer_bytes)};
    for (const std::string& cell : cells(report, total, total.used_bytes, total.traffic.total(),
                                         total_bound(report, total.buffer_bytes))) {
      row.push_back(cell);
    }
    row.emplace_back(total.on_front ? "*" : "");
    table.add(row);
  }
  table.print(out);
}

constexpr size_t kMostFrontPoints = 64;
constexpr double kNearlyFastest = 1.05;  // times the fewest cycles

// For each capacity the ends of the front, and what is nearly as fast as can be.
void print_fronts(std::ostream& out, const std::vector<FrontAtCapacity>& fronts) {
  out << "Bytes against cycles: the fastest schedules, the least bytes within 5 % of their cycles, and the "
         "least bytes\n";
  Table table({{"buffer"},
               {"fewest cycles"},
               {"bytes"},
               {"within 5 %"},
               {"bytes"},
               {"cycles"},
               {"least bytes"},
               {"bound, cycles"},
               {"bound, bytes"}});
  for (const FrontAtCapacity& front : fronts) {
    const NetworkFrontPoint& fastest = front.points.front();
    const NetworkFrontPoint& nearly = least_cost_within(front.points, kNearlyFastest);
    const NetworkFrontPoint& least = front.points.back();
    table.add({bytes_text(front.buffer_bytes), grouped(fastest.cycles), grouped(fastest.traffic.total()),
               grouped(nearly.cycles), grouped(nearly.traffic.total()), grouped(least.cycles),
               grouped(least.traffic.total()), grouped(front.bounds.cycles), grouped(front.bounds.bytes)});
  }
  table.print(out);
}

std::string front_text(bool on_front) { return on_front ? "*" : ""; }

// A row for each size: of the layer, or of all layers.
RankedTable short_table(const SweepReport& report) {
  RankedTable table("sizes", {{"buffer", Table::Align::left},
                              {"used bytes"},
                              {"traffic bytes"},
                              {"proven bound"},
                              {"proof", Table::Align::left},
                              {"front", Table::Align::left}});
  const auto add = [&](const auto& result, int64_t buffer_bytes, int64_t used_bytes, int64_t traffic_bytes,
                       const Bound& bound, bool on_front) {
    table.add(on_front ? 1 : 0, {bytes_text(buffer_bytes), grouped(used_bytes), grouped(traffic_bytes),
                                 grouped(result.proven_bound),
                                 proof_text(report, result, traffic_bytes, bound), front_text(on_front)});
  };
  if (report.layers.size() > 1) {
    for (const NetworkResult& total : report.totals) {
      add(total, total.buffer_bytes, total.used_bytes, total.traffic.total(),
          total_bound(report, total.buffer_bytes), total.on_front);
    }
    return table;
  }
  for (const LayerSweep& sweep : report.layers) {
    for (const CapacityResult& point : sweep.points) {
      if (!point.best) {
        table.add(0, {bytes_text(point.buffer_bytes), "", "", "", "nothing fits"});
        continue;
      }
      Bound bound;
      add_bound(bound, sweep.layer, point);
      add(*point.best, point.buffer_bytes, point.best->prediction.buffer.total(),
          point.best->prediction.traffic.total(), bound, point.on_front);
    }
  }
  return table;
}

std::string verdict(const SweepReport& report) {
  size_t points = 0;
  size_t fitting = 0;
  size_t optimal = 0;
  for (const LayerSweep& sweep : report.layers) {
    for (const CapacityResult& point : sweep.points) {
      ++points;
      fitting += point.best ? 1 : 0;
      optimal += point.best && point.best->optimal ? 1 : 0;
    }
  }
  std::string text = fmt::format("{} of {} proven optimal", optimal, count_text(fitting, "point"));
  if (fitting < points) text += fmt::format(", nothing fits at {} others", points - fitting);
  if (report.complete) return "Done: " + text + ".";
  return fmt::format("INTERRUPTED (exit status {}): {}.", kExitInterrupted, text);
}

ordered_json point_json(const Layer& layer, const CapacityResult& point) {
  ordered_json object = {{"buffer_bytes", point.buffer_bytes}, {"fits", point.best.has_value()}};
  if (!point.best) return object;
  const OptimizerResult& best = *point.best;
  object["schedule"] = to_json(best.schedule);
  object["traffic"] = to_json(best.prediction.traffic);
  object["buffer"] = to_json(best.prediction.buffer);
  object["lower_bound"] = {{"compulsory", compulsory_bytes(layer)},
                           {"published", published_bound_bytes(layer, point.buffer_bytes)},
                           {"proven", best.proven_bound}};
  object["cost"] = {{"total", best.cost}, {"proven", best.proven_cost}};
  object["optimal"] = best.optimal;
  object["proof"] = best.optimal ? ordered_json(to_string(best.proof)) : ordered_json();
  object["front"] = point.on_front;
  if (!best.front.empty()) {
    object["latency"] = {{"cycles", best.latency.cycles}, {"lower_bound", best.latency_bound}};
    object["bytes_and_cycles"] = front_json(best.front);
  }
  object["searched"] = point.searched;
  object["evaluated"] = best.evaluated;
  object["seconds"] = best.seconds;
  return object;
}

ordered_json total_json(const SweepReport& report, const NetworkResult& total) {
  return {
      {"buffer_bytes", total.buffer_bytes},
      {"used_bytes", total.used_bytes},
      {"traffic", to_json(total.traffic)},
      {"lower_bound",
       {{"published", total_bound(report, total.buffer_bytes).published}, {"proven", total.proven_bound}}},
      {"cost", {{"total", total.cost}, {"proven", total.proven_cost}}},
      {"optimal", total.optimal},
      {"front", total.on_front}};
}

}  // namespace

std::vector<FrontAtCapacity> add_fronts(const std::vector<LayerSweep>& layers,
                                        const std::vector<int64_t>& capacities) {
  std::vector<FrontAtCapacity> fronts;
  for (const int64_t capacity : capacities) {
    FrontAtCapacity at;
    at.buffer_bytes = capacity;
    std::vector<const std::vector<FrontPoint>*> of_layers;
    for (const LayerSweep& sweep : layers) {
      for (const CapacityResult& point : sweep.points) {
        if (point.buffer_bytes != capacity || !point.best) continue;
        of_layers.push_back(&point.best->front);
        at.bounds.bytes += point.best->proven_bound;
        at.bounds.cost += point.best->proven_cost;
        at.bounds.cycles += point.best->latency_bound;
      }
    }
    if (of_layers.size() != layers.size()) continue;
    at.points = add_fronts(of_layers, kMostFrontPoints);
    if (!at.points.empty()) fronts.push_back(std::move(at));
  }
  return fronts;
}

std::vector<std::string> sweep_section_names() {
  return {"layers", "totals", "front", "onnx", "network", "stacks"};
}

Answer answer(const SweepReport& report) {
  Answer answer;
  answer.table = short_table(report);
  answer.notes = {"* on the front of traffic against bytes used."};
  answer.sections = {{"layers", [&report](std::ostream& out) { print_layers(out, report); }}};
  if (report.layers.size() > 1) {
    answer.sections.push_back({"totals", [&report](std::ostream& out) {
                                 out << "All " << report.layers.size()
                                     << " layers, one after the other in one buffer\n";
                                 print_totals(out, report);
                               }});
  }
  if (!report.fronts.empty()) {
    const FrontAtCapacity& largest = report.fronts.back();
    answer.notes.push_back(bytes_text(largest.buffer_bytes) + ": " + front_note(largest.points));
    answer.sections.push_back({"front", [&report](std::ostream& out) { print_fronts(out, report.fronts); }});
    if (!report.caveat.empty()) answer.notes.push_back(fmt::format("Predicted cycles: {}.", report.caveat));
  }
  answer.verdict = verdict(report);
  return answer;
}

ordered_json to_json(const SweepReport& report) {
  ordered_json layers = ordered_json::array();
  for (const LayerSweep& sweep : report.layers) {
    ordered_json points = ordered_json::array();
    for (const CapacityResult& point : sweep.points) points.push_back(point_json(sweep.layer, point));
    layers.push_back({{"name", sweep.layer.name}, {"layer", to_json(sweep.layer)}, {"points", points}});
  }
  ordered_json totals = ordered_json::array();
  for (const NetworkResult& total : report.totals) totals.push_back(total_json(report, total));
  ordered_json document = {{"layers", layers}, {"totals", totals}, {"complete", report.complete}};
  if (!report.fronts.empty()) {
    for (const FrontAtCapacity& front : report.fronts) {
      ordered_json object = {{"buffer_bytes", front.buffer_bytes}};
      object.update(front_json(front.points, front.bounds));
      document["bytes_and_cycles"].push_back(object);
    }
    document["caveats"] = caveats_json(report.caveat);
  }
  return document;
}

}  // namespace hwcvp
