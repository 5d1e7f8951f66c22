// Random layers under random schedules: the right values, exactly the right bytes, whatever the engines'
// turns.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "registers/hwc.h"
#include "schedules/json/json.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/literal_walk.h"
#include "tests/support/random_case.h"
#include "tests/sw/firmware_bench.h"
#include "tests/sw/job_case.h"

namespace hwcvp {
namespace {

void expect_same_traffic(const Traffic& observed, const Traffic& expected) {
  EXPECT_EQ(observed.input_read, expected.input_read);
  EXPECT_EQ(observed.weight_read, expected.weight_read);
  EXPECT_EQ(observed.output_write, expected.output_write);
  EXPECT_EQ(observed.psum_read, expected.psum_read);
  EXPECT_EQ(observed.psum_write, expected.psum_write);
  EXPECT_EQ(observed.params_read, expected.params_read);
}

// Runs one case on a fake HWC and checks everything that it can know.
void run_case(const RandomCase& random_case, const FakeHwcOptions& options, std::mt19937_64& random) {
  FirmwareBench bench(options, random());
  const JobCase job(random_case.layer, random_case.schedule, FirmwareBench::kHwc, bench.memory, random);
  const hwc_status status = bench.run(job.address());
  ASSERT_EQ(status.result, HWC_JOB_DONE) << "details " << status.detail[0] << " " << status.detail[1];
  EXPECT_EQ(status.magic, HWC_STATUS_MAGIC);
  EXPECT_EQ(job.output(bench.memory), job.expected_output());

  const WalkResult expected = literal_walk(random_case.layer, random_case.schedule);
  expect_same_traffic(bench.hwc.traffic(), expected.traffic);
  EXPECT_EQ(static_cast<int64_t>(bench.hwc.buffer_bytes()), expected.buffer.total());
  EXPECT_EQ(bench.hwc.traffic(), predict_exact(random_case.layer, random_case.schedule).traffic);

  EXPECT_TRUE(bench.hwc.idle()) << "the job ended before the HWC";
  EXPECT_FALSE(bench.hwc.interrupt()) << "the line would keep the processor awake";
  EXPECT_EQ(status.load_commands, bench.hwc.done(0));
  EXPECT_EQ(status.compute_commands, bench.hwc.done(1));
  EXPECT_EQ(status.store_commands, bench.hwc.done(2));
  EXPECT_EQ(status.sleeps, bench.hwc.sleeps());
  const uint32_t commands = status.load_commands + status.compute_commands + status.store_commands;
  EXPECT_LE(status.sleeps, commands + 1 + bench.hwc.early_wakes()) << "the firmware spins";
}

FakeHwcOptions random_options(std::mt19937_64& random) {
  FakeHwcOptions options;
  options.fifo_depth = random() % 4 == 0 ? 64 : 1 + static_cast<uint32_t>(random() % 6);
  options.turns = static_cast<Turns>(random() % 5);
  options.eagerness = random() % 3 == 0 ? 0 : static_cast<uint32_t>(random() % 101);
  options.early_wakes = random() % 4 == 0 ? 30 : 0;
  return options;
}

// Layers and schedules with their traffic and buffers as computed by a program that shares nothing with this
// project.
TEST(TrafficCases, MoveThePublishedBytes) {
  std::ifstream file(HWCVP_TEST_DATA "/traffic-cases.jsonl");
  std::mt19937_64 random(1);
  int cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    SCOPED_TRACE(line);
    const nlohmann::json json = nlohmann::json::parse(line);
    const Layer layer = layer_from_json(json.at("layer"), "case");
    const Schedule schedule = schedule_from_json(json.at("schedule"), layer, "case");
    ASSERT_NO_THROW(run_case({layer, schedule}, random_options(random), random));

    FirmwareBench bench(FakeHwcOptions(), 1);
    const JobCase job(layer, schedule, FirmwareBench::kHwc, bench.memory, random);
    ASSERT_EQ(bench.run(job.address()).result, HWC_JOB_DONE);
    const Traffic& traffic = bench.hwc.traffic();
    const nlohmann::json& expected = json.at("traffic");
    EXPECT_EQ(traffic.input_read, expected.at("input_read"));
    EXPECT_EQ(traffic.weight_read, expected.at("weight_read"));
    EXPECT_EQ(traffic.output_write, expected.at("output_write"));
    EXPECT_EQ(traffic.psum_read, expected.at("psum_read"));
    EXPECT_EQ(traffic.psum_write, expected.at("psum_write"));
    EXPECT_EQ(bench.hwc.buffer_bytes(), json.at("buffer").at("total"));
    if (HasFailure()) return;
  }
  EXPECT_EQ(cases, 300);
}

// The job of a small layer with other numbers, on a fake HWC that only takes note of them.
class Numbers : public testing::Test {
 protected:
  Numbers()
      : random(1), bench(FakeHwcOptions(), 1), plain(layer(), {}, FirmwareBench::kHwc, bench.memory, random) {
    job = plain.job();
    job.relu = 0;
  }
  static Layer layer() {
    Layer layer;
    layer.in_channels = layer.out_channels = 4;
    layer.in_height = layer.in_width = 3;
    return layer;
  }
  void run() {
    seal(job);
    bench.memory.copy_in(plain.address(), &job, sizeof job);
    const uint32_t before = bench.hwc.register_writes();
    ASSERT_EQ(bench.run(plain.address()).result, HWC_JOB_DONE);
    writes = bench.hwc.register_writes() - before;
  }
  void expect_configured(uint32_t offset, int32_t value) {
    EXPECT_EQ(bench.hwc.configured(offset), static_cast<uint32_t>(value)) << "register " << offset;
  }

