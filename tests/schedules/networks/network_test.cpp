// Built-in networks: names, legality, and the totals that are published for them.
#include "schedules/networks/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

bool fully_connected(const Layer& layer) { return layer.in_height == 1; }

TEST(Networks, EveryNamedOneIsLegal) {
  for (const std::string& name : network_names()) {
    const Network network = builtin_network(name);
    EXPECT_EQ(network.name, name);
    EXPECT_FALSE(network.description.empty()) << name;
    ASSERT_FALSE(network.layers.empty()) << name;
    for (const Layer& layer : network.layers) {
      EXPECT_NO_THROW(layer.validate(name)) << layer.name;
      EXPECT_EQ(layer.batch, 1) << name << " " << layer.name;
      EXPECT_EQ(layer.output_type, DataType::int8) << name << " " << layer.name;
    }
  }
}

TEST(Networks, LayersHaveTheirOwnNames) {
  for (const std::string& name : network_names()) {
    std::set<std::string> names;
    for (const Layer& layer : builtin_network(name).layers) {
      std::string file = layer.name;  // the files of two layers must not be one
      std::replace(file.begin(), file.end(), '/', '_');
      EXPECT_TRUE(names.insert(file).second) << name << ": two layers are named " << layer.name;
    }
  }
}

TEST(Networks, UnknownNamesListTheKnownOnes) {
  try {
    builtin_network("alexnot");
    FAIL() << "accepted an unknown network";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "network: expected one of alexnet, zfnet, vgg16, googlenet, resnet18, resnet50, "
                 "squeezenet1.1, mobilenetv1, mobilenetv2, found alexnot; did you mean alexnet?");
  }
}

// Constants that the published number of parameters counts for an output channel of a convolution: a bias, or
// the scale and shift of a batch normalization. Fully connected layers have a bias.
constexpr int64_t kBias = 1;
constexpr int64_t kBatchNorm = 2;

struct Totals {
  const char* name;
  size_t layers;
  int64_t conv_macs;
  int64_t fully_connected_macs;
  int64_t weights;
  int64_t constants;
  int64_t parameters;  // as published
};

constexpr Totals kTotals[] = {
    {"alexnet", 8, 665784864, 58621952, 60954656, kBias, 60965224},
    {"zfnet", 8, 1109410944, 58621952, 62347040, kBias, 62357608},
    {"vgg16", 16, 15346630656, 123633664, 138344128, kBias, 138357544},
    {"googlenet", 58, 1581647872, 1024000, 6990272, kBias, 6998552},
    {"resnet18", 21, 1813561344, 512000, 11678912, kBatchNorm, 11689512},
    {"resnet50", 54, 4087136256, 2048000, 25502912, kBatchNorm, 25557032},
    {"squeezenet1.1", 26, 349151936, 0, 1231552, kBias, 1235496},
    {"mobilenetv1", 28, 567716352, 1024000, 4209088, kBatchNorm, 4231976},
    {"mobilenetv2", 53, 299494272, 1280000, 3469760, kBatchNorm, 3504872},
};

TEST(Networks, TotalsAreThePublishedOnes) {
  std::vector<std::string> names;
  for (const Totals& expected : kTotals) {
    names.emplace_back(expected.name);
    const Network network = builtin_network(expected.name);
    EXPECT_EQ(network.layers.size(), expected.layers) << expected.name;
    int64_t conv_macs = 0;
    int64_t fully_connected_macs = 0;
    int64_t weights = 0;
    int64_t parameters = 0;
    for (const Layer& layer : network.layers) {
      (fully_connected(layer) ? fully_connected_macs : conv_macs) += layer.macs();
      weights += layer.weight_elements();
      parameters += layer.weight_elements() +
                    layer.out_channels * (fully_connected(layer) ? kBias : expected.constants);
    }
    EXPECT_EQ(conv_macs, expected.conv_macs) << expected.name;
    EXPECT_EQ(fully_connected_macs, expected.fully_connected_macs) << expected.name;
    EXPECT_EQ(weights, expected.weights) << expected.name;
    EXPECT_EQ(parameters, expected.parameters) << expected.name;
  }
  EXPECT_EQ(names, network_names()) << "every network has its totals here";
}

}  // namespace
}  // namespace hwcvp
