// Cycles of the model's MAC array against a walk over its steps.
#include "models/hwc/mac_array.h"

#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "tests/support/array_walk.h"

namespace hwcvp {
namespace {

hwc::MacArray model_of(const WalkedArray& array) {
  return hwc::MacArray({array.rows, array.columns, MacArrayModes::parse(array.mode_names()).value(),
                        array.input_port, array.weight_port, array.accumulator_port});
}

struct TileCase {
  Layer layer;  // strides, dilations and types
  hwc::LayerConfiguration configuration;
  PerDim<int64_t> counts{};
  hwc::Tile tile;
};

TileCase random_tile(std::mt19937_64& random) {
  const auto draw = [&random](int64_t most) {
    return 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(most));
  };
  TileCase drawn;
  drawn.layer.strides = {draw(3), draw(3)};
  drawn.layer.dilations = {draw(3), draw(3)};
  if (draw(2) == 1) drawn.layer.input_type = DataType::int16;
  if (draw(2) == 1) drawn.layer.weight_type = DataType::int16;
  if (draw(2) == 1) drawn.layer.accumulator_type = DataType::int16;
  constexpr PerDim<int64_t> kMost = {2, 4, 20, 20, 9, 20, 5, 5};
  for (size_t dim = 0; dim < kDimCount; ++dim) {
    drawn.counts[dim] = draw(2) == 1 ? 1 : draw(kMost[dim]);
    drawn.tile.count[dim] = drawn.counts[dim];
  }
  drawn.configuration.y.stride = drawn.layer.strides[0];
  drawn.configuration.x.stride = drawn.layer.strides[1];
  drawn.configuration.y.dilation = drawn.layer.dilations[0];
  drawn.configuration.x.dilation = drawn.layer.dilations[1];
  drawn.configuration.input.element_bytes = bytes(drawn.layer.input_type);
  drawn.configuration.weight.element_bytes = bytes(drawn.layer.weight_type);
  drawn.configuration.output.element_bytes = bytes(drawn.layer.accumulator_type);
  return drawn;
}

TEST(MacArray, TakesTheCyclesOfAWalkInEveryMode) {
  constexpr uint64_t kSeed = 41;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 4000 && !HasFailure(); ++i) {
    WalkedArray array = random_array(random);
    const TileCase drawn = random_tile(random);
    EXPECT_EQ(model_of(array).cycles(drawn.configuration, drawn.tile),
              walked_cycles(array, drawn.layer, drawn.counts))
        << array.mode_names();
    for (size_t mode = 0; mode < array.modes.size(); ++mode) {
      array.modes.fill(false);
      array.modes[mode] = true;
      EXPECT_EQ(model_of(array).cycles(drawn.configuration, drawn.tile),
                walked_cycles(array, drawn.layer, drawn.counts))
          << array.mode_names();
    }
  }
}

// What the array took before it had other modes.
TEST(MacArray, ChannelsByChannelsIsNotHeldUpByPortsOfTheirDefaultWidth) {
  constexpr uint64_t kSeed = 42;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  const auto groups = [](int64_t count, int64_t width) { return (count + width - 1) / width; };
  for (int i = 0; i < 2000 && !HasFailure(); ++i) {
    WalkedArray array = random_array(random);
    array.modes = {true, false, false, false};
    array.input_port = array.weight_port = array.accumulator_port = 0;
    const TileCase drawn = random_tile(random);
    const auto [b, g, k, c, oy, ox, fy, fx] = drawn.counts;
    const int64_t expected = b * g * groups(k, array.rows) * groups(c, array.columns) * oy * ox * fy * fx;
    EXPECT_EQ(model_of(array).cycles(drawn.configuration, drawn.tile), expected);
    array.modes.fill(true);
    EXPECT_LE(model_of(array).cycles(drawn.configuration, drawn.tile), expected) << "more modes cost nothing";
  }
}

TEST(MacArrayModes, AreReadAndWritten) {
  EXPECT_EQ(to_string(MacArrayModes()), "kxc+pxc+kxp+pxt") << "all, by default";
  for (const char* text : {"kxc", "pxt", "kxc+pxt", "pxc+kxp", "kxc+pxc+kxp+pxt"}) {
    const auto modes = MacArrayModes::parse(text);
    ASSERT_TRUE(modes) << text;
    EXPECT_EQ(to_string(*modes), text);
  }
  EXPECT_EQ(to_string(MacArrayModes::parse("pxt+kxc").value()), "kxc+pxt");
  for (const char* text : {"", "+", "kxc+", "+kxc", "kxc++pxt", "kxc+kxc", "KXC", "kxc pxt", "kxg", "all"}) {
    EXPECT_FALSE(MacArrayModes::parse(text)) << text;
  }
}

}  // namespace
}  // namespace hwcvp
