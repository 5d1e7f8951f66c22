#include "platform/report/latency_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/roofline_report.h"
#include "platform/report/table.h"

namespace hwcvp {

using nlohmann::ordered_json;

namespace {

constexpr const char* kNotFollowed = "the schedule has too many different steps to follow";

}  // namespace

void print_latency(std::ostream& out, const LatencyPrediction& prediction) {
  if (!prediction.estimate) {
    out << "cycles not predicted: " << kNotFollowed << '\n';
    return;
  }
  const LatencyEstimate& estimate = *prediction.estimate;
  Table cycles({{"predicted cycles"}, {"compute cycles"}, {"transfer cycles"}});
  cycles.add({grouped(estimate.cycles), grouped(estimate.compute_cycles), grouped(estimate.transfer_cycles)});
  cycles.print(out);
  print_caveat(out, prediction.caveat);
  out << '\n';
  Table roofline(roofline_columns());
  roofline.add(roofline_cells(prediction.roofline));
  roofline.print(out);
}

void add_latency(ordered_json& object, const LatencyPrediction& prediction) {
  const bool known = prediction.estimate.has_value();
  const LatencyEstimate estimate = prediction.estimate.value_or(LatencyEstimate{});
  const auto cycles = [known](int64_t count) { return known ? ordered_json(count) : ordered_json(nullptr); };
  object["cycles"] = cycles(estimate.cycles);
  object["compute_cycles"] = cycles(estimate.compute_cycles);
  object["transfer_cycles"] = cycles(estimate.transfer_cycles);
  object["roofline"] = known ? to_json(prediction.roofline) : ordered_json(nullptr);
  object["caveats"] = caveats_json(prediction.caveat);
  if (!known) object["caveats"].push_back(std::string("cycles are null: ") + kNotFollowed);
}

void print_caveat(std::ostream& out, const std::string& caveat) {
  if (!caveat.empty()) out << fmt::format("predicted cycles are an estimate: {}\n", caveat);
}

ordered_json caveats_json(const std::string& caveat) {
  return caveat.empty() ? ordered_json::array() : ordered_json::array({caveat});
}

std::string slowness_note(int64_t cycles, int64_t bound) {
  constexpr double kMuch = 1.1;
  if (static_cast<double>(cycles) <= kMuch * static_cast<double>(bound)) return "";
  return fmt::format(
      "These schedules take {} cycles or more on the machine, whose bound is {}; --objective balanced looks "
      "for "
      "the least bytes at nearly full speed.",
      grouped(cycles), grouped(bound));
}

}  // namespace hwcvp
