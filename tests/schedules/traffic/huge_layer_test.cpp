// The exact predictor on extents of a million and on nests whose trip counts nobody could walk.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "schedules/json/json.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/schedules/traffic/box_walk.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

int64_t draw(std::mt19937_64& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
}

// One long axis and one short one, so that the loops over the long one nest deeply within the leaves that a
// test can visit.
RandomCase long_case(std::mt19937_64& random) {
  RandomCase test;
  Layer& layer = test.layer;
  layer.in_channels = draw(random, 1, 100);
  layer.out_channels = draw(random, 1, 100);
  const size_t axis = random() % 2;
  (axis == 0 ? layer.in_height : layer.in_width) = draw(random, 1000, 1000000);
  (axis == 0 ? layer.in_width : layer.in_height) = draw(random, 1, 50);
  for (size_t i = 0; i < 2; ++i) {
    layer.kernel_shape[i] = draw(random, 1, i == axis ? draw(random, 1, 1000) : 5);
    layer.strides[i] = draw(random, 1, random() % 2 == 0 ? 2 : 40);
    layer.dilations[i] = draw(random, 1, random() % 2 == 0 ? 1 : 20);
    const int64_t reach = layer.dilations[i] * (layer.kernel_shape[i] - 1);
    layer.pads[i] = random() % 4 == 0 ? draw(random, 0, 2 * reach) : reach;
    layer.pads[i + 2] = random() % 4 == 0 ? draw(random, 0, 2 * reach) : reach;
  }

  const Dim out = axis == 0 ? Dim::OY : Dim::OX;
  const Dim filter = axis == 0 ? Dim::FY : Dim::FX;
  PerDim<int64_t> left = layer.extents();
  PerDim<int64_t> pieces{};
  pieces.fill(1);
  const int64_t loops = draw(random, 1, 9);
  for (int64_t i = 0; i < loops; ++i) {
    const int64_t kind = draw(random, 0, 9);
    const Dim dim = kind < 5 ? out : kind < 8 ? filter : kDims[random() % kDimCount];
    int64_t& extent = left[index(dim)];
    const int64_t tile = std::max<int64_t>(1, extent / draw(random, 1, 60) - draw(random, 0, 3));
    const int64_t trips = (extent + tile - 1) / tile;
    int64_t leaves = trips;
    for (const int64_t count : pieces) leaves *= count;
    if (leaves > 200000) continue;
    pieces[index(dim)] *= trips;
    extent = tile;
    test.schedule.loops.push_back({dim, tile});
  }
  for (int& level : test.schedule.buffer_level) {
    level = static_cast<int>(draw(random, 0, static_cast<int64_t>(test.schedule.loops.size())));
  }
  test.schedule.buffer_level[0] = static_cast<int>(test.schedule.loops.size());
  test.schedule.input_reuse = random() % 3 == 0 ? InputReuse::reload : InputReuse::sliding;
  return test;
}

TEST(HugeLayers, AgreeWithTheWalkOfBoxes) {
  constexpr uint64_t kSeed = 4;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  std::mt19937_64 random(kSeed);
  int64_t with_long_axis = 0;
  for (int i = 0; i < 1500 && !HasFailure(); ++i) {
    const RandomCase test = long_case(random);
    test.layer.validate("long layer");
    test.schedule.validate(test.layer, "long schedule");
    Traffic predicted = predict_exact(test.layer, test.schedule).traffic;
    predicted.params_read = 0;
    EXPECT_TRUE(predicted == box_walk(test.layer, test.schedule))
        << "case " << i << ": " << to_json_text(test);
    with_long_axis += std::max(test.layer.out_height(), test.layer.out_width()) > 1000 ? 1 : 0;
  }
  EXPECT_GT(with_long_axis, 500) << "the cases are not long";
}

// A 1-D convolution, loops OX:1 FX:1 with everything innermost: 10^6 * 10^5 leaves. Each output pixel returns
// to the first tap, and each tap reads one new line except where padding lies: a triangle of p*(p+1)/2 leaves
// on either side reads none.
TEST(HugeLayers, LeavesBeyondCountingHaveAHandCount) {
  constexpr int64_t kPad = 50000;
  constexpr int64_t kTaps = 2 * kPad + 1;
  constexpr int64_t kWidth = 1000000;
  Layer layer;
  layer.in_width = kWidth;
  layer.kernel_shape = {1, kTaps};
  layer.pads = {0, kPad, 0, kPad};
  ASSERT_EQ(layer.out_width(), kWidth);

  Schedule schedule;
  schedule.loops = {{Dim::OX, 1}, {Dim::FX, 1}};
  schedule.buffer_level = {2, 2, 2};
  const Traffic traffic = predict_exact(layer, schedule).traffic;
  EXPECT_EQ(traffic.input_read, kWidth * kTaps - kPad * (kPad + 1));
  EXPECT_EQ(traffic.weight_read, kWidth * kTaps);
  EXPECT_EQ(traffic.output_write, kWidth);
  EXPECT_EQ(traffic.psum_read, 0);

  // Taps outside: every output is taken back for every tap but its first.
  schedule.loops = {{Dim::FX, 1}, {Dim::OX, 1}};
  const Traffic turned = predict_exact(layer, schedule).traffic;
  EXPECT_EQ(turned.weight_read, kTaps);
  EXPECT_EQ(turned.psum_read, kWidth * (kTaps - 1) * 4);
  EXPECT_EQ(turned.psum_write, turned.psum_read);
}

// Outer loops over what does not index a tensor repeat its traffic exactly: a check at sizes that nobody
// walks.
TEST(HugeLayers, AnOuterLoopOverOutputChannelsRepeatsTheInputs) {
  Layer layer;
  layer.in_channels = 1000;
  layer.out_channels = 10000;
  layer.in_height = layer.in_width = 3000;
  layer.kernel_shape = {7, 7};
  layer.pads = {3, 3, 3, 3};
  Schedule schedule;
  schedule.loops = {{Dim::C, 7}, {Dim::OY, 100}, {Dim::OX, 90}, {Dim::OY, 9}, {Dim::OX, 8}, {Dim::FY, 2}};
  schedule.buffer_level = {6, 6, 6};
  const Traffic once = predict_exact(layer, schedule).traffic;
  schedule.loops.insert(schedule.loops.begin(), {Dim::K, 1});
  schedule.buffer_level = {7, 7, 7};
  const Traffic repeated = predict_exact(layer, schedule).traffic;
  EXPECT_EQ(repeated.input_read, once.input_read * 10000);
  EXPECT_EQ(repeated.psum_read, once.psum_read);
  EXPECT_EQ(repeated.weight_read, once.weight_read);
}

}  // namespace
}  // namespace hwcvp
