// Commands of small schedules, one by one: boxes, slots and above all what they wait for, on which the
// overlap of loading, computing and storing depends.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "registers/hwc.h"
#include "tests/sw/firmware_bench.h"
#include "tests/sw/job_case.h"

namespace hwcvp {
namespace {

std::string joined(const std::array<uint32_t, 5>& start, const std::array<uint32_t, 5>& count) {
  std::string text;
  for (size_t i = 0; i < 5; ++i) text += " " + std::to_string(start[i]) + "+" + std::to_string(count[i]);
  return text;
}

// "LOAD_INPUT1 0+1 ... wait 0 3 0": opcode and slot, box, and waits for load, compute and store.
std::string to_text(const FakeCommand& command) {
  static const char* const kNames[] = {"",           "LOAD_INPUT", "LOAD_WEIGHT",  "LOAD_PSUM", "LOAD_PARAMS",
                                       "KEEP_INPUT", "COMPUTE",    "STORE_OUTPUT", "STORE_PSUM"};
  static const uint32_t kTensor[] = {0, 0, 1, 2, 0, 0, 2, 2, 2};
  const uint32_t opcode = command.opcode();
  std::string text = kNames[opcode];
  if (opcode == HWC_OPCODE_LOAD_PARAMS) return text;
  if (opcode == HWC_OPCODE_COMPUTE) {
    for (uint32_t tensor = 0; tensor < 3; ++tensor) text += std::to_string(command.slot(tensor));
    text += command.init() ? " init" : "";
  } else {
    text += std::to_string(command.slot(kTensor[opcode])) + joined(command.start, command.count);
  }
  text += " wait";
  for (const uint32_t wait : command.wait) text += " " + std::to_string(wait);
  return text;
}

std::vector<std::string> listing(const Layer& layer, const Schedule& schedule) {
  FakeHwcOptions options;
  options.fifo_depth = 64;
  options.eagerness = 0;
  FirmwareBench bench(options, 1);
  std::mt19937_64 random(1);
  const JobCase job(layer, schedule, FirmwareBench::kHwc, bench.memory, random);
  EXPECT_EQ(bench.run(job.address()).result, HWC_JOB_DONE);
  std::vector<std::string> lines;
  for (const FakeCommand& command : bench.hwc.pushed()) lines.push_back(to_text(command));
  return lines;
}

// 1 x 1 kernel over four channels, one by one.
Layer channels_layer() {
  Layer layer;
  layer.in_channels = 4;
  layer.in_height = 2;
  layer.in_width = 3;
  return layer;
}

TEST(CommandListing, SingleBuffersAreFilledAfterTheLastUse) {
  Schedule schedule;
  schedule.loops = {{Dim::C, 1}};
  schedule.buffer_level = {1, 1, 0};
  EXPECT_EQ(listing(channels_layer(), schedule), (std::vector<std::string>{
                                                     "LOAD_PARAMS",
                                                     "LOAD_INPUT0 0+1 0+1 0+1 0+2 0+3 wait 0 0 0",
                                                     "LOAD_WEIGHT0 0+1 0+1 0+1 0+1 0+1 wait 0 0 0",
                                                     "COMPUTE000 init wait 3 0 0",
                                                     "LOAD_INPUT0 0+1 0+1 1+1 0+2 0+3 wait 3 1 0",
                                                     "LOAD_WEIGHT0 0+1 0+1 1+1 0+1 0+1 wait 3 1 0",
                                                     "COMPUTE000 wait 5 1 0",
                                                     "LOAD_INPUT0 0+1 0+1 2+1 0+2 0+3 wait 5 2 0",
                                                     "LOAD_WEIGHT0 0+1 0+1 2+1 0+1 0+1 wait 5 2 0",
                                                     "COMPUTE000 wait 7 2 0",
                                                     "LOAD_INPUT0 0+1 0+1 3+1 0+2 0+3 wait 7 3 0",
                                                     "LOAD_WEIGHT0 0+1 0+1 3+1 0+1 0+1 wait 7 3 0",
                                                     "COMPUTE000 wait 9 3 0",
                                                     "STORE_OUTPUT0 0+1 0+1 0+1 0+2 0+3 wait 9 4 0",
                                                 }));
}

TEST(CommandListing, DoubleBuffersAreFilledWhileTheOtherSlotIsInUse) {
  Schedule schedule;
  schedule.loops = {{Dim::C, 1}};
  schedule.buffer_level = {1, 1, 0};
  schedule.double_buffer = {true, true, false};
  EXPECT_EQ(listing(channels_layer(), schedule), (std::vector<std::string>{
                                                     "LOAD_PARAMS",
                                                     "LOAD_INPUT0 0+1 0+1 0+1 0+2 0+3 wait 0 0 0",
                                                     "LOAD_WEIGHT0 0+1 0+1 0+1 0+1 0+1 wait 0 0 0",
                                                     "COMPUTE000 init wait 3 0 0",
                                                     "LOAD_INPUT1 0+1 0+1 1+1 0+2 0+3 wait 3 0 0",
                                                     "LOAD_WEIGHT1 0+1 0+1 1+1 0+1 0+1 wait 3 0 0",
                                                     "COMPUTE110 wait 5 0 0",
                                                     "LOAD_INPUT0 0+1 0+1 2+1 0+2 0+3 wait 5 1 0",
                                                     "LOAD_WEIGHT0 0+1 0+1 2+1 0+1 0+1 wait 5 1 0",
                                                     "COMPUTE000 wait 7 1 0",
                                                     "LOAD_INPUT1 0+1 0+1 3+1 0+2 0+3 wait 7 2 0",
                                                     "LOAD_WEIGHT1 0+1 0+1 3+1 0+1 0+1 wait 7 2 0",
                                                     "COMPUTE110 wait 9 2 0",
                                                     "STORE_OUTPUT0 0+1 0+1 0+1 0+2 0+3 wait 9 4 0",
                                                 }));
}

TEST(CommandListing, LoadsDoNotWaitForStores) {
  Layer layer;
  layer.in_height = 3;
  Schedule schedule;
  schedule.loops = {{Dim::OY, 1}};
  schedule.buffer_level = {1, 0, 1};
  EXPECT_EQ(listing(layer, schedule), (std::vector<std::string>{
                                          "LOAD_PARAMS",
                                          "LOAD_INPUT0 0+1 0+1 0+1 0+1 0+1 wait 0 0 0",
                                          "LOAD_WEIGHT0 0+1 0+1 0+1 0+1 0+1 wait 0 0 0",
                                          "COMPUTE000 init wait 3 0 0",
                                          "STORE_OUTPUT0 0+1 0+1 0+1 0+1 0+1 wait 3 1 0",
                                          "LOAD_INPUT0 0+1 0+1 0+1 1+1 0+1 wait 3 1 0",
                                          "COMPUTE000 init wait 4 1 1",
                                          "STORE_OUTPUT0 0+1 0+1 0+1 1+1 0+1 wait 4 2 0",
                                          "LOAD_INPUT0 0+1 0+1 0+1 2+1 0+1 wait 4 2 0",
                                          "COMPUTE000 init wait 5 2 2",
                                          "STORE_OUTPUT0 0+1 0+1 0+1 2+1 0+1 wait 5 3 0",
                                      }));
}

TEST(CommandListing, PartialSumsComeBackAfterTheStoreThatFreedTheirSlot) {
  Layer layer;
  layer.in_channels = 2;
  layer.in_height = 2;
  Schedule schedule;
  schedule.loops = {{Dim::C, 1}, {Dim::OY, 1}};
  schedule.buffer_level = {0, 0, 2};
  schedule.double_buffer = {false, false, true};
  EXPECT_EQ(listing(layer, schedule), (std::vector<std::string>{
                                          "LOAD_PARAMS",
                                          "LOAD_INPUT0 0+1 0+1 0+2 0+2 0+1 wait 0 0 0",
                                          "LOAD_WEIGHT0 0+1 0+1 0+2 0+1 0+1 wait 0 0 0",
                                          "COMPUTE000 init wait 3 0 0",
                                          "STORE_PSUM0 0+1 0+1 0+1 0+1 0+1 wait 3 1 0",
                                          "COMPUTE001 init wait 3 1 0",
                                          "STORE_PSUM1 0+1 0+1 0+1 1+1 0+1 wait 3 2 0",
                                          "LOAD_PSUM0 0+1 0+1 0+1 0+1 0+1 wait 3 1 1",
                                          "COMPUTE000 wait 4 1 1",
                                          "STORE_OUTPUT0 0+1 0+1 0+1 0+1 0+1 wait 4 3 0",
                                          "LOAD_PSUM1 0+1 0+1 0+1 1+1 0+1 wait 4 2 2",
                                          "COMPUTE001 wait 5 2 2",
                                          "STORE_OUTPUT1 0+1 0+1 0+1 1+1 0+1 wait 5 4 0",
                                      }));
}

TEST(CommandListing, ASlidingRegionLoadsRowsThenSides) {
  Layer layer;
  layer.in_height = 6;
  layer.in_width = 6;
  layer.kernel_shape = {3, 3};
  Schedule schedule;
  schedule.loops = {{Dim::OY, 2}, {Dim::OX, 2}};
  schedule.buffer_level = {2, 0, 0};
  EXPECT_EQ(listing(layer, schedule), (std::vector<std::string>{
                                          "LOAD_PARAMS",
                                          "LOAD_INPUT0 0+1 0+1 0+1 0+4 0+4 wait 0 0 0",
                                          "LOAD_WEIGHT0 0+1 0+1 0+1 0+3 0+3 wait 0 0 0",
                                          "COMPUTE000 init wait 3 0 0",
                                          "LOAD_INPUT0 0+1 0+1 0+1 0+4 4+2 wait 3 1 0",
                                          "COMPUTE000 init wait 4 1 0",
                                          "LOAD_INPUT0 0+1 0+1 0+1 4+2 0+4 wait 4 2 0",
                                          "LOAD_INPUT0 0+1 0+1 0+1 2+2 0+2 wait 4 2 0",
                                          "COMPUTE000 init wait 6 2 0",
                                          "LOAD_INPUT0 0+1 0+1 0+1 2+4 4+2 wait 6 3 0",
                                          "COMPUTE000 init wait 7 3 0",
                                          "STORE_OUTPUT0 0+1 0+1 0+1 0+4 0+4 wait 7 4 0",
                                      }));
}

TEST(CommandListing, ASlidingRegionInTwoSlotsKeepsWhatIsShared) {
  Layer layer;
  layer.in_height = 4;
  layer.in_width = 1;
  layer.kernel_shape = {2, 1};
  Schedule schedule;
  schedule.loops = {{Dim::OY, 1}};
  schedule.buffer_level = {1, 0, 0};
  schedule.double_buffer = {true, false, false};
  EXPECT_EQ(listing(layer, schedule), (std::vector<std::string>{
                                          "LOAD_PARAMS",
                                          "LOAD_INPUT0 0+1 0+1 0+1 0+2 0+1 wait 0 0 0",
                                          "LOAD_WEIGHT0 0+1 0+1 0+1 0+2 0+1 wait 0 0 0",
                                          "COMPUTE000 init wait 3 0 0",
                                          "KEEP_INPUT1 0+1 0+1 0+1 1+1 0+1 wait 3 0 0",
                                          "LOAD_INPUT1 0+1 0+1 0+1 2+1 0+1 wait 3 0 0",
                                          "COMPUTE100 init wait 5 0 0",
                                          "KEEP_INPUT0 0+1 0+1 0+1 2+1 0+1 wait 5 1 0",
                                          "LOAD_INPUT0 0+1 0+1 0+1 3+1 0+1 wait 5 1 0",
                                          "COMPUTE000 init wait 7 1 0",
                                          "STORE_OUTPUT0 0+1 0+1 0+1 0+3 0+1 wait 7 3 0",
                                      }));
}

}  // namespace
}  // namespace hwcvp
