// Traffic against buffer size: on small layers against an enumeration of all nests, and by made-up searches.
#include "schedules/sweep/pareto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "schedules/traffic/exact_predictor.h"
#include "tests/support/random_case.h"
#include "tests/support/tiny_layers.h"

namespace hwcvp {
namespace {

using testing::ElementsAre;

// The least traffic for each number of buffer bytes, by trying all nests and levels.
class LeastTraffic {
 public:
  explicit LeastTraffic(const Layer& layer) : layer_(layer), tile_(layer.extents()) { grow(); }

  // Buffer bytes from which on something better fits, each with its traffic: the whole front.
  std::map<int64_t, int64_t> front() const {
    std::map<int64_t, int64_t> points;
    int64_t least = 0;
    for (const auto& [buffer, traffic] : least_) {
      if (!points.empty() && traffic >= least) continue;
      points[buffer] = least = traffic;
    }
    return points;
  }

 private:
  void grow() {
    const auto depth = static_cast<int>(schedule_.loops.size());
    for (int input = 0; input <= depth; ++input) {
      for (int weight = 0; weight <= depth; ++weight) {
        for (int output = 0; output <= depth; ++output) {
          if (std::max({input, weight, output}) != depth) continue;
          schedule_.buffer_level = {input, weight, output};
          const Prediction prediction = predict_exact(layer_, schedule_);
          const int64_t traffic = prediction.traffic.total();
          const auto entry = least_.emplace(prediction.buffer.total(), traffic).first;
          entry->second = std::min(entry->second, traffic);
        }
      }
    }
    for (const Dim dim : kDims) {
      const int64_t before = tile_[index(dim)];
      for (int64_t tile = 1; tile < before; ++tile) {
        tile_[index(dim)] = tile;
        schedule_.loops.push_back({dim, tile});
        grow();
        schedule_.loops.pop_back();
      }
      tile_[index(dim)] = before;
    }
  }

