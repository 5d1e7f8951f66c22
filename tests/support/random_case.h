// Random legal layers and schedules for property tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct RandomCaseLimits {
  int64_t max_macs = 20000;   // multiply-accumulates of the layer
  int64_t max_leaves = 2000;  // commands to the datapath
  size_t max_loops = 10;
};

struct RandomCase {
  Layer layer;
  Schedule schedule;
};

// Draws a legal case within the limits. All features occur: batches, groups and depthwise layers, strides
// (also past the kernel), dilations, uneven pads (also wider than the kernel), every legal mix of types,
// repeated dimensions, tiles that do not divide, every buffer level, both ways of input reuse and double
// buffering. The same generator state gives the same case.
RandomCase random_case(std::mt19937_64& random, const RandomCaseLimits& limits = {});

// The same with inputs and weights of 8 bits, outputs of 8 bits in single precision, zero points (often at
// the ends of their types), limits, and scales that differ between channels: most bring random accumulators
// into the range of the outputs, some are powers of two, which give ties, or extreme.
RandomCase random_single_precision_case(std::mt19937_64& random, const RandomCaseLimits& limits = {});

// The case as one line of JSON, {"layer": ..., "schedule": ...}, to print where a test fails.
std::string to_json_text(const RandomCase& random_case);

}  // namespace hwcvp
