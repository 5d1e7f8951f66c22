// The optimizer's own count of one tensor's traffic against the exact predictor.
#include "schedules/optimizer/search/nest_cost.h"

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <vector>

#include "schedules/optimizer/bound/axis_lines.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"

namespace hwcvp::optimizer {
namespace {

TEST(OptimizerNestCost, AgreesWithTheExactPredictor) {
  constexpr uint64_t kSeed = 7;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 20000 && !HasFailure(); ++i) {
    RandomCase drawn = random_case(random);
    drawn.schedule.input_reuse = InputReuse::sliding;
    drawn.schedule.double_buffer = {false, false, false};
    const Prediction expected = predict_exact(drawn.layer, drawn.schedule);
    NestCost cost(drawn.layer);
    int64_t traffic = expected.traffic.params_read;
    for (const Tensor tensor : kTensors) {
      const auto outside = drawn.schedule.loops.begin() + drawn.schedule.level(tensor);
      const TensorCost of_tensor = cost.cost(tensor, {drawn.schedule.loops.begin(), outside});
      EXPECT_EQ(of_tensor.buffer, expected.buffer.bytes[index(tensor)]) << to_json_text(drawn);
      traffic += of_tensor.traffic;
    }
    EXPECT_EQ(traffic, expected.traffic.total()) << to_json_text(drawn);
  }
}

// 3 filter lines over 6 input lines with one line of padding on each side: outputs 0..5 touch lines -1..6.
TEST(OptimizerAxisLines, CountsLinesThatNeighbouringPiecesShare) {
  Layer layer;
  layer.in_height = 6;
  layer.kernel_shape = {3, 1};
  layer.pads = {1, 0, 1, 0};
  const AxisLines rows(layer, 0);
  EXPECT_EQ(rows.touched(), 6);
  EXPECT_EQ(rows.output_pieces(1), 6);
  EXPECT_EQ(rows.output_pieces(2), 8) << "two lines on either side of the cut belong to both pieces";
  EXPECT_EQ(rows.output_pieces(6), 16) << "six windows of three lines, less the two in the padding";
  EXPECT_EQ(rows.filter_pieces(1), 6);
  EXPECT_EQ(rows.filter_pieces(3), 16);
  EXPECT_EQ(rows.region(2, 3), 3) << "the first piece starts in the padding: lines 0, 1, 2";
  EXPECT_TRUE(rows.without_gaps());
}

TEST(OptimizerAxisLines, SkipsTheGapsOfAStride) {
  Layer layer;
  layer.in_width = 7;
  layer.strides = {1, 3};
  const AxisLines columns(layer, 1);
  EXPECT_EQ(columns.touched(), 3);
  EXPECT_EQ(columns.output_pieces(3), 3);
  EXPECT_EQ(columns.region(2, 1), 2);
}

}  // namespace
}  // namespace hwcvp::optimizer
