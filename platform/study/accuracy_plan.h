// What has to be simulated to judge models of memory traffic.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/observation/accuracy.h"
#include "platform/study/layer_job.h"

namespace hwcvp {

// The choice of a named earlier model. Never throws InputError.
LayerChoice choose_for(const std::string& model, const Layer& layer, int64_t buffer_bytes);

// Collects what has to be simulated.
class AccuracyPlan {
 public:
  // `schedules` are the optimizer's, by layer.
  AccuracyPlan(int64_t buffer_bytes, const std::vector<Layer>& layers,
               const std::vector<Schedule>& schedules);

  // Adds an earlier model with its choices, by layer, and asks it for its predictions.
  void add_model(const std::string& model, const std::vector<LayerChoice>& choices);

  // To simulate, in this order; tensors are left to make.
  const std::vector<LayerJob>& jobs() const { return jobs_; }

  // The report, once all jobs have run.
  AccuracyReport finish(std::vector<LayerReport> runs);

 private:
  size_t run_of(const Layer& layer, const Schedule& schedule);

  AccuracyReport report_;
  std::vector<Schedule> schedules_;
  std::vector<LayerJob> jobs_;
};

}  // namespace hwcvp
