// What is done for schedules of searches that end early.
#include "schedules/optimizer/search/larger_leaves.h"
#include "schedules/optimizer/optimizer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <random>

#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/optimizer/optimizer.h"
#include "schedules/optimizer/search/machine_work.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

using optimizer::Budget;
using optimizer::enlarge_leaves;
using optimizer::machine_work;
using optimizer::SearchContext;

const LeastTraffic kLeastTraffic;

TEST(LargerLeavesTest, RaisesNothing) {
  constexpr uint64_t kSeed = 6;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  int changed = 0;
  for (int i = 0; i < 300 && !HasFailure(); ++i) {
    RandomCase drawn = random_case(random);
    drawn.schedule.input_reuse = InputReuse::sliding;
    SCOPED_TRACE(to_json_text(drawn));
    const Prediction before = predict_exact(drawn.layer, drawn.schedule);
    OptimizerOptions options;
    options.buffer_bytes = before.buffer.total();
    options.double_buffer = drawn.schedule.double_buffer;
    Budget budget(options);
    SearchContext context(drawn.layer, options, kLeastTraffic, budget);
    context.offer(context.candidate(drawn.schedule));
    enlarge_leaves(context);
    const Schedule& schedule = context.best().schedule;
    schedule.validate(drawn.layer, "test");
    const Prediction after = predict_exact(drawn.layer, schedule);
    EXPECT_LE(after.traffic.total(), before.traffic.total());
    EXPECT_LE(after.buffer.total(), options.buffer_bytes);
    EXPECT_LE(machine_work(drawn.layer, schedule), machine_work(drawn.layer, drawn.schedule));
    EXPECT_LE(context.evaluated(), 1000);
    changed += schedule == drawn.schedule ? 0 : 1;
  }
  EXPECT_GT(changed, 100);
}

TEST(LargerLeavesTest, UndoesLoopsThatCutForNothing) {
  Layer layer;
  layer.in_channels = layer.out_channels = 64;
  layer.in_height = layer.in_width = 28;
  Schedule schedule;
  schedule.loops = {{Dim::OY, 14}, {Dim::K, 1}, {Dim::OX, 2}, {Dim::C, 1}};
  schedule.buffer_level = {1, 1, 1};
  OptimizerOptions options;
  options.buffer_bytes = predict_exact(layer, schedule).buffer.total();
  Budget budget(options);
  SearchContext context(layer, options, kLeastTraffic, budget);
  context.offer(context.candidate(schedule));
  enlarge_leaves(context);
  EXPECT_EQ(context.best().schedule.loops, (std::vector<Loop>{{Dim::OY, 14}}));
}

TEST(LargerLeavesTest, SearchesThatEndAtOnceGiveFewCommands) {
  Layer layer;
  layer.in_channels = layer.out_channels = 64;
  layer.in_height = layer.in_width = 56;
  layer.kernel_shape = {3, 3};
  layer.pads = {1, 1, 1, 1};
  const std::atomic<bool> cancelled{true};
  OptimizerOptions options;
  options.buffer_bytes = 65536;
  options.cancel = &cancelled;
  const OptimizerResult found = optimize(layer, options);
  EXPECT_FALSE(found.finished);
  options.cancel = nullptr;
  const OptimizerResult best = optimize(layer, options);
  EXPECT_LE(machine_work(layer, found.schedule), 10 * machine_work(layer, best.schedule));
}

}  // namespace
}  // namespace hwcvp
