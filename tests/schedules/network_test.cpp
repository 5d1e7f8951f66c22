// Built-in networks: names, legality and known totals.
#include "schedules/network.h"

#include <gtest/gtest.h>

#include "schedules/error.h"

namespace hwcvp {
namespace {

TEST(Networks, EveryNamedOneIsLegal) {
  ASSERT_FALSE(network_names().empty());
  for (const std::string& name : network_names()) {
    const Network network = builtin_network(name);
    EXPECT_EQ(network.name, name);
    EXPECT_FALSE(network.description.empty()) << name;
    ASSERT_FALSE(network.layers.empty()) << name;
    for (const Layer& layer : network.layers) EXPECT_NO_THROW(layer.validate(name)) << layer.name;
  }
}

TEST(Networks, UnknownNamesListTheKnownOnes) {
  try {
    builtin_network("alexnot");
    FAIL() << "accepted an unknown network";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).rfind("network: expected one of alexnet", 0), 0u) << error.what();
    EXPECT_NE(std::string(error.what()).find("found alexnot"), std::string::npos) << error.what();
  }
}

TEST(Networks, AlexNetHasItsKnownSizes) {
  const Network network = builtin_network("alexnet");
  ASSERT_EQ(network.layers.size(), 8u);
  int64_t convolutions = 0;
  for (size_t i = 0; i < 5; ++i) convolutions += network.layers[i].macs();
  EXPECT_EQ(convolutions, 665784864);  // 666 M
  EXPECT_EQ(network.layers[0].out_height(), 55);
  EXPECT_EQ(network.layers[1].out_height(), 27);
  EXPECT_EQ(network.layers[4].out_height(), 13);
  int64_t connected = 0;
  for (size_t i = 5; i < 8; ++i) connected += network.layers[i].macs();
  EXPECT_EQ(connected, 9216 * 4096 + 4096 * 4096 + 4096 * 1000);
}

}  // namespace
}  // namespace hwcvp
