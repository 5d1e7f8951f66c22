// The optimizer's own count of one tensor's traffic against the exact predictor.
#include "schedules/optimizer/search/nest_cost.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "schedules/optimizer/bound/axis_lines.h"
#include "schedules/optimizer/bound/axis_shape.h"
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
    for (const double most_walked : {1e9, 0.0}) {  // one by one, and in closed form
      NestCost cost(drawn.layer, {}, most_walked);
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

std::string text_of(const Layer& layer) {
  return std::to_string(layer.in_height) + " lines, kernel " + std::to_string(layer.kernel_shape[0]) +
         ", stride " + std::to_string(layer.strides[0]) + ", pads " + std::to_string(layer.pads[0]) +
         " and " + std::to_string(layer.pads[2]);
}

// Sums of the lines at the cuts that share least, by sorting them all.
std::vector<int64_t> least_sums(int64_t touched, int64_t extent,
                                const std::function<int64_t(int64_t)>& shared) {
  std::vector<int64_t> lines;
  for (int64_t cut = 1; cut < extent; ++cut) lines.push_back(shared(cut));
  std::sort(lines.begin(), lines.end());
  std::vector<int64_t> sums = {touched};
  for (const int64_t some : lines) sums.push_back(sums.back() + some);
  return sums;
}

TEST(OptimizerAxisLines, KnowsTheCutsThatShareLeastWithoutListingAll) {
  std::mt19937_64 random(3);
  int seen = 0;
  for (int i = 0; i < 4000 && !HasFailure(); ++i) {
    Layer layer;
    const auto draw = [&](int64_t most) {
      return static_cast<int64_t>(random() % static_cast<uint64_t>(most));
    };
    layer.kernel_shape = {1 + draw(9), 1};
    layer.strides = {1 + draw(layer.kernel_shape[0]), 1};
    layer.pads = {draw(30), 0, draw(30), 0};
    layer.in_height = layer.kernel_shape[0] + draw(30);
    const AxisLines rows(layer, 0);
    const InputAxis axis(layer, 0);
    if (!rows.without_gaps()) continue;
    ++seen;
    const auto by_outputs =
        least_sums(rows.touched(), axis.outputs, [&](int64_t cut) { return axis.shared_at_output(cut); });
    for (size_t n = 0; n < by_outputs.size(); ++n) {
      EXPECT_EQ(rows.output_pieces(static_cast<int64_t>(n) + 1), by_outputs[n]) << text_of(layer);
    }
    const auto by_taps =
        least_sums(rows.touched(), axis.taps, [&](int64_t cut) { return axis.shared_at_tap(cut); });
    for (size_t n = 0; n < by_taps.size(); ++n) {
      EXPECT_EQ(rows.filter_pieces(static_cast<int64_t>(n) + 1), by_taps[n]) << text_of(layer);
    }
    // The cut that shares least, which the bound takes for the outermost one.
    const AxisShape shape(layer, 0);
    int64_t least = shape.touched;
    for (int64_t cut = 1; cut < axis.outputs; ++cut) least = std::min(least, axis.shared_at_output(cut));
    for (int64_t cut = 1; cut < axis.taps; ++cut) {
      least =
          std::min(least, shape.lines_met(0, cut) + shape.lines_met(cut, axis.taps - cut) - shape.touched);
    }
    EXPECT_EQ(shape.least_shared, std::max<int64_t>(0, least)) << text_of(layer);
  }
  EXPECT_GT(seen, 1000);
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
