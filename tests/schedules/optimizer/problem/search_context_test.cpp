// What the workers of a search share: the context and its budget.
#include "schedules/optimizer/problem/search_context.h"

#include <gtest/gtest.h>

#include <atomic>

#include "schedules/optimizer/objectives/least_traffic.h"

namespace hwcvp {
namespace {

using optimizer::Budget;
using optimizer::SearchContext;

Schedule schedule_of_level(int level) {
  Schedule schedule;
  schedule.buffer_level[0] = level;
  return schedule;
}

TEST(SearchContext, KeepsTheBestOfWhatIsOffered) {
  const Layer layer;
  const LeastTraffic objective;
  OptimizerOptions options;
  Budget budget(options);
  SearchContext context(layer, options, objective, budget);
  EXPECT_FALSE(context.found());
  context.offer({{20, 1}, schedule_of_level(1)});
  EXPECT_TRUE(context.found());
  context.offer({{21, 0}, schedule_of_level(2)});
  context.offer({{20, 2}, schedule_of_level(3)});
  EXPECT_EQ(context.best().schedule, schedule_of_level(1)) << "the others are worse";
  context.offer({{20, 1}, schedule_of_level(4)});
  EXPECT_EQ(context.best().schedule, schedule_of_level(4)) << "the later one of equal ones";
  context.offer({{19, 5}, schedule_of_level(5)});
  EXPECT_EQ(context.best().value.value, 19);
}

TEST(SearchContext, NeverLowersABound) {
  const Layer layer;
  const LeastTraffic objective;
  OptimizerOptions options;
  Budget budget(options);
  SearchContext context(layer, options, objective, budget);
  context.offer({{20}, {}});
  context.raise_cost_bound(12, Proof::residence);
  context.raise_cost_bound(7, Proof::exhaustive);
  EXPECT_EQ(context.cost_bound(), 12);
  context.raise_bytes_bound(15, Proof::compulsory);
  context.raise_bytes_bound(0, Proof::exhaustive);
  EXPECT_EQ(context.bytes_bound(), 15);
  EXPECT_FALSE(context.at_bound());
  EXPECT_EQ(context.proof(), Proof::residence) << "what did not raise a bound proves nothing";
  context.raise_cost_bound(20, Proof::exhaustive);
  EXPECT_EQ(context.proof(), Proof::exhaustive);
  EXPECT_TRUE(context.at_bound());
}

// Asks often enough for a look at the clock.
bool ends(Budget& budget) {
  for (int i = 0; i < 1000; ++i) budget.spent();
  return budget.was_spent();
}

TEST(Budget, OfNoLimitHasSlicesOfNone) {
  Budget whole{OptimizerOptions{}};
  Budget part = whole.slice(0.25);
  EXPECT_FALSE(ends(part));
  EXPECT_FALSE(whole.cut_short());
}

TEST(Budget, KnowsThatASliceWasCutShort) {
  OptimizerOptions options;
  options.time_limit_seconds = 1e6;
  Budget whole(options);
  Budget part = whole.slice(1e-15);
  EXPECT_TRUE(ends(part));
  EXPECT_FALSE(ends(whole)) << "the rest of the search goes on";
  EXPECT_TRUE(whole.cut_short());
}

TEST(Budget, LooksAtTheClockAtOnceWhereQuestionsLieFarApart) {
  OptimizerOptions options;
  options.time_limit_seconds = 1e-9;
  Budget budget(options);
  EXPECT_TRUE(budget.spent_now());
  EXPECT_TRUE(budget.cut_short());
}

TEST(ThinnedTiles, KeepEndsAndEvenProportions) {
  const std::vector<int64_t> few = optimizer::distinct_tiles(1000);
  EXPECT_EQ(optimizer::thinned(few, 512), few);
  const std::vector<int64_t> all = optimizer::distinct_tiles(1'000'000'000);
  EXPECT_GT(all.size(), 60000U);
  const std::vector<int64_t> some = optimizer::thinned(all, 512);
  EXPECT_LE(some.size(), 512U);
  EXPECT_EQ(some.front(), 1'000'000'000);
  EXPECT_EQ(some.back(), 1);
  for (size_t i = 1; i < some.size(); ++i) {
    EXPECT_LT(some[i], some[i - 1]);
    EXPECT_GE(2 * some[i], some[i - 1]) << "no wide gap";
  }
}

TEST(Budget, EndsItsSlices) {
  OptimizerOptions options;
  options.time_limit_seconds = 1e-9;
  Budget whole(options);
  Budget half = whole.slice(0.5);
  Budget most = half.slice(1);
  EXPECT_TRUE(ends(most)) << "no slice has more time than what is left";
  EXPECT_TRUE(half.cut_short());
  EXPECT_TRUE(whole.cut_short());

  std::atomic<bool> cancel{false};
  options.time_limit_seconds = 0;
  options.cancel = &cancel;
  Budget cancelled(options);
  Budget part = cancelled.slice(0.5);
  EXPECT_FALSE(part.spent());
  cancel = true;
  EXPECT_TRUE(part.spent());
  EXPECT_TRUE(cancelled.spent());
}

}  // namespace
}  // namespace hwcvp
