// The exact predictor against a brute-force walk, recorded cases and cases that a person can recount.
#include "schedules/traffic/exact_predictor.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "schedules/json/json.h"
#include "tests/support/literal_walk.h"
#include "tests/support/random_case.h"

namespace hwcvp {

void PrintTo(const Traffic& traffic, std::ostream* out) { *out << to_json(traffic).dump(); }
void PrintTo(const BufferUse& buffer, std::ostream* out) { *out << to_json(buffer).dump(); }

namespace {

void expect_as_walked(const RandomCase& test, const std::string& origin) {
  const WalkResult walked = literal_walk(test.layer, test.schedule);
  const Prediction predicted = predict_exact(test.layer, test.schedule);
  EXPECT_EQ(predicted.traffic, walked.traffic) << origin << ": " << to_json_text(test);
  EXPECT_EQ(predicted.buffer, walked.buffer) << origin << ": " << to_json_text(test);
  EXPECT_EQ(buffer_use(test.layer, test.schedule), walked.buffer) << origin << ": " << to_json_text(test);
}

// Stops at the first case that differs: one is enough to look into.
void expect_random_cases_as_walked(uint64_t seed, int cases, const RandomCaseLimits& limits) {
  ::testing::Test::RecordProperty("seed", std::to_string(seed));
  std::printf("seed %llu, %d cases\n", static_cast<unsigned long long>(seed), cases);
  std::mt19937_64 random(seed);
  for (int i = 0; i < cases && !::testing::Test::HasFailure(); ++i) {
    expect_as_walked(random_case(random, limits),
                     "case " + std::to_string(i) + " of seed " + std::to_string(seed));
  }
}

TEST(ExactPredictor, AgreesWithTheWalkOnSmallLayers) {
  expect_random_cases_as_walked(1, 20000, {1000, 60, 10});
}

TEST(ExactPredictor, AgreesWithTheWalkOnDeepNests) {
  expect_random_cases_as_walked(2, 6000, {5000, 600, 20});
}

TEST(ExactPredictor, AgreesWithTheWalkOnLargerLayers) {
  expect_random_cases_as_walked(3, 5000, {50000, 80, 8});
}

TEST(ExactPredictor, AgreesWithRecordedCases) {
  std::ifstream file(HWCVP_TEST_DATA "/traffic-cases.jsonl");
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const auto recorded = nlohmann::json::parse(line);
    const Layer layer = layer_from_json(recorded["layer"], "recorded layer");
    const Schedule schedule = schedule_from_json(recorded["schedule"], layer, "recorded schedule");
    const Prediction prediction = predict_exact(layer, schedule);
    const auto traffic = to_json(prediction.traffic);
    for (const auto& item : recorded["traffic"].items()) {
      EXPECT_EQ(traffic[item.key()], item.value()) << item.key() << " of " << line;
    }
    EXPECT_EQ(to_json(prediction.buffer), recorded["buffer"]) << line;
  }
  EXPECT_EQ(cases, 300) << "recorded cases are missing";
}

TEST(ExactPredictor, WorkedCaseOfAlexNetConv2) {
  Layer layer;
  layer.in_channels = 96;
  layer.in_height = layer.in_width = 27;
  layer.out_channels = 256;
  layer.kernel_shape = {5, 5};
  layer.pads = {2, 2, 2, 2};
  layer.group = 2;
  layer.input_type = layer.weight_type = layer.output_type = DataType::int16;

  // One group: the input once, 48*27*27 elements; every weight for both column tiles, 128*48*25*2; each
  // output once.
  Schedule schedule;
  schedule.loops = {{Dim::G, 1}, {Dim::OX, 15}, {Dim::K, 9}, {Dim::FY, 1}};
  schedule.buffer_level[index(Tensor::input)] = 3;
  schedule.buffer_level[index(Tensor::weight)] = 4;
  schedule.buffer_level[index(Tensor::output)] = 4;
  const Traffic traffic = predict_exact(layer, schedule).traffic;
  EXPECT_EQ(traffic.input_read, 2 * 69984);
  EXPECT_EQ(traffic.weight_read, 2 * 614400);
  EXPECT_EQ(traffic.output_write, 2 * 186624);
  EXPECT_EQ(traffic.psum_read, 0);
  EXPECT_EQ(traffic.psum_write, 0);
  EXPECT_EQ(traffic.params_read, 256 * 9);
}

}  // namespace
}  // namespace hwcvp
