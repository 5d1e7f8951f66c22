// Makes the graph of a built-in network from its list of layers.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/networks/builtin_graph.h"
#include "platform/networks/spread.h"
#include "schedules/networks/network.h"

namespace hwcvp::networks {

using graph::ValueIndex;

enum class Activation : uint8_t { none, relu, relu6 };

// A square window.
struct Window {
  int64_t size;
  int64_t stride;
};

// Takes the layers in their order: every convolution() and fully_connected() is the next one. Throws
// std::logic_error where a layer does not fit what it is to read, or where layers are left.
//
// Scales follow from the spread of a tensor: the range of the type covers some standard deviations, the
// deviation before an activation is pseudo-random within a factor of two, and a layer's bias makes up for the
// mean of its input, so that neither ranges nor channels die out with depth.
class GraphBuilder {
 public:
  GraphBuilder(const Network& network, const BuiltinGraphOptions& options);

  // The network's input, float32, and what quantizes it.
  ValueIndex input();

  // The next layer, on x. Layers whose outputs are concatenated have one scale: `scale_of` is a name for it,
  // that of the layer where it is empty.
  ValueIndex convolution(ValueIndex x, Activation activation, const std::string& scale_of = "");
  // The next layer as a matrix product on x {batch, channels}.
  ValueIndex fully_connected(ValueIndex x, Activation activation);

  // Windows that may hang over at the bottom and on the right, so that the output has `lines` rows and
  // columns.
  ValueIndex max_pool(ValueIndex x, const std::string& name, Window window, int64_t lines);
  // The same with padding on all four sides.
  ValueIndex padded_max_pool(ValueIndex x, const std::string& name, Window window, int64_t pad);
  // {N, C, 1, 1}.
  ValueIndex global_average_pool(ValueIndex x, const std::string& name);
  ValueIndex add(ValueIndex a, ValueIndex b, const std::string& name, Activation activation);
  // Along the channels. All values have one scale.
  ValueIndex concat(const std::vector<ValueIndex>& values, const std::string& name);
  // {N, everything else}.
  ValueIndex flatten(ValueIndex x, const std::string& name);
  // Ends the network: x {batch, classes} as probabilities.
  void output(ValueIndex x);

  // The layer that comes next.
  bool has_next() const { return next_ < layers_.size(); }
  const Layer& next() const { return layers_.at(next_); }
  // The name of the one after it, empty where there is none.
  std::string name_after_next() const;

  // The graph, which has to be complete.
  graph::Graph take();

 private:
  ValueIndex add_value(const std::string& name, Shape shape, DataType type);
  ValueIndex add_operator(const std::string& name, const std::string& type, std::vector<ValueIndex> inputs,
                          ValueIndex output, graph::Action action);
  // A value of the type of activations, with scale and zero point for the spread.
  ValueIndex add_quantized(const std::string& name, Shape shape, Activation activation, Spread spread);
  // A value with scale, zero point and spread of another.
  ValueIndex add_like(ValueIndex x, const std::string& name, Shape shape);
  ValueIndex layer(ValueIndex x, Activation activation, const std::string& scale_of, Shape out_shape,
                   const std::string& type);
  ValueIndex pool(ValueIndex x, const std::string& name, Window window, std::array<int64_t, 4> pads);
  Layer window_layer(ValueIndex x, const std::string& name, Window window) const;
  // Weights, bias and factors of a convolution, once its values are known.
  void set_constants(graph::Convolution& convolution, ValueIndex x, ValueIndex y, double deviation) const;
  // Pseudo-random, the same for the same name: 0 to 2^16 - 1.
  int64_t random(const std::string& name, const std::string& what) const;

  const graph::Value& value(ValueIndex index) const { return graph_.values.at(index); }

  BuiltinGraphOptions options_;
  std::vector<Layer> layers_;
  size_t next_ = 0;
  graph::Graph graph_;
  std::vector<Spread> spreads_;  // of each value
};

}  // namespace hwcvp::networks
