// The built-in networks as complete quantized graphs: what schedules/networks lists as layers, and everything
// between the layers.
//
// Not trained: weights are pseudo-random, so the classes mean nothing. Local response normalization (AlexNet,
// ZFNet, GoogLeNet), dropout and auxiliary classifiers are left out.
#pragma once

#include <cstdint>
#include <string>

#include "platform/graph/graph.h"

namespace hwcvp {

struct BuiltinGraphOptions {
  uint64_t seed = 1;  // of the weights, biases and scales
  int64_t batch = 1;
  DataType activations = DataType::uint8;  // or int8
};

// The graph of the network that network_names() lists: input float32 {batch, 3, rows, columns}, output the
// probabilities, float32 {batch, 1000}. The same on every platform. Throws InputError, listing the names, for
// an unknown one, and where the batch makes a layer too large.
graph::Graph builtin_graph(const std::string& name, const BuiltinGraphOptions& options = {});

}  // namespace hwcvp
