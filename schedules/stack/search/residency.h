// Which weights stay on chip, and in what portions operators go through their channels.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/stack/network.h"
#include "schedules/stack/schedule.h"

namespace hwcvp::stack {

// An operator with weights, as far as the choice goes.
struct WeightChoice {
  int64_t bytes = 0;         // of all weights
  int64_t runs = 0;          // how often streamed ones come
  int64_t accumulators = 0;  // bytes that one output channel takes
  int64_t kernel = 0;        // bytes of the least portion of streamed weights
};

struct Residency {
  bool fits = false;
  bool exact = true;           // no other choice moves less
  int64_t moved = 0;           // bytes of weights
  std::vector<bool> resident;  // by operator
};

// The choice that moves the fewest bytes of weights, where `room` is left beside the tensors.
Residency choose_residency(const std::vector<WeightChoice>& operators, int64_t room);

// Portions as large as fit into `room` bytes for an operator whose largest piece takes `accumulators` bytes
// for each output channel: as many output channels as can be, whole groups first, then input channels.
Portion largest_portion(const Product& product, bool resident, int64_t accumulators, int64_t room);

}  // namespace hwcvp::stack
