// What is known of a layer once it has been run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/observation/divergence.h"
#include "platform/observation/dram_observation.h"
#include "platform/observation/job_observation.h"
#include "platform/reference/output_check.h"
#include "schedules/bursts/tensor_layout.h"
#include "schedules/latency/latency_model.h"
#include "schedules/latency/roofline.h"
#include "schedules/nest/schedule.h"
#include "schedules/predictors/predictor.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct LayerReport {
  Layer layer;
  Schedule schedule;
  TensorLayouts layouts;
  Prediction predicted;
  BusTraffic predicted_bus;
  LatencyEstimate latency;
  RooflinePosition predicted_roofline;
  JobObservation observed;
  RooflinePosition observed_roofline;
  BandwidthComparison bandwidth;
  std::vector<Divergence> divergences;
  std::optional<OutputCheck> output;  // none where only the time was simulated
  double wall_seconds = 0;            // of the simulation

  bool match() const { return predicted.traffic == observed.traffic && predicted_bus == observed.bus; }
  // Traffic as predicted, and no output known to be wrong.
  bool agreed() const { return match() && (!output || output->verified()); }
};

struct RunReport {
  std::vector<LayerReport> layers;
  double wall_seconds = 0;     // of everything, searching for schedules and checking outputs included
  std::string latency_caveat;  // of the predicted cycles, as latency_caveat() has it
  std::optional<DramObservation> dram;  // where the DRAM is timed command by command; all layers together
  std::vector<std::string> injected_faults;  // what was broken on purpose
  bool complete = true;                      // false: interrupted, later layers are missing

  // Every prediction matched, and every output that there is was verified.
  bool agreed() const;
};

}  // namespace hwcvp
