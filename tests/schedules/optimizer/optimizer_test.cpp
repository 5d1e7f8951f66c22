// The optimizer against an enumeration of every legal nest of small layers, and against totals that are known
// to be reachable on large ones.
#include "schedules/optimizer/optimizer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <string>
#include <vector>

#include "schedules/optimizer/bound/residence_bound.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "tests/support/all_nests.h"
#include "tests/support/random_case.h"
#include "tests/support/tiny_layers.h"

namespace hwcvp {
namespace {

struct Count {
  int searched = 0;
  int proven = 0;
  int bounded = 0;  // the residence bound alone equals the optimum
};

void expect_best(const Layer& layer, const AllNests& nests, const OptimizerOptions& options, Count& count) {
  const OptimizerResult result = optimize(layer, options);
  const std::string shown =
      to_json_text({layer, result.schedule}) + " in " + std::to_string(options.buffer_bytes);
  result.schedule.validate(layer, "optimizer");
  const Prediction prediction = predict_exact(layer, result.schedule);
  const int64_t constants = prediction.traffic.params_read;
  const int64_t least = nests.least_traffic(options.buffer_bytes) + constants;
  EXPECT_EQ(result.prediction.traffic, prediction.traffic) << shown;
  EXPECT_EQ(result.prediction.buffer, prediction.buffer) << shown;
  EXPECT_LE(prediction.buffer.total(), options.buffer_bytes) << "does not fit: " << shown;
  EXPECT_GE(prediction.traffic.total(), least) << "the enumeration misses a nest: " << shown;
  EXPECT_LE(result.proven_bound, least) << "claims a bound that a nest undercuts: " << shown;
  EXPECT_EQ(result.optimal, result.proven_bound == prediction.traffic.total()) << shown;
  if (result.optimal) {
    ++count.proven;
    EXPECT_EQ(prediction.traffic.total(), least) << "claims an optimum that is none: " << shown;
  }
  optimizer::Budget budget(options);
  const int64_t bound =
      optimizer::ResidenceBound(layer, options, Prices{}).below(2 * least, budget) + constants;
  EXPECT_LE(bound, least) << "a nest undercuts the residence bound: " << shown;
  if (bound == least) ++count.bounded;
}

void check_random_layers(uint64_t seed, int layers, double max_nests) {
  std::cout << "seed " << seed << std::endl;
  TinyLayers random(seed);
  Count count;
  for (int i = 0; i < layers && !testing::Test::HasFailure(); ++i) {
    const Layer layer = random.next(max_nests);
    OptimizerOptions options;
    for (bool& twice : options.double_buffer) twice = random.pick(0, 3) == 0;
    const AllNests nests(layer, options.double_buffer);
    const std::vector<int64_t> sizes = nests.buffer_sizes();
    for (int pass = 0; pass < 3; ++pass) {
      // At a size where something becomes possible, or one below, where it is not yet.
      options.buffer_bytes =
          sizes[static_cast<size_t>(random.pick(0, static_cast<int64_t>(sizes.size()) - 1))] -
          random.pick(0, 1);
      if (options.buffer_bytes < sizes.front()) {
        EXPECT_THROW(optimize(layer, options), InputError);
        continue;
      }
      ++count.searched;
      expect_best(layer, nests, options, count);
    }
  }
  std::cout << count.searched << " searches, " << count.proven << " proven optimal, " << count.bounded
            << " of them by the residence bound alone" << std::endl;
  EXPECT_GT(count.proven, count.searched * 9 / 10)
      << "nearly all of these layers are small enough to be proven";
  EXPECT_GT(count.bounded, count.searched / 2) << "the residence bound is far from the optimum";
}

TEST(Optimizer, FindsTheBestOfAllNestsOfTinyLayers) { check_random_layers(20240521, 1000, 300); }

TEST(Optimizer, FindsTheBestOfAllNestsOfSmallLayers) { check_random_layers(77, 40, 8000); }

struct Known {
  const char* name;
  int64_t in_channels;
  int64_t out_channels;
  int64_t size;
  int64_t kernel;
  int64_t buffer_bytes;
  int64_t words;  // that some schedule is known to move
};

Layer square_layer(const Known& known) {
  Layer layer;
  layer.name = known.name;
  layer.in_channels = known.in_channels;
  layer.out_channels = known.out_channels;
  layer.in_height = layer.in_width = known.size;
  layer.kernel_shape = {known.kernel, known.kernel};
  const int64_t pad = known.kernel / 2;
  layer.pads = {pad, pad, pad, pad};
  layer.input_type = layer.weight_type = layer.output_type = layer.accumulator_type = DataType::int16;
  return layer;
}

TEST(Optimizer, ReachesKnownTotalsOfLargeLayers) {
  const std::vector<Known> cases = {
      {"alexnet conv2, one group", 48, 128, 27, 5, 32768, 491856},
      {"alexnet conv2, one group", 48, 128, 27, 5, 1024, 3179136},
      {"alexnet conv3", 256, 384, 13, 3, 32768, 1165952},
      {"vgg16 conv2_1", 64, 128, 112, 3, 32768, 7012352},
      {"vgg16 conv4_2", 512, 512, 28, 3, 32768, 10711040},
      {"vgg16 conv4_2", 512, 512, 28, 3, 131072, 5570560},
      {"vgg16 conv4_2", 512, 512, 28, 3, 1024, 71886848},
  };
  for (const Known& known : cases) {
    const Layer layer = square_layer(known);
    OptimizerOptions options;
    options.buffer_bytes = known.buffer_bytes;
    const OptimizerResult result = optimize(layer, options);
    const Traffic& traffic = result.prediction.traffic;
    EXPECT_LE(traffic.total() - traffic.params_read, 2 * known.words)
        << known.name << " in " << known.buffer_bytes;
    EXPECT_LE(result.prediction.buffer.total(), known.buffer_bytes);
    EXPECT_LE(result.proven_bound, traffic.total());
  }
}

TEST(Optimizer, GivesTheSameScheduleEveryTime) {
  const Layer layer = square_layer({"conv", 96, 64, 14, 3, 0, 0});
  OptimizerOptions options;
  options.buffer_bytes = 6000;
  const OptimizerResult first = optimize(layer, options);
  const OptimizerResult second = optimize(layer, options);
  EXPECT_EQ(first.schedule, second.schedule);
  EXPECT_EQ(first.evaluated, second.evaluated);
  EXPECT_EQ(first.proven_bound, second.proven_bound);
}

TEST(Optimizer, FetchesEverythingOnceWhereAllOfItFits) {
  const Layer layer = square_layer({"conv", 8, 8, 8, 3, 0, 0});
  OptimizerOptions options;
  options.buffer_bytes = 1 << 20;
  const OptimizerResult result = optimize(layer, options);
  EXPECT_TRUE(result.optimal);
  EXPECT_EQ(result.prediction.traffic.total(), 2 * (8 * 64 + 8 * 8 * 9 + 8 * 64) + layer.params_bytes());
  EXPECT_TRUE(result.schedule.loops.empty()) << "one command is enough, and least work";
}

TEST(Optimizer, CancelledSearchReturnsAScheduleThatFits) {
  const Layer layer = square_layer({"conv", 256, 256, 28, 3, 0, 0});
  const std::atomic<bool> cancel = true;
  OptimizerOptions options;
  options.buffer_bytes = 8192;
  options.cancel = &cancel;
  const OptimizerResult result = optimize(layer, options);
  EXPECT_LE(result.prediction.buffer.total(), options.buffer_bytes);
  EXPECT_LE(result.proven_bound, result.prediction.traffic.total());
}

TEST(Optimizer, RefusesABufferInWhichNothingFits) {
  const Layer layer = square_layer({"conv", 4, 4, 4, 3, 0, 0});
  OptimizerOptions options;
  options.buffer_bytes = 5;  // one element of each tensor takes 6
  EXPECT_THROW(optimize(layer, options), InputError);
  options.buffer_bytes = 6;
  EXPECT_EQ(optimize(layer, options).prediction.buffer.total(), 6);
}

}  // namespace
}  // namespace hwcvp
