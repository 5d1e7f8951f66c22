#include "platform/study/accuracy_plan.h"

#include <algorithm>
#include <utility>

#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"

namespace hwcvp {

LayerChoice choose_for(const std::string& model, const Layer& layer, int64_t buffer_bytes) {
  LayerChoice result;
  try {
    result.choice = make_earlier_model(model)->choose(layer, buffer_bytes);
  } catch (const InputError& error) {
    result.refusal = error.what();
  }
  return result;
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
    if (jobs_[i].schedule == schedule && equal_work(jobs_[i].layer, layer)) return i;
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

}  // namespace hwcvp
