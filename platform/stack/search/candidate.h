// A way to run some neighbouring operators of a network that is no schedule of stacks: one operator alone, or
// a convolution with a tail.
#pragma once

#include <cstdint>
#include <optional>

#include "schedules/nest/schedule.h"
#include "schedules/traffic/prediction.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct Candidate {
  size_t first = 0, last = 0;  // operators of the stack::Network
  // Of the convolution; none: operators of the vector engine, whose nests the network's plan chooses.
  std::optional<Layer> layer;  // of a tail with pooling, the lines that it reads
  std::optional<Schedule> nest;
  Prediction prediction;
  int64_t proven = 0;  // bytes that no schedule of this kind undercuts

  bool is_tail() const { return last > first; }
};

}  // namespace hwcvp
