// One layer to run.
#pragma once

#include <functional>
#include <optional>

#include "platform/tensor/layer_tensors.h"
#include "schedules/bursts/tensor_layout.h"
#include "schedules/nest/schedule.h"
#include "schedules/predictors/predictor.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct LayerJob {
  Layer layer;
  Schedule schedule;
  std::optional<TensorLayouts> layouts;  // in place of the platform's
  Prediction predicted;
  std::function<LayerTensors()> make_tensors;  // called once, when its turn comes
};

}  // namespace hwcvp
