// Random networks and schedules of stacks for property tests.
#pragma once

#include <cstdint>
#include <random>

#include "schedules/stack/network.h"
#include "schedules/stack/schedule.h"

namespace hwcvp::stack {

struct RandomNetworkLimits {
  int64_t operators = 10;
  int64_t lines = 20;  // of the input along an axis
  int64_t channels = 6;
  int64_t batch = 2;
};

// Every operator that can be in a stack, strides past the kernel, dilations, uneven pads (also wider than the
// kernel), additions and concatenations of earlier tensors, side outputs. The same generator state gives the
// same network.
Network random_network(std::mt19937_64& random, const RandomNetworkLimits& limits);

// A schedule of some of its operators, two or more, that validate() accepts; it may be illegal all the same.
// Nothing where the network has no such operators.
bool random_schedule(std::mt19937_64& random, const Network& network, Schedule& schedule);

}  // namespace hwcvp::stack
