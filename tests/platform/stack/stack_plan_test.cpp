// Whole networks cut into stacks.
#include "platform/stack/search/stack_plan.h"

#include <gtest/gtest.h>

#include "platform/networks/builtin_graph.h"
#include "tests/support/graph/random_graph.h"

namespace hwcvp {
namespace {

StackPlan plan_of(const graph::Graph& graph, const MappedGraph& mapped, int64_t buffer_bytes, bool tails) {
  StackPlanOptions options;
  options.search.options.buffer_bytes = buffer_bytes;
  options.tails = tails;
  WorkerPool pool(0);
  return plan_stacks(graph, mapped, options, pool);
}

int64_t without_params(const Traffic& traffic) { return traffic.total() - traffic.params_read; }

// Every operator is in one stack; bytes are the predicted ones and lie between bound and operators alone.
void expect_sound(const MappedGraph& mapped, const StackPlan& plan, int64_t buffer_bytes,
                  const std::string& name) {
  size_t next = 0;
  Traffic sum;
  for (const PlannedStack& planned : plan.stacks) {
    ASSERT_EQ(planned.first, next) << name;
    ASSERT_GE(planned.last, planned.first) << name;
    next = planned.last + 1;
    ASSERT_NE(planned.schedule.has_value(), planned.candidate.has_value()) << name;
    if (planned.schedule) {
      EXPECT_EQ(planned.schedule->first, planned.first);
      EXPECT_EQ(planned.schedule->last(), planned.last);
      stack::validate(mapped.network, *planned.schedule, name);
      EXPECT_EQ(stack::predict(mapped.network, *planned.schedule)->traffic, planned.traffic()) << name;
    }
    EXPECT_LE(planned.buffer_bytes(), buffer_bytes) << name;
    EXPECT_LE(planned.proven, planned.traffic().total()) << name;
    sum += planned.traffic();
  }
  EXPECT_EQ(next, mapped.network.operators.size()) << name;
  EXPECT_EQ(sum, plan.traffic) << name;
  EXPECT_LE(plan.proven, plan.traffic.total()) << name;
  EXPECT_LE(plan.traffic.total(), plan.alone.total()) << name;
}

TEST(StackPlan, MobileNetV2MovesNoMoreThanASimpleSearchReached) {
  const graph::Graph graph = builtin_graph("mobilenetv2");
  const MappedGraph mapped = map_graph(graph);
  const StackPlan plan = plan_of(graph, mapped, 65536, true);
  expect_sound(mapped, plan, 65536, "mobilenetv2");
  EXPECT_EQ(without_params(plan.alone), 17629224);
  EXPECT_EQ(plan.floor, 3621288);
  EXPECT_LE(without_params(plan.traffic), 5439944);
  EXPECT_EQ(plan.proven, plan.traffic.total()) << "the cut is proven optimal";
}

TEST(StackPlan, RandomGraphsAreCutSoundly) {
  int stacks = 0;
  for (uint64_t seed = 1; seed <= 25 && !HasFailure(); ++seed) {
    const graph::Graph graph = random_graph(seed);
    const MappedGraph mapped = map_graph(graph);
    const int64_t buffer_bytes = 2048 << seed % 4;
    StackPlan plan;
    try {
      plan = plan_of(graph, mapped, buffer_bytes, true);
    } catch (const InputError&) {
      continue;  // an operator fits in no way
    }
    const std::string name = "seed " + std::to_string(seed);
    expect_sound(mapped, plan, buffer_bytes, name);
    const StackPlan without = plan_of(graph, mapped, buffer_bytes, false);
    expect_sound(mapped, without, buffer_bytes, name + " without tails");
    EXPECT_LE(plan.traffic.total(), without.traffic.total()) << name;
    for (const PlannedStack& planned : plan.stacks) {
      if (planned.schedule) ++stacks;
    }
    for (const PlannedStack& planned : without.stacks) {
      EXPECT_FALSE(planned.candidate && planned.candidate->is_tail()) << name;
    }
  }
  EXPECT_GT(stacks, 5);
}

}  // namespace
}  // namespace hwcvp
