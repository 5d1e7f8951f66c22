// Searching all layers of a network in worker threads.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "platform/search/network_search.h"
#include "schedules/networks/network.h"

namespace hwcvp {
namespace {

std::vector<OptimizerResult> search(const std::vector<Layer>& layers, const LayerSearch& how,
                                    size_t threads) {
  std::vector<OptimizerResult> results;
  WorkerPool pool(threads);
  optimize_layers(layers, how, pool, [&](size_t layer, const OptimizerResult& result) {
    EXPECT_EQ(layer, results.size()) << "results come in the layers' order";
    results.push_back(result);
  });
  return results;
}

void expect_equal(const std::vector<OptimizerResult>& a, const std::vector<OptimizerResult>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].schedule, b[i].schedule) << "layer " << i;
    EXPECT_EQ(a[i].prediction.traffic, b[i].prediction.traffic) << "layer " << i;
    EXPECT_EQ(a[i].proven_bound, b[i].proven_bound) << "layer " << i;
    EXPECT_EQ(a[i].proven_cost, b[i].proven_cost) << "layer " << i;
    EXPECT_EQ(a[i].optimal, b[i].optimal) << "layer " << i;
    EXPECT_EQ(a[i].evaluated, b[i].evaluated) << "layer " << i;
  }
}

// Layers of different length and some equal ones, so that threads overtake one another.
std::vector<Layer> layers_of_a_network() {
  std::vector<Layer> layers = builtin_network("mobilenetv1").layers;
  for (Layer& layer : layers) {  // smaller ones, for time
    layer.in_height = layer.in_width = std::min<int64_t>(layer.in_height, 14);
    layer.in_channels = std::min<int64_t>(layer.in_channels, 24);
    layer.out_channels = std::min<int64_t>(layer.out_channels, 24);
    if (layer.group > 1) layer.group = layer.out_channels = layer.in_channels;
  }
  layers.resize(12);
  return layers;
}

TEST(NetworkSearch, GivesTheSameForAnyNumberOfThreads) {
  LayerSearch how;
  how.options.buffer_bytes = 2048;
  const std::vector<Layer> layers = layers_of_a_network();
  const std::vector<OptimizerResult> alone = search(layers, how, 1);
  expect_equal(alone, search(layers, how, 2));
  expect_equal(alone, search(layers, how, 5));
}

TEST(NetworkSearch, GivesTheSameWithAndWithoutTheCache) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("network_search_test." + std::to_string(getpid()));
  LayerSearch how;
  how.options.buffer_bytes = 2048;
  const std::vector<Layer> layers = layers_of_a_network();
  const std::vector<OptimizerResult> searched = search(layers, how, 2);
  how.cache_folder = folder.string();
  expect_equal(searched, search(layers, how, 2));
  expect_equal(searched, search(layers, how, 2));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace hwcvp