  std::mt19937_64 random;
  FirmwareBench bench;
  JobCase plain;
  hwc_job job;
  uint32_t writes = 0;
};

TEST_F(Numbers, AreConfiguredWhereThereAreAny) {
  run();
  const uint32_t without = writes;
  expect_configured(HWC_TYPES, 0);
  for (const uint32_t offset : {HWC_INPUT_ZERO, HWC_OUTPUT_ZERO, HWC_OUTPUT_MIN, HWC_OUTPUT_MAX}) {
    EXPECT_FALSE(bench.hwc.configured(offset)) << "as after the reset, register " << offset;
  }

  job.input_zero = -7;
  run();
  EXPECT_EQ(writes, without + 4);
  expect_configured(HWC_TYPES, 0);
  expect_configured(HWC_INPUT_ZERO, -7);

  job.input_type = HWC_UINT8;
  job.input_zero = 200;
  run();
  expect_configured(HWC_TYPES, HWC_TYPES_INPUT_UNSIGNED_MASK);
  expect_configured(HWC_INPUT_ZERO, 200);

  job.requantization = HWC_SINGLE_PRECISION;
  job.output_type = HWC_INT8;
  job.input_zero = 0;
  job.output_zero = -3;
  job.output_min = -100;
  job.output_max = 90;
  run();
  EXPECT_EQ(writes, without + 4);
  expect_configured(HWC_TYPES, HWC_TYPES_INPUT_UNSIGNED_MASK | HWC_TYPES_SINGLE_PRECISION_MASK);
  expect_configured(HWC_INPUT_ZERO, 0);
  expect_configured(HWC_OUTPUT_ZERO, -3);
  expect_configured(HWC_OUTPUT_MIN, -100);
  expect_configured(HWC_OUTPUT_MAX, 90);

  job.output_type = HWC_UINT8;
  job.output_zero = 255;
  job.output_min = 0;
  job.output_max = 255;
  job.relu = 1;
  run();
  expect_configured(HWC_TYPES, HWC_TYPES_INPUT_UNSIGNED_MASK | HWC_TYPES_OUTPUT_UNSIGNED_MASK |
                                   HWC_TYPES_SINGLE_PRECISION_MASK | HWC_TYPES_RELU_MASK);
  expect_configured(HWC_OUTPUT_ZERO, 255);
}

// A convolution whose input and output are parts of larger tensors.
TEST(StridesOfTheHost, PlaceTensorsInLargerOnes) {
  Layer layer;
  layer.in_channels = 4;
  layer.in_height = 6;
  layer.in_width = 5;
  layer.out_channels = 3;
  layer.kernel_shape = {3, 1};  // columns are counted in outputs
  layer.strides = {1, 2};
  Schedule schedule;
  schedule.loops = {{Dim::C, 3}, {Dim::OY, 2}};
  schedule.buffer_level = {2, 1, 2};
  std::mt19937_64 random(7);
  FirmwareBench bench(FakeHwcOptions(), 1);
  const JobCase dense(layer, schedule, FirmwareBench::kHwc, bench.memory, random);
  const std::array<uint32_t, 5> input = {0, 0, 7 * 11, 11, 1};
  const std::array<uint32_t, 5> output = {0, 0, 1, 3 * 4, 3};  // channels innermost, an element more in a row
  hwc_job job = dense.job();
  std::copy(input.begin(), input.end(), job.memory_stride_input);
  std::copy(output.begin(), output.end(), job.memory_stride_output);
  job.input = bench.memory.allocate(4 * 7 * 11);
  job.output = bench.memory.allocate(4 * 3 * 4);
  for (uint32_t c = 0; c < 4; ++c) {
    for (uint32_t y = 0; y < 6; ++y) {
      for (uint32_t x = 0; x < 5; ++x) {
        const int32_t element = bench.memory.read(dense.job().input + (c * 6 + y) * 5 + x, 1);
        bench.memory.write(job.input + c * input[2] + y * input[3] + x, 1, element);
      }
    }
  }
  seal(job);
  const uint64_t address = bench.memory.allocate(sizeof job);
  bench.memory.copy_in(address, &job, sizeof job);
  ASSERT_EQ(bench.run(address).result, HWC_JOB_DONE);
  std::vector<int32_t> made;
  for (uint32_t k = 0; k < 3; ++k) {
    for (uint32_t y = 0; y < 4; ++y) {
      for (uint32_t x = 0; x < 3; ++x) {
        made.push_back(bench.memory.read(job.output + k * output[2] + y * output[3] + x * output[4], 1));
      }
    }
  }
  EXPECT_EQ(made, dense.expected_output());
}

class RandomCases : public testing::TestWithParam<uint64_t> {};

TEST_P(RandomCases, MoveExactlyTheBytesOfTheScheduleAndComputeTheLayer) {
  std::mt19937_64 random(GetParam());
  for (int i = 0; i < 1000; ++i) {
    RandomCaseLimits limits;
    limits.max_macs = i % 100 == 0 ? 20000 : 3000;
    limits.max_leaves = i % 100 == 0 ? 3000 : 300;
    limits.max_loops = 4 + random() % 12;
    const RandomCase drawn = random_case(random, limits);
    const FakeHwcOptions options = random_options(random);
    SCOPED_TRACE(to_json_text(drawn) + " fifo_depth " + std::to_string(options.fifo_depth));
    ASSERT_NO_THROW(run_case(drawn, options, random));
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCases, testing::Range<uint64_t>(1, 11));

}  // namespace
}  // namespace hwcvp
