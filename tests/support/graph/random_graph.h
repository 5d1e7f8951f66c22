// Small quantized networks of every operator.
#pragma once

#include <cstdint>

#include "platform/graph/graph.h"

namespace hwcvp {

struct RandomGraphOptions {
  int operators = 12;  // at most, beside the quantization of the input
  bool convolutions = true;
  bool tables = true;  // of any function
};

// A graph of the seed: a floating-point input that is quantized, and operators that each take what came
// before them. What no operator reads is an output of the network.
graph::Graph random_graph(uint64_t seed, const RandomGraphOptions& options = {});

}  // namespace hwcvp