  Layer layer_;
  Schedule schedule_;
  PerDim<int64_t> tile_;
  std::map<int64_t, int64_t> least_;
};

TEST(Pareto, FrontsOfSmallLayersAreThoseOfAllNests) {
  constexpr uint64_t kSeed = 20;
  std::cout << "seed " << kSeed << std::endl;
  TinyLayers random(kSeed);
  size_t points = 0;
  size_t searches = 0;
  for (int i = 0; i < 20 && !HasFailure(); ++i) {
    const Layer layer = random.next(200);
    const std::map<int64_t, int64_t> front = LeastTraffic(layer).front();
    // Sizes where something becomes possible, the bytes before and after them, one where nothing fits, and
    // two that hold everything.
    std::set<int64_t> sizes = {1 << 20, 1 << 21};
    for (const auto& [buffer, traffic] : front) sizes.insert({buffer - 1, buffer, buffer + 1});
    sizes.erase(0);
    const std::vector<CapacityResult> results =
        sweep_capacities(layer, {}, {sizes.begin(), sizes.end()}, optimize);
    ASSERT_EQ(results.size(), sizes.size());
    std::map<int64_t, int64_t> found;
    for (const CapacityResult& result : results) {
      const std::string shown = to_json_text({layer, {}}) + " in " + std::to_string(result.buffer_bytes);
      OptimizerOptions alone;
      alone.buffer_bytes = result.buffer_bytes;
      points += result.best ? 1 : 0;
      searches += result.searched ? 1 : 0;
      if (!result.best) {
        EXPECT_LT(result.buffer_bytes, front.begin()->first) << shown;
        EXPECT_THROW(optimize(layer, alone), NothingFits) << shown;
        continue;
      }
      const OptimizerResult& best = *result.best;
      const OptimizerResult searched = optimize(layer, alone);
      EXPECT_TRUE(best.optimal) << shown;
      EXPECT_EQ(best.cost, searched.cost) << shown;
      EXPECT_EQ(best.proven_bound, searched.proven_bound) << shown;
      EXPECT_EQ(best.cost, std::prev(front.upper_bound(result.buffer_bytes))->second) << shown;
      EXPECT_LE(best.prediction.buffer.total(), result.buffer_bytes) << shown;
      const Prediction prediction = predict_exact(layer, best.schedule);
      EXPECT_EQ(prediction.traffic, best.prediction.traffic) << shown;
      EXPECT_EQ(prediction.buffer, best.prediction.buffer) << shown;
      if (result.on_front) found[best.prediction.buffer.total()] = best.prediction.traffic.total();
    }
    EXPECT_EQ(found, front) << to_json_text({layer, {}});
  }
  EXPECT_LT(searches, points) << "optimal schedules that fit should save searches";
  std::cout << points << " capacities, " << searches << " searches" << std::endl;
}

// A search that answers from a table of capacities: cost, bytes used, bound.
struct Answer {
  int64_t cost;
  int64_t used;
  int64_t bound;
};

OptimizerResult made_up(const Answer& answer) {
  OptimizerResult result;
  result.prediction.traffic.input_read = answer.cost;
  result.prediction.buffer.bytes[0] = answer.used;
  result.cost = answer.cost;
  result.proven_bound = result.proven_cost = answer.bound;
  result.optimal = answer.cost == answer.bound;
  result.finished = true;
  return result;
}

struct Sweep {
  std::vector<CapacityResult> results;
  std::vector<int64_t> searched;
};

Sweep sweep(const std::map<int64_t, Answer>& answers, const std::vector<int64_t>& capacities) {
  Sweep done;
  done.results =
      sweep_capacities({}, {}, capacities, [&](const Layer& /*layer*/, const OptimizerOptions& options) {
        done.searched.push_back(options.buffer_bytes);
        const auto answer = answers.find(options.buffer_bytes);
        if (answer == answers.end()) throw NothingFits("nothing");
        return made_up(answer->second);
      });
  return done;
}

std::vector<int64_t> costs(const Sweep& done) {
  std::vector<int64_t> all;
  for (const CapacityResult& result : done.results) all.push_back(result.best ? result.best->cost : -1);
  return all;
}

std::vector<bool> fronts(const Sweep& done) {
  std::vector<bool> all;
  for (const CapacityResult& result : done.results) all.push_back(result.on_front);
  return all;
}

TEST(Pareto, AnOptimumHoldsDownToWhatItUses) {
  const Sweep done = sweep({{40, {100, 15, 100}}, {10, {300, 10, 200}}}, {10, 15, 20, 40});
  EXPECT_THAT(done.searched, ElementsAre(40, 10));
  EXPECT_THAT(costs(done), ElementsAre(300, 100, 100, 100));
  EXPECT_THAT(fronts(done), ElementsAre(true, true, false, false));
  EXPECT_TRUE(done.results[1].best->optimal);
  EXPECT_FALSE(done.results[0].best->optimal);
}

TEST(Pareto, SchedulesThatAreNotProvenMoveBothWays) {
  // The search at 20 does better than that at 40, and what 30 found fits in 25 too.
  const Sweep done =
      sweep({{40, {500, 40, 90}}, {30, {200, 22, 80}}, {25, {300, 25, 120}}, {20, {450, 19, 60}}},
            {20, 25, 30, 40});
  EXPECT_THAT(done.searched, ElementsAre(40, 30, 25, 20)) << "without proof nothing is spared";
  EXPECT_THAT(costs(done), ElementsAre(450, 200, 200, 200));
  EXPECT_THAT(fronts(done), ElementsAre(true, true, false, false));
  std::vector<int64_t> bounds;
  for (const CapacityResult& result : done.results) bounds.push_back(result.best->proven_bound);
  EXPECT_THAT(bounds, ElementsAre(120, 120, 90, 90)) << "a bound for more bytes holds for fewer";
}

TEST(Pareto, ABoundFromAboveCanProveAnOptimum) {
  const Sweep done = sweep({{40, {150, 40, 100}}, {20, {100, 20, 50}}}, {20, 40});
  EXPECT_THAT(costs(done), ElementsAre(100, 100));
  EXPECT_TRUE(done.results[0].best->optimal);
  EXPECT_TRUE(done.results[1].best->optimal);
}

TEST(Pareto, WhereNothingFitsNothingSmallerIsTried) {
  const Sweep done = sweep({{40, {150, 40, 100}}}, {5, 10, 20, 40});
  EXPECT_THAT(done.searched, ElementsAre(40, 20));
  EXPECT_THAT(costs(done), ElementsAre(-1, -1, -1, 150));
  EXPECT_THAT(fronts(done), ElementsAre(false, false, false, true));
}

TEST(Pareto, ACancelledSearchLeavesWhatWasFinished) {
  std::atomic<bool> cancel = false;
  OptimizerOptions options;
  options.cancel = &cancel;
  const auto results =
      sweep_capacities({}, options, {10, 20, 40}, [&](const Layer& /*layer*/, const OptimizerOptions& at) {
        OptimizerResult result = made_up({1000 - at.buffer_bytes, at.buffer_bytes, 1});
        cancel = at.buffer_bytes == 20;
        result.finished = !cancel;
        return result;
      });
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].buffer_bytes, 40);
  EXPECT_TRUE(results[0].on_front);
}

TEST(Pareto, LayersAddUpWhereAllOfThemFit) {
  const Sweep a = sweep({{40, {100, 12, 100}}, {10, {300, 10, 200}}, {5, {900, 5, 200}}}, {5, 10, 20, 40});
  const Sweep b =
      sweep({{40, {1000, 40, 900}}, {20, {3000, 18, 1000}}, {10, {3000, 9, 1100}}}, {5, 10, 20, 40});
  const std::vector<NetworkResult> totals = add_layers({a.results, b.results, b.results});
  ASSERT_EQ(totals.size(), 3U) << "b does not fit in 5";
  EXPECT_EQ(totals[0].buffer_bytes, 10);
  EXPECT_EQ(totals[0].used_bytes, 10);
  EXPECT_EQ(totals[0].traffic.total(), 6300);
  EXPECT_EQ(totals[0].proven_bound, 200 + 2 * 1100);
  EXPECT_EQ(totals[1].used_bytes, 12) << "b needs but 9 of 20";
  EXPECT_EQ(totals[1].cost, 6100);
  EXPECT_EQ(totals[2].used_bytes, 40);
  EXPECT_EQ(totals[2].cost, 2100);
  for (const NetworkResult& total : totals) {
    EXPECT_TRUE(total.on_front) << total.buffer_bytes;
    EXPECT_FALSE(total.optimal) << total.buffer_bytes;
  }
  EXPECT_TRUE(add_layers({a.results})[2].optimal);
  EXPECT_FALSE(add_layers({a.results})[3].on_front) << "20 and 40 give the same";
}

}  // namespace
}  // namespace hwcvp
