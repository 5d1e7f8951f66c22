// The burst model against a walk over all transactions, and cases that a person can recount.
#include "schedules/bursts/burst_model.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "tests/support/burst_walk.h"
#include "tests/support/random_case.h"
#include "tests/support/random_layouts.h"

namespace hwcvp {

void PrintTo(const TransferCount& count, std::ostream* out) {
  *out << count.runs << " runs, " << count.bursts << " bursts, " << count.beats << " beats";
}

namespace {

BurstRules random_rules(std::mt19937_64& random) {
  BurstRules rules;
  rules.max_burst_bytes = int64_t{4} << random() % 9;
  rules.aligned_bursts = random() % 2 == 0;
  rules.bus_width_bytes = int64_t{1} << random() % 7;
  return rules;
}

TensorBases random_bases(std::mt19937_64& random) {
  const auto draw = [&random] { return static_cast<int64_t>(random() % 1024) * 4; };
  return {draw(), draw(), draw(), draw(), draw()};
}

void expect_equal(const BurstCounts& predicted, const BurstCounts& walked) {
  EXPECT_EQ(predicted.input_read, walked.input_read) << "input_read";
  EXPECT_EQ(predicted.weight_read, walked.weight_read) << "weight_read";
  EXPECT_EQ(predicted.output_write, walked.output_write) << "output_write";
  EXPECT_EQ(predicted.psum_read, walked.psum_read) << "psum_read";
  EXPECT_EQ(predicted.psum_write, walked.psum_write) << "psum_write";
  EXPECT_EQ(predicted.params_read, walked.params_read) << "params_read";
}

// Stops at the first case that differs: one is enough to look into.
void expect_random_cases_as_walked(uint64_t seed, int cases, const RandomCaseLimits& limits) {
  ::testing::Test::RecordProperty("seed", std::to_string(seed));
  std::printf("seed %llu, %d cases\n", static_cast<unsigned long long>(seed), cases);
  std::mt19937_64 random(seed);
  for (int i = 0; i < cases && !::testing::Test::HasFailure(); ++i) {
    const RandomCase test = random_case(random, limits);
    const TensorLayouts layouts = random_layouts(random, test.layer);
    const BurstRules rules = random_rules(random);
    const TensorBases bases = random_bases(random);
    SCOPED_TRACE("case " + std::to_string(i) + ": " + to_json_text(test) + ", " + to_text(layouts) +
                 ", bursts of " + std::to_string(rules.max_burst_bytes) +
                 (rules.aligned_bursts ? ", aligned" : "") + ", bus of " +
                 std::to_string(rules.bus_width_bytes));
    expect_equal(predict_bursts(test.layer, test.schedule, layouts, bases, rules),
                 burst_walk(test.layer, test.schedule, layouts, bases, rules));
  }
}

TEST(BurstModel, AgreesWithTheWalkOnSmallLayers) { expect_random_cases_as_walked(1, 4000, {1000, 60, 10}); }

TEST(BurstModel, AgreesWithTheWalkOnDeepNests) { expect_random_cases_as_walked(2, 1000, {5000, 600, 20}); }

TEST(BurstModel, AgreesWithTheWalkOnLargerLayers) { expect_random_cases_as_walked(3, 500, {50000, 80, 8}); }

TEST(BurstModel, CountsOneRun) {
  BurstRules rules;
  rules.max_burst_bytes = 64;
  rules.bus_width_bytes = 16;
  // 60..150 meets multiples of 64 at 64 and 128, and the bus words 48..63 to 144..159.
  EXPECT_EQ(count_run(60, 90, rules), (TransferCount{1, 3, 7}));
  // 60 +4, 64 +64, 128 +16, 144 +4, 148 +2.
  rules.aligned_bursts = true;
  EXPECT_EQ(count_run(60, 90, rules), (TransferCount{1, 5, 8}));
  EXPECT_EQ(count_run(60, 0, rules), TransferCount());
  // A bus wider than bursts: each burst takes one word.
  rules.bus_width_bytes = 256;
  EXPECT_EQ(count_run(60, 90, rules), (TransferCount{1, 5, 5}));
}

// 3 x 5 x 7 bytes; the box is 2 channels, rows 1 to 3, columns 2 to 5.
TEST(BurstModel, CountsABoxInEachLayout) {
  Layer layer;
  layer.in_channels = 3;
  layer.in_height = 5;
  layer.in_width = 7;
  layer.kernel_shape = {3, 3};
  const PerTensorAxis<Interval> box = {{{0, 1}, {0, 1}, {0, 2}, {1, 3}, {2, 4}}};
  BurstRules rules;
  rules.max_burst_bytes = 16;
  rules.bus_width_bytes = 4;
  const auto count = [&](const char* layout) {
    return count_box(input_in_memory(layer, parse_layout(layout, "test"), 0), box, rules);
  };
  // Six rows of 4 bytes, at 9, 16, 23 and 44, 51, 58: none meets a multiple of 16 inside; those at 16 and 44
  // are one word of the bus, the others two.
  EXPECT_EQ(count("nchw"), (TransferCount{6, 6, 10}));
  // Twelve pixels of 2 bytes, 3 bytes apart, from 27, 48 and 69: the pairs at 27, 51, 75 lie across words,
  // none across 16.
  EXPECT_EQ(count("nhwc"), (TransferCount{12, 12, 15}));
  // Blocks of two channels: three rows of 4 pixels, 8 bytes at 18, 32 and 46: the last crosses 48.
  EXPECT_EQ(count("nchw2c"), (TransferCount{3, 4, 8}));
  // Blocks of four: pixels of 2 bytes at multiples of 4.
  EXPECT_EQ(count("nchw4c"), (TransferCount{12, 12, 12}));
}

TEST(BurstModel, WholeTensorsAreOneRun) {
  Layer layer;
  layer.in_channels = 8;
  layer.in_height = layer.in_width = 10;
  layer.out_channels = 16;
  layer.kernel_shape = {3, 3};
  for (const char* name : {"nchw", "nhwc", "nchw4c", "nchw8c"}) {
    const TensorLayout layout = parse_layout(name, "test");
    const BurstCounts counts =
        predict_bursts(layer, {}, {layout, layout, layout}, {0, 4096, 8192, 16384, 32768}, {});
    EXPECT_EQ(counts.input_read, (TransferCount{1, 1, 50})) << name;
    EXPECT_EQ(counts.weight_read, (TransferCount{1, 1, 72})) << name;
    EXPECT_EQ(counts.output_write, (TransferCount{1, 1, 64})) << name;
    EXPECT_EQ(counts.total(), (TransferCount{4, 4, 50 + 72 + 64 + 9})) << name;
  }
}

// Steps are known without any being made, and are of the pieces of each dimension added up, not multiplied.
TEST(BurstModel, KnowsItsStepsBeforehand) {
  Layer layer;
  layer.in_channels = 1000;
  layer.out_channels = 1000;
  Schedule schedule;
  EXPECT_EQ(burst_steps(layer, schedule), 10)
      << "the output region, and that of partial sums: five axes each";
  schedule.loops = {{Dim::K, 1}, {Dim::C, 1}};
  schedule.buffer_level = {2, 2, 2};
  const double some = burst_steps(layer, schedule);
  EXPECT_GE(some, 2 * 1000);
  EXPECT_LE(some, 20 * 1000);
  layer.in_channels = 1'000'000'000;
  EXPECT_GE(burst_steps(layer, schedule), 1e9);
}

TEST(BurstModel, BusBytesCoverTheUsefulOnes) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 300; ++i) {
    const RandomCase test = random_case(random);
    BurstRules rules = random_rules(random);
    const TensorLayouts layouts = random_layouts(random, test.layer);
    const Traffic traffic = predict_exact(test.layer, test.schedule).traffic;
    const auto bus_bytes = [&] {
      return predict_bursts(test.layer, test.schedule, layouts, {}, rules).total().beats *
             rules.bus_width_bytes;
    };
    EXPECT_GE(bus_bytes(), traffic.total()) << to_json_text(test);
    rules.bus_width_bytes = 1;
    EXPECT_EQ(bus_bytes(), traffic.total()) << to_json_text(test);
  }
}

}  // namespace
}  // namespace hwcvp
