// Quantized graphs as stacks see them.
#include "platform/stack/map_graph.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "platform/networks/builtin_graph.h"
#include "schedules/networks/network.h"
#include "schedules/stack/stack_json.h"
#include "tests/support/graph/random_graph.h"

namespace hwcvp {
namespace {

using stack::LineMap;

int64_t bytes_of(const stack::Tensor& tensor, int64_t batch) {
  return tensor.channels * tensor.lines[0] * tensor.lines[1] * tensor.element_bytes * batch;
}

// Every operator of the machine's engines is there, in order, with tensors of the graph's sizes.
void expect_mapped(const graph::Graph& graph, const std::string& name) {
  const MappedGraph mapped = map_graph(graph);
  size_t next = 0;
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    const graph::Operator& from = graph.operators[i];
    const graph::Engine engine = graph::engine_of(from);
    if (engine != graph::Engine::compute && engine != graph::Engine::vector) continue;
    ASSERT_LT(next, mapped.operators.size()) << name;
    ASSERT_EQ(mapped.operators[next], i) << name;
    const stack::Operator& op = mapped.network.operators[next];
    EXPECT_EQ(op.name, from.name);
    ASSERT_EQ(op.inputs.size(), from.inputs.size()) << name;
    ++next;
    const graph::Value& output = graph.values[from.output];
    EXPECT_EQ(bytes_of(mapped.network.tensors[op.output], mapped.network.batch),
              element_count(output.shape) * bytes(output.type))
        << name << " " << op.name;
    const auto* convolution = std::get_if<graph::Convolution>(&from.action);
    ASSERT_EQ(op.product.has_value(), convolution != nullptr) << op.name;
    if (convolution != nullptr) {
      EXPECT_EQ(op.product->weight_elements(), convolution->layer.weight_elements()) << op.name;
      EXPECT_EQ(op.product->params_bytes, convolution->layer.params_bytes()) << op.name;
    }
    if (!op.stackable) continue;
    // All lines of the output need some of each input, and the last line's window ends inside the padding.
    for (size_t axis = 0; axis < stack::kAxisCount; ++axis) {
      const int64_t lines = mapped.network.tensors[op.output].lines[axis];
      for (const size_t t : op.inputs) {
        const int64_t extent = mapped.network.tensors[t].lines[axis];
        EXPECT_FALSE(op.maps[axis].needs({0, lines}, extent).empty()) << op.name;
        const LineMap& map = op.maps[axis];
        if (map.kind != LineMap::Kind::window) continue;
        const int64_t span = (map.kernel - 1) * map.dilation + 1;
        EXPECT_EQ((extent + map.pad + map.pad_end - span) / map.stride + 1, lines) << name << " " << op.name;
      }
    }
  }
  EXPECT_EQ(next, mapped.operators.size()) << name;
  for (size_t t = 0; t < mapped.values.size(); ++t) {
    const graph::Value& value = graph.values[mapped.values[t]];
    EXPECT_EQ(bytes_of(mapped.network.tensors[t], mapped.network.batch),
              element_count(value.shape) * bytes(value.type))
        << name << " " << value.name;
  }
}

TEST(MapGraph, HasEveryOperatorOfRandomGraphs) {
  for (uint64_t seed = 1; seed <= 150 && !HasFailure(); ++seed) {
    expect_mapped(random_graph(seed), "seed " + std::to_string(seed));
  }
}

TEST(MapGraph, BuiltInNetworksAreStackableThroughout) {
  for (const std::string name : {"alexnet", "googlenet", "resnet18", "squeezenet1.1", "mobilenetv2"}) {
    const graph::Graph graph = builtin_graph(name, {1, 2});
    expect_mapped(graph, name);
    const stack::Network network = map_graph(graph).network;
    EXPECT_EQ(network.batch, 2);
    for (const stack::Operator& op : network.operators) EXPECT_TRUE(op.stackable) << name << " " << op.name;
    // The form in JSON says all of it.
    const nlohmann::json json = to_json(network);
    EXPECT_EQ(nlohmann::json(to_json(stack::network_from_json(json, name))), json);
  }
}

TEST(MapGraph, FullyConnectedOperatorsTakeAllLines) {
  const stack::Network network = map_graph(builtin_graph("alexnet")).network;
  const auto fc6 = std::find_if(network.operators.begin(), network.operators.end(),
                                [](const stack::Operator& op) { return op.name == "fc6"; });
  ASSERT_NE(fc6, network.operators.end());
  EXPECT_EQ(fc6->type, "fully_connected");
  EXPECT_EQ(fc6->product->in_channels, 256);
  EXPECT_EQ(fc6->product->kernel, (stack::PerAxis<int64_t>{6, 6}));
  EXPECT_EQ(fc6->maps[0].needs({0, 1}, 6), (Range{0, 6}));
}

}  // namespace
}  // namespace hwcvp
