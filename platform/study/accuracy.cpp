#include "platform/study/accuracy.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"

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

LayerChoice choose_for(const std::string& model, const Layer& layer, int64_t buffer_bytes) {
  LayerChoice result;
  try {
    result.choice = make_earlier_model(model)->choose(layer, buffer_bytes);
  } catch (const InputError& error) {
    result.refusal = error.what();
  }
  return result;
}

bool AccuracyReport::agreed() const {
  return std::all_of(runs.begin(), runs.end(), [](const LayerReport& run) { return run.agreed(); });
}

AccuracyPlan::AccuracyPlan(int64_t buffer_bytes, const std::vector<Layer>& layers,
                           const std::vector<Schedule>& schedules)
    : schedules_(schedules) {
  report_.buffer_bytes = buffer_bytes;
  report_.layers = layers;
  for (size_t i = 0; i < layers.size(); ++i) report_.ours.push_back(run_of(layers[i], schedules[i]));
  report_.models.push_back({"exact", {}, {}});
}

size_t AccuracyPlan::run_of(const Layer& layer, const Schedule& schedule) {
  for (size_t i = 0; i < jobs_.size(); ++i) {
    if (jobs_[i].schedule == schedule && equal_but_name(jobs_[i].layer, layer)) return i;
  }
  LayerJob& job = jobs_.emplace_back();
  job.layer = layer;
  job.schedule = schedule;
  job.predicted = predict_exact(layer, schedule);
  return jobs_.size() - 1;
}

void AccuracyPlan::add_model(const std::string& model, const std::vector<LayerChoice>& choices) {
  const auto predictor = make_predictor(model);
  ModelAccuracy accuracy;
  accuracy.model = model;
  const auto ask = [&](size_t layer, const Schedule& schedule, bool own) {
    AccuracyRow& row = accuracy.rows.emplace_back();
    row.layer = layer;
    row.run = run_of(report_.layers[layer], schedule);
    row.own = own;
    try {
      row.predicted = predictor->predict(report_.layers[layer], schedule);
    } catch (const InputError& error) {
      row.refusal = error.what();
    }
  };
  for (size_t i = 0; i < report_.layers.size(); ++i) {
    ask(i, schedules_[i], false);
    ChoiceRow& row = accuracy.choices.emplace_back();
    row.layer = i;
    row.chosen = choices[i];
    if (!choices[i].choice) continue;
    Schedule schedule = choices[i].choice->schedule;
    ask(i, schedule, true);
    row.run = accuracy.rows.back().run;
    schedule.input_reuse = InputReuse::sliding;
    row.sliding_run = run_of(report_.layers[i], schedule);
  }
  report_.models.push_back(std::move(accuracy));
}

AccuracyReport AccuracyPlan::finish(std::vector<LayerReport> runs) {
  report_.runs = std::move(runs);
  for (size_t run = 0; run < report_.runs.size(); ++run) {
    AccuracyRow& row = report_.models[0].rows.emplace_back();
    const Layer& layer = report_.runs[run].layer;
    const auto found = std::find(report_.layers.begin(), report_.layers.end(), layer);
    row.layer = static_cast<size_t>(found - report_.layers.begin());
    row.run = run;
    row.own = std::find(report_.ours.begin(), report_.ours.end(), run) == report_.ours.end();
    row.predicted = report_.runs[run].predicted;
  }
  return std::move(report_);
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
