#include "platform/report/front_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/report/format.h"
#include "platform/report/table.h"
#include "schedules/json/json.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

constexpr size_t kMostFrontRows = 20;

// "1.25 x" of what is least.
std::string times_text(int64_t value, int64_t least) {
  if (least == 0) return "";
  return fmt::format("{:.2f} x", static_cast<double>(value) / static_cast<double>(least));
}

}  // namespace

ordered_json front_json(const std::vector<FrontPoint>& front) {
  ordered_json points = ordered_json::array();
  for (const FrontPoint& point : front) {
    points.push_back({{"cycles", point.cycles},
                      {"cost", point.cost},
                      {"traffic", to_json(point.prediction.traffic)},
                      {"buffer", to_json(point.prediction.buffer)},
                      {"schedule", to_json(point.schedule)}});
  }
  return points;
}

ordered_json front_json(const std::vector<NetworkFrontPoint>& front, const FrontBounds& bounds) {
  ordered_json points = ordered_json::array();
  for (const NetworkFrontPoint& point : front) {
    points.push_back({{"cycles", point.cycles},
                      {"cost", point.cost},
                      {"traffic", to_json(point.traffic)},
                      {"points", point.points}});
  }
  return {{"points", points},
          {"lower_bound", {{"bytes", bounds.bytes}, {"cost", bounds.cost}, {"cycles", bounds.cycles}}}};
}

std::string front_note(const std::vector<NetworkFrontPoint>& front) {
  constexpr double kNearlyFastest = 1.05;
  const NetworkFrontPoint& nearly = least_cost_within(front, kNearlyFastest);
  return fmt::format(
      "Front: {} bytes in {} cycles, the fastest; {} bytes in {} cycles, within 5 % of it; {} bytes in {} "
      "cycles, the "
      "least (--details front).",
      grouped(front.front().traffic.total()), grouped(front.front().cycles), grouped(nearly.traffic.total()),
      grouped(nearly.cycles), grouped(front.back().traffic.total()), grouped(front.back().cycles));
}

void print_front(std::ostream& out, const std::vector<NetworkFrontPoint>& front, const FrontBounds& bounds,
                 bool prices) {
  out << "\nBytes against cycles\n";
  std::vector<Table::Column> columns = {{"cycles"}, {"of the fewest"}, {"traffic bytes"}, {"of the least"}};
  if (prices) columns.push_back({"cost"});
  Table table(columns);
  for (const size_t i : spread_over(front, kMostFrontRows)) {
    const NetworkFrontPoint& point = front[i];
    std::vector<std::string> row = {grouped(point.cycles), times_text(point.cycles, front.front().cycles),
                                    grouped(point.traffic.total()),
                                    times_text(point.cost, front.back().cost)};
    if (prices) row.push_back(grouped(point.cost));
    table.add(row);
  }
  table.print(out);
  out << fmt::format("No schedules take fewer than {} cycles or move fewer than {} bytes",
                     grouped(bounds.cycles), grouped(bounds.bytes));
  if (prices) out << fmt::format(" or cost less than {}", grouped(bounds.cost));
  out << ".\n";
}

}  // namespace hwcvp
