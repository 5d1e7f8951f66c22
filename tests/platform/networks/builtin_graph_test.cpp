#include "platform/networks/builtin_graph.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <set>

#include "platform/graph/check.h"
#include "platform/networks/random_weights.h"
#include "schedules/networks/network.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

using graph::Convolution;
using graph::Graph;
using graph::Operator;
using graph::Pooling;
using graph::Value;

// The layer as the list has it.
Layer plain(const Layer& layer) {
  Layer result = layer;
  const Layer defaults;
  result.batch = defaults.batch;
  result.input_type = defaults.input_type;
  result.output_type = defaults.output_type;
  result.input_zero_point = defaults.input_zero_point;
  result.output_zero_point = defaults.output_zero_point;
  result.output_min = defaults.output_min;
  result.output_max = defaults.output_max;
  result.scales.clear();
  return result;
}

int64_t elements(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

// A matrix product's rows have no rows and columns of their own.
Shape without_ones(Shape shape) {
  while (shape.size() > 2 && shape.back() == 1) shape.pop_back();
  return shape;
}

// What an operator's inputs and output have to be to one another.
struct CheckShapes {
  const Graph& graph;
  const Operator& op;

  const Value& input(size_t i = 0) const { return graph.values[op.inputs[i]]; }
  const Value& output() const { return graph.values[op.output]; }
  void expect_same_scale() const {
    for (const size_t i : op.inputs) {
      EXPECT_EQ(graph.values[i].scale, output().scale) << op.name;
      EXPECT_EQ(graph.values[i].zero_point, output().zero_point) << op.name;
    }
  }
  void expect_layer(const Layer& layer) const {
    EXPECT_EQ(without_ones(input().shape), without_ones(input_shape(layer))) << op.name;
    EXPECT_EQ(without_ones(output().shape), without_ones(output_shape(layer))) << op.name;
    EXPECT_EQ(layer.input_type, input().type) << op.name;
    EXPECT_EQ(layer.output_type, output().type) << op.name;
    EXPECT_EQ(layer.input_zero_point, input().zero_point) << op.name;
    EXPECT_EQ(layer.output_zero_point, output().zero_point) << op.name;
  }

  void operator()(const Convolution& convolution) const {
    const Layer& layer = convolution.layer;
    EXPECT_NO_THROW(layer.validate(op.name));
    expect_layer(layer);
    EXPECT_EQ(convolution.weights.shape(), weight_shape(layer)) << op.name;
    EXPECT_EQ(convolution.bias.size(), static_cast<size_t>(layer.out_channels)) << op.name;
    EXPECT_EQ(layer.scales.size(), static_cast<size_t>(layer.out_channels)) << op.name;
  }
  void operator()(const Pooling& pooling) const {
    expect_layer(pooling.layer);
    EXPECT_EQ(pooling.layer.group, pooling.layer.in_channels) << op.name;
    if (pooling.kind == Pooling::Kind::max) expect_same_scale();
  }
  void operator()(const graph::Binary&) const {
    EXPECT_EQ(input(0).shape, output().shape) << op.name;
    EXPECT_EQ(input(1).shape, output().shape) << op.name;
  }
  void operator()(const graph::Concat& concat) const {
    int64_t channels = 0;
    for (size_t i = 0; i < op.inputs.size(); ++i) channels += input(i).shape[concat.axis];
    EXPECT_EQ(channels, output().shape[concat.axis]) << op.name;
    expect_same_scale();
  }
  void operator()(const graph::View&) const {
    EXPECT_EQ(elements(input().shape), elements(output().shape)) << op.name;
    expect_same_scale();
  }
  template <typename Other>
  void operator()(const Other&) const {
    EXPECT_EQ(input().shape, output().shape) << op.name;
  }
};

class BuiltinGraph : public testing::TestWithParam<std::string> {};

TEST_P(BuiltinGraph, HasTheLayersOfTheNetwork) {
  const std::vector<Layer> layers = builtin_network(GetParam()).layers;
  std::vector<Layer> found;
  for (const Operator& op : builtin_graph(GetParam()).operators) {
    const auto* convolution = std::get_if<Convolution>(&op.action);
    if (convolution != nullptr) found.push_back(plain(convolution->layer));
  }
  ASSERT_EQ(found.size(), layers.size());
  for (size_t i = 0; i < layers.size(); ++i) EXPECT_EQ(found[i], layers[i]) << layers[i].name;
}

TEST_P(BuiltinGraph, ConnectsValuesThatFit) {
  for (const DataType type : {DataType::uint8, DataType::int8}) {
    BuiltinGraphOptions options;
    options.batch = 2;
    options.activations = type;
    const Graph graph = builtin_graph(GetParam(), options);
    EXPECT_NO_THROW(graph::check(graph));
    std::set<graph::ValueIndex> made(graph.inputs.begin(), graph.inputs.end());
    std::set<graph::ValueIndex> read(graph.outputs.begin(), graph.outputs.end());
    std::set<std::string> names;
    for (const Operator& op : graph.operators) {
      for (const size_t i : op.inputs) EXPECT_TRUE(made.count(i)) << op.name;
      read.insert(op.inputs.begin(), op.inputs.end());
      EXPECT_TRUE(made.insert(op.output).second) << op.name;
      EXPECT_TRUE(names.insert(op.name).second) << op.name;
      std::visit(CheckShapes{graph, op}, op.action);
    }
    EXPECT_EQ(made.size(), graph.values.size());
    EXPECT_EQ(read.size(), graph.values.size());
    for (const Value& value : graph.values) EXPECT_EQ(value.shape[0], 2) << value.name;
    EXPECT_EQ(graph.values[graph.outputs.at(0)].shape, (Shape{2, 1000}));
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& network) {
  std::string name = network.param;
  name.erase(std::remove(name.begin(), name.end(), '.'), name.end());
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, BuiltinGraph, testing::ValuesIn(network_names()), test_name);

// Of all numbers of a graph.
uint32_t digest(const Graph& graph) {
  std::vector<int32_t> words;
  const auto add_bits = [&words](float number) {
    words.emplace_back();
    std::memcpy(&words.back(), &number, sizeof(number));
  };
  for (const Value& value : graph.values) {
    add_bits(value.scale);
    words.push_back(value.zero_point);
  }
  for (const Operator& op : graph.operators) {
    const auto* convolution = std::get_if<Convolution>(&op.action);
    if (convolution == nullptr) continue;
    words.push_back(static_cast<int32_t>(convolution->weights.crc32()));
    words.insert(words.end(), convolution->bias.begin(), convolution->bias.end());
    for (const float scale : convolution->layer.scales) add_bits(scale);
  }
  HostTensor all(DataType::int32, {static_cast<int64_t>(words.size())});
  std::copy(words.begin(), words.end(), all.data<int32_t>());
  return all.crc32();
}

// On any platform. Who changes these numbers changes the outputs of everyone's built-in networks.
TEST(BuiltinGraphTest, DependsOnNameAndSeedAlone) {
  EXPECT_EQ(digest(builtin_graph("mobilenetv2")), 393346800U);
  EXPECT_EQ(digest(builtin_graph("resnet18")), 3510745651U);
  EXPECT_EQ(digest(builtin_graph("squeezenet1.1")), 230961722U);
  BuiltinGraphOptions other;
  other.seed = 2;
  EXPECT_NE(digest(builtin_graph("squeezenet1.1", other)), digest(builtin_graph("squeezenet1.1")));
}

TEST(BuiltinGraphTest, HasPoolingAdditionsAndConcatenations) {
  const auto count = [](const std::string& name, const std::string& type) {
    const Graph graph = builtin_graph(name);
    return std::count_if(graph.operators.begin(), graph.operators.end(),
                         [&](const Operator& op) { return op.type == type; });
  };
  EXPECT_EQ(count("resnet18", "Add"), 8);
  EXPECT_EQ(count("resnet50", "Add"), 16);
  EXPECT_EQ(count("mobilenetv2", "Add"), 10);
  EXPECT_EQ(count("mobilenetv1", "Add"), 0);
  EXPECT_EQ(count("googlenet", "Concat"), 9);
  EXPECT_EQ(count("googlenet", "MaxPool"), 13);
  EXPECT_EQ(count("squeezenet1.1", "Concat"), 8);
  EXPECT_EQ(count("squeezenet1.1", "MaxPool"), 3);
  EXPECT_EQ(count("vgg16", "MaxPool"), 5);
  EXPECT_EQ(count("alexnet", "MaxPool"), 3);
  EXPECT_EQ(count("zfnet", "MaxPool"), 3);
}

TEST(BuiltinGraphTest, RefusesUnknownNamesAndTooLargeBatches) {
  EXPECT_THROW(builtin_graph("lenet"), InputError);
  BuiltinGraphOptions options;
  options.batch = 0;
  EXPECT_THROW(builtin_graph("alexnet", options), InputError);
}

TEST(RandomWeightsTest, AreSymmetricAndSmall) {
  HostTensor weights(DataType::int8, {1 << 20});
  networks::fill_weights(weights, 1);
  const auto [least, most] = std::minmax_element(weights.data<int8_t>(), weights.data<int8_t>() + (1 << 20));
  EXPECT_EQ(*least, -64);
  EXPECT_EQ(*most, 64);
  const networks::WeightSums sums = networks::weight_sums(weights.data<int8_t>(), 1 << 20);
  int64_t sum = 0;
  int64_t squares = 0;
  for (int i = 0; i < 1 << 20; ++i) {
    const int64_t weight = weights.data<int8_t>()[i];
    sum += weight;
    squares += weight * weight;
  }
  EXPECT_EQ(sums.sum, sum);
  EXPECT_EQ(sums.squares, squares);
  EXPECT_LT(std::abs(sum), 200000);  // five deviations of a sum of zero mean
}

}  // namespace
}  // namespace hwcvp
