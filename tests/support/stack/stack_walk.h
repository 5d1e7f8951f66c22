// A literal walk over the lines of a stack, which knows no closed form and shares no code with the predictor.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "schedules/stack/network.h"
#include "schedules/stack/schedule.h"

namespace hwcvp::stack {

struct WalkedOperator {
  int64_t weights = 0;       // bytes
  int64_t runs = 0;          // of all strips and images
  int64_t accumulators = 0;  // bytes for one output channel in the largest piece
  int64_t kernel = 0;        // bytes of a filter of one input channel
};

struct WalkedStack {
  int64_t input_read = 0, weight_read = 0, output_write = 0, params_read = 0;
  int64_t capacity = 0;
  int64_t macs = 0;
  // What capacity and weights are made up of, for those who try all weights.
  int64_t tensor_bytes = 0;
  std::vector<WalkedOperator> operators;
};

// Goes through images, strips, steps and pieces one by one, and through every line of them. Nothing where the
// schedule is illegal: an operator is not read, lines would have to come back, or some of an output are left.
std::optional<WalkedStack> walk_stack(const Network& network, const Schedule& schedule);

}  // namespace hwcvp::stack
