// How well models of memory traffic predict what the simulated machine moves, and what their own choices
// cost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/observation/layer_report.h"
#include "schedules/predictors/earlier_model.h"

namespace hwcvp {

// What a model would choose for a layer, or why it has nothing to choose.
struct LayerChoice {
  std::optional<ModelChoice> choice;
  std::string refusal;
};

// A model's answer for one simulated schedule.
struct AccuracyRow {
  size_t layer = 0;  // in AccuracyReport::layers
  size_t run = 0;    // in AccuracyReport::runs
  bool own = false;  // the model's own choice, else the optimizer's schedule
  std::optional<Prediction> predicted;
  std::string refusal;  // why it cannot express the schedule
};

// What a model's choice costs.
struct ChoiceRow {
  size_t layer = 0;
  LayerChoice chosen;
  size_t run = 0;  // as the model takes inputs
  size_t sliding_run =
      0;  // the same nest, with lines that regions share kept: as run where the model keeps them
};

struct ModelAccuracy {
  std::string model;
  std::vector<AccuracyRow> rows;
  std::vector<ChoiceRow> choices;  // none for the exact model
};

struct AccuracyReport {
  int64_t buffer_bytes = 0;
  std::vector<Layer> layers;
  std::vector<size_t> ours;           // run of the optimizer's schedule, by layer
  std::vector<LayerReport> runs;      // each distinct layer and schedule once
  std::vector<ModelAccuracy> models;  // "exact" first

  const Traffic& observed(size_t run) const { return runs[run].observed.traffic; }
  // The exact model's prediction matched and the output was verified in every run.
  bool agreed() const;
};

// Difference of a prediction from what was observed.
struct TrafficError {
  int64_t bytes = 0;
  double percent = 0;  // of what was observed; infinite where that is nothing
};
struct TrafficErrors {
  TrafficError input, weight, output, total;  // output: partial sums included
};
TrafficErrors traffic_errors(const Traffic& predicted, const Traffic& observed);

// Over the schedules that a model can express.
struct AccuracySummary {
  size_t expressed = 0;
  size_t refused = 0;
  // Means of the magnitudes of the errors in total traffic; nothing where there is nothing to average.
  std::optional<double> mean_percent;            // over all
  std::optional<double> mean_percent_own;        // over the model's own choices
  std::optional<double> mean_percent_optimizer;  // over the optimizer's schedules
  double worst_percent = 0;                      // the error of the largest magnitude, with its sign
  std::string worst_layer;
  int64_t worst_bytes = 0;  // largest magnitude of an error in bytes
};
AccuracySummary summarize(const AccuracyReport& report, const ModelAccuracy& model);

// Total traffic over the layers for which a model chose, in bytes.
struct ChoiceTotals {
  size_t layers = 0;
  int64_t predicted = 0;
  int64_t observed = 0;
  int64_t sliding = 0;  // observed where shared lines are kept
  int64_t ours = 0;
};
ChoiceTotals total_choices(const AccuracyReport& report, const ModelAccuracy& model);

}  // namespace hwcvp
