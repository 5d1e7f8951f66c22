#include "platform/report/sweep_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/report/format.h"
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

void print_sweep(std::ostream& out, const SweepReport& report) {
  print_layers(out, report);
  if (report.layers.size() > 1) {
    out << "\nAll " << report.layers.size() << " layers, one after the other in one buffer\n";
    print_totals(out, report);
  }
  out << "\n* on the front of traffic against bytes used\n";
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
  return {{"layers", layers}, {"totals", totals}, {"complete", report.complete}};
}

}  // namespace hwcvp
