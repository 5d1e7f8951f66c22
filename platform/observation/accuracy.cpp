#include "platform/observation/accuracy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace hwcvp {

namespace {

TrafficError error_of(int64_t predicted, int64_t observed) {
  TrafficError error;
  error.bytes = predicted - observed;
  if (error.bytes != 0) {
    error.percent = observed == 0 ? std::numeric_limits<double>::infinity()
                                  : 100 * static_cast<double>(error.bytes) / static_cast<double>(observed);
  }
  return error;
}

int64_t output_bytes(const Traffic& traffic) {
  return traffic.output_write + traffic.psum_read + traffic.psum_write;
}

}  // namespace

bool AccuracyReport::agreed() const {
  return std::all_of(runs.begin(), runs.end(), [](const LayerReport& run) { return run.agreed(); });
}

TrafficErrors traffic_errors(const Traffic& predicted, const Traffic& observed) {
  return {error_of(predicted.input_read, observed.input_read),
          error_of(predicted.weight_read, observed.weight_read),
          error_of(output_bytes(predicted), output_bytes(observed)),
          error_of(predicted.total(), observed.total())};
}

namespace {

struct Mean {
  double sum = 0;
  size_t count = 0;

  void add(double value) {
    sum += value;
    ++count;
  }
  std::optional<double> value() const {
    return count == 0 ? std::optional<double>() : sum / static_cast<double>(count);
  }
};

}  // namespace

AccuracySummary summarize(const AccuracyReport& report, const ModelAccuracy& model) {
  AccuracySummary summary;
  Mean all;
  std::array<Mean, 2> by_owner;  // the optimizer's, own
  for (const AccuracyRow& row : model.rows) {
    if (!row.predicted) {
      ++summary.refused;
      continue;
    }
    ++summary.expressed;
    const TrafficError error = traffic_errors(row.predicted->traffic, report.observed(row.run)).total;
    all.add(std::abs(error.percent));
    by_owner[row.own ? 1 : 0].add(std::abs(error.percent));
    summary.worst_bytes = std::max(summary.worst_bytes, std::abs(error.bytes));
    if (std::abs(error.percent) > std::abs(summary.worst_percent)) {
      summary.worst_percent = error.percent;
      summary.worst_layer = report.layers[row.layer].name;
    }
  }
  summary.mean_percent = all.value();
  summary.mean_percent_own = by_owner[1].value();
  summary.mean_percent_optimizer = by_owner[0].value();
  return summary;
}

ChoiceTotals total_choices(const AccuracyReport& report, const ModelAccuracy& model) {
  ChoiceTotals totals;
  for (const ChoiceRow& row : model.choices) {
    if (!row.chosen.choice) continue;
    ++totals.layers;
    totals.predicted += row.chosen.choice->predicted_bytes;
    totals.observed += report.observed(row.run).total();
    totals.sliding += report.observed(row.sliding_run).total();
    totals.ours += report.observed(report.ours[row.layer]).total();
  }
  return totals;
}

}  // namespace hwcvp
