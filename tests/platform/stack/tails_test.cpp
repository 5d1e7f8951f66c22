// Convolutions with tails against all their nests.
#include "platform/stack/search/tails.h"

#include <gtest/gtest.h>

#include "platform/stack/search/single_operators.h"
#include "tests/support/all_nests.h"
#include "tests/support/literal_walk.h"
#include "tests/support/tiny_layers.h"

namespace hwcvp {
namespace {

graph::ValueIndex add_value(graph::Graph& graph, const std::string& name, Shape shape) {
  graph.values.push_back({name, std::move(shape), DataType::int8, 0.5F, 3});
  return graph.values.size() - 1;
}

graph::ValueIndex add_operator(graph::Graph& graph, const std::string& name,
                               std::vector<graph::ValueIndex> inputs, Shape shape, graph::Action action) {
  const graph::ValueIndex output = add_value(graph, name, std::move(shape));
  graph.operators.push_back({name, name, std::move(inputs), output, std::move(action)});
  return output;
}

Layer quantized(Layer layer) {
  layer.input_type = layer.output_type = DataType::int8;
  layer.weight_type = DataType::int8;
  layer.accumulator_type = DataType::int32;
  layer.scales.assign(static_cast<size_t>(layer.out_channels), 0.01F);
  return layer;
}

graph::ValueIndex add_convolution(graph::Graph& graph, const Layer& layer) {
  const graph::ValueIndex x =
      add_value(graph, "x", {layer.batch, layer.in_channels, layer.in_height, layer.in_width});
  graph.inputs = {x};
  graph::Convolution convolution;
  convolution.layer = layer;
  return add_operator(graph, "conv", {x}, output_shape(layer), convolution);
}

struct Found {
  std::vector<Candidate> singles, tails;
};

Found find(const graph::Graph& graph, int64_t buffer_bytes) {
  const MappedGraph mapped = map_graph(graph);
  LayerSearch search;
  search.options.buffer_bytes = buffer_bytes;
  WorkerPool pool(0);
  Found found;
  found.singles = single_operators(graph, mapped, search, pool);
  found.tails = tails(graph, mapped, found.singles, search, pool);
  return found;
}

// A buffer in which something fits: that of the layer in single elements, and some more.
int64_t some_buffer(const Layer& layer, TinyLayers& layers) {
  const std::vector<int64_t> sizes = AllNests(layer, {false, false, false}).buffer_sizes();
  return std::max<int64_t>(sizes[static_cast<size_t>(layers.pick(0, static_cast<int64_t>(sizes.size()) - 1))],
                           64);
}

TEST(Tails, ElementwiseOnesAreTheBestOfAllNests) {
  TinyLayers layers(5);
  for (int i = 0; i < 10; ++i) {
    const Layer layer = quantized(layers.next(1200));
    graph::Graph graph;
    const graph::ValueIndex conv = add_convolution(graph, layer);
    const graph::ValueIndex other = add_value(graph, "other", output_shape(layer));
    graph.inputs.push_back(other);
    const graph::ValueIndex sum =
        add_operator(graph, "add", {conv, other}, output_shape(layer), graph::Binary{});
    graph.outputs = {add_operator(graph, "table", {sum}, output_shape(layer), graph::Table{})};

    const int64_t buffer_bytes = some_buffer(layer, layers);
    const Found found = find(graph, buffer_bytes);
    ASSERT_EQ(found.tails.size(), 2U);
    // The sum is written in place of the convolution's output, and the operand read.
    const int64_t least = AllNests(layer, {false, false, false}).least_traffic(buffer_bytes);
    const int64_t operand = layer.output_elements();
    for (const Candidate& tail : found.tails) {
      const int64_t tables = tail.last == 2 ? 256 : 0;
      EXPECT_EQ(tail.prediction.traffic.total(), least + layer.params_bytes() + operand + tables);
      EXPECT_EQ(tail.proven, tail.prediction.traffic.total());
      EXPECT_EQ(tail.prediction.traffic.params_read, layer.params_bytes() + tables);
    }
  }
}

// Lines at which regions of outputs begin.
void expect_aligned(const Candidate& tail, Dim dim, int64_t window) {
  int64_t extent = tail.layer->extent(dim);
  for (int i = 0; i < tail.nest->level(Tensor::output); ++i) {
    const Loop& loop = tail.nest->loops[static_cast<size_t>(i)];
    if (loop.dim != dim) continue;
    EXPECT_TRUE(loop.tile % window == 0 || loop.tile >= extent) << loop.tile << " of " << extent;
    extent = std::min(extent, loop.tile);
  }
}

TEST(Tails, PoolingTakesWholeWindowsAndIsBoundedByAllNests) {
  TinyLayers layers(6);
  int cases = 0;
  while (cases < 10) {
    const Layer layer = quantized(layers.next(1200));
    if (layer.out_height() < 2 || layer.out_width() < 3) continue;
    ++cases;
    graph::Graph graph;
    const graph::ValueIndex conv = add_convolution(graph, layer);
    graph::Pooling pooling;
    pooling.layer = quantized(layer);
    pooling.layer.in_channels = pooling.layer.group = layer.out_channels;
    pooling.layer.in_height = layer.out_height();
    pooling.layer.in_width = layer.out_width();
    pooling.layer.kernel_shape = pooling.layer.strides = {2, 3};
    pooling.layer.dilations = {1, 1};
    pooling.layer.pads = {0, 0, 0, 0};
    pooling.layer.scales.clear();
    graph.outputs = {add_operator(graph, "pool", {conv}, output_shape(pooling.layer), pooling)};

    const int64_t buffer_bytes = 2 * some_buffer(layer, layers) + 200;
    const Found found = find(graph, buffer_bytes);
    if (found.tails.empty()) continue;  // no nest of whole windows fits
    const Candidate& tail = found.tails[0];
    // What no window reads is not computed.
    const Layer& read = *tail.layer;
    EXPECT_EQ(read.out_height(), layer.out_height() / 2 * 2);
    EXPECT_EQ(read.out_width(), layer.out_width() / 3 * 3);
    expect_aligned(tail, Dim::OY, 2);
    expect_aligned(tail, Dim::OX, 3);
    const int64_t written = pooling.layer.output_elements();
    WalkResult walked = literal_walk(read, *tail.nest);
    EXPECT_EQ(walked.traffic.output_write, read.output_elements());
    walked.traffic.output_write = written;
    walked.traffic.params_read = layer.params_bytes();
    EXPECT_EQ(tail.prediction.traffic, walked.traffic);
    EXPECT_LE(tail.prediction.buffer.total(), buffer_bytes);
    const int64_t least = AllNests(read, {false, false, false}).least_traffic(buffer_bytes) +
                          layer.params_bytes() + written - read.output_elements();
    EXPECT_LE(tail.proven, least);
    EXPECT_GE(tail.prediction.traffic.total(), least);
  }
}

TEST(Tails, AreOnlyOfWhatNobodyElseReads) {
  TinyLayers layers(7);
  const Layer layer = quantized(layers.next(1200));
  graph::Graph graph;
  const graph::ValueIndex conv = add_convolution(graph, layer);
  const graph::ValueIndex table = add_operator(graph, "table", {conv}, output_shape(layer), graph::Table{});
  graph.outputs = {add_operator(graph, "add", {conv, table}, output_shape(layer), graph::Binary{})};
  EXPECT_TRUE(find(graph, 65536).tails.empty());
}

}  // namespace
}  // namespace hwcvp
