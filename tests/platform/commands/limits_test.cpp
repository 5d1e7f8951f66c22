// Time, memory and interrupts: layers whose extents are as large as layers may be, and signals at any time.
// Programs that go on regardless are ended by the limits of the shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

using ::testing::HasSubstr;

// Of memory 1.5 GB, of CPU time some seconds.
std::string limited(int cpu_seconds, const std::string& command) {
  const std::string memory = kSanitized ? "" : "ulimit -v 1500000; ";
  return memory + "ulimit -t " + std::to_string(kSanitized ? 20 * cpu_seconds : cpu_seconds) +
         "; exec '" HWCVP_PROGRAM "' " + command;
}

struct LargeLayer {
  const char* name;
  const char* json;
};
constexpr LargeLayer kLargeLayers[] = {
    {"pads", R"({"name": "t", "in_channels": 4, "in_height": 8, "in_width": 8, "out_channels": 4,
       "kernel_shape": [3, 3], "dilations": [65536, 1], "pads": [1000000000, 1, 1, 1]})"},
    {"height", R"({"name": "t", "in_channels": 1, "in_height": 1000000000, "in_width": 1, "out_channels": 1,
       "kernel_shape": [1, 1]})"},
    {"batch", R"({"name": "t", "batch": 2147483647, "in_channels": 4, "in_height": 8, "in_width": 8,
       "out_channels": 4, "kernel_shape": [3, 3], "pads": [1, 1, 1, 1]})"},
    {"axis", R"({"name": "t", "in_channels": 64, "in_height": 1, "in_width": 160000, "out_channels": 64,
       "kernel_shape": [1, 9], "pads": [0, 4, 0, 4]})"},
    {"channels", R"({"name": "t", "batch": 100003, "in_channels": 1000003, "in_height": 1, "in_width": 1,
       "out_channels": 1000003, "kernel_shape": [1, 1]})"},
    {"taps", R"({"name": "t", "batch": 4, "in_channels": 64, "in_height": 300, "in_width": 300,
       "out_channels": 64, "kernel_shape": [120, 120], "pads": [119, 119, 119, 119]})"},
};

TEST(Limits, SearchesOfLargeExtentsKeepToTimeAndMemory) {
  const ProgramFolder folder;
  for (const LargeLayer& layer : kLargeLayers) {
    folder.write("layer.json", layer.json);
    for (const char* buffer : {"1KiB", "64KiB"}) {
      const ProgramResult result = folder.shell(limited(
          4,
          std::string("optimize --layer layer.json --threads 1 --time-limit 0.3 --json --buffer ") + buffer));
      ASSERT_EQ(result.status, 0) << layer.name << ", " << buffer << ": " << result.err;
      const auto found = nlohmann::json::parse(result.out)["layers"][0];
      const auto& bound = found["lower_bound"];
      EXPECT_GE(found["traffic"]["total"], bound["proven"]) << layer.name;
      EXPECT_GE(bound["proven"], bound["compulsory"]) << layer.name;
      EXPECT_EQ(found["optimal"], found["traffic"]["total"] == bound["proven"]) << layer.name;
    }
  }
}

TEST(Limits, OtherObjectivesKeepToThemOrSayWhyNot) {
  const ProgramFolder folder;
  for (const LargeLayer& layer : {kLargeLayers[0], kLargeLayers[1]}) {
    folder.write("layer.json", layer.json);
    for (const char* objective : {"latency", "bus-bytes"}) {
      const ProgramResult result = folder.shell(limited(
          5, std::string(
                 "optimize --layer layer.json --buffer 64KiB --time-limit 0.3 --threads 1 --objective ") +
                 objective));
      EXPECT_TRUE(result.status == 0 || result.status == 2) << layer.name << ", " << objective << result.err;
      if (result.status == 0) continue;
      EXPECT_THAT(result.err, HasSubstr("hwcvp: t: ")) << layer.name << ", " << objective;
    }
  }
}

// One loop of ten million trips, and of two thousand million.
TEST(Limits, PredictionOfManyRegionsIsClosedOrNullWithAReason) {
  const ProgramFolder folder;
  folder.write("long.json", R"({"name": "t", "in_channels": 4, "in_height": 10000000, "in_width": 1,
      "out_channels": 4, "kernel_shape": [3, 1], "pads": [1, 0, 1, 0]})");
  folder.write("batch.json", kLargeLayers[2].json);
  for (const char* dim : {"OY", "B"}) {
    folder.write("schedule.json",
                 std::string(R"({"loops": [{"dim": ")") + dim +
                     R"(", "tile": 1}], "buffer_level": {"input": 1, "weight": 1, "output": 1}})");
    const std::string files = std::string("predict --schedule schedule.json --layer ") +
                              (std::string(dim) == "B" ? "batch.json" : "long.json");
    const ProgramResult result = folder.shell(limited(2, files + " --json"));
    ASSERT_EQ(result.status, 0) << dim << result.err;
    const auto document = nlohmann::json::parse(result.out);
    EXPECT_GT(document["traffic"]["total"], 0) << dim;
    EXPECT_TRUE(document["bursts"].is_null()) << dim;
    EXPECT_TRUE(document["bus_bytes"].is_null()) << dim;
    EXPECT_THAT(document["caveats"].dump(), HasSubstr("too many different regions")) << dim;
    const ProgramResult text = folder.shell(limited(2, files));
    EXPECT_THAT(text.out, HasSubstr("bursts and bus bytes not predicted: ")) << dim;
  }
}

// Sends a signal to a command some time after its start, and waits; the CPU limit holds from the start on.
ProgramResult interrupted(const ProgramFolder& folder, const std::string& signal, const std::string& delay,
                          const std::string& command) {
  return folder.shell("( " + limited(4, command) + " ) & program=$!; sleep " + delay + "; kill -" + signal +
                      " $program; wait $program");
}

TEST(Limits, OneSignalEndsEveryCommand) {
  const ProgramFolder folder;
  folder.write("layer.json", kLargeLayers[5].json);
  const char* const kCommands[] = {
      "optimize --layer layer.json --buffer 1KiB --threads 1",
      "sweep --layer layer.json --buffers 1KiB,2KiB --threads 1",
      "compare --layer layer.json --threads 1",
      "run --layer layer.json --threads 1",
  };
  for (const char* signal : {"INT", "TERM"}) {
    for (const char* command : kCommands) {
      const ProgramResult result = interrupted(folder, signal, "0.4", command);
      EXPECT_EQ(result.status, 130) << signal << ", " << command << ": " << result.err;
      EXPECT_THAT(result.err, HasSubstr("hwcvp: interrupted\n")) << signal << ", " << command;
    }
  }
}

// Its bursts take seconds to count, which come before its simulation.
TEST(Limits, RunInterruptedBeforeItSimulatesPrintsItsSchedule) {
  const ProgramFolder folder;
  folder.write("tall.json", R"({"name": "tall", "in_channels": 1, "in_height": 10000000, "in_width": 1,
      "out_channels": 1, "kernel_shape": [1, 1]})");
  folder.write("lines.json", R"({"loops": [{"dim": "OY", "tile": 1}],
      "buffer_level": {"input": 1, "weight": 0, "output": 1}})");
  const std::string run =
      "run --layer tall.json --schedule lines.json --cpu native --timing-only --set dram.size_bytes=256MiB";
  const ProgramResult text = interrupted(folder, "INT", "1", run + " --details");
  EXPECT_EQ(text.status, 130) << text.err;
  EXPECT_THAT(text.out, HasSubstr("Layer tall, not run"));
  const ProgramResult document = interrupted(folder, "TERM", "1", run + " --json");
  EXPECT_EQ(document.status, 130) << document.err;
  EXPECT_EQ(nlohmann::json::parse(document.out)["not_run"][0]["name"], "tall");
}

TEST(Limits, OneSignalEndsTheWaitForAFifo) {
  const ProgramFolder folder;
  folder.write("layer.json", R"({"name": "t", "in_channels": 4, "in_height": 8, "in_width": 8,
      "out_channels": 4, "kernel_shape": [3, 3]})");
  ASSERT_EQ(folder.shell("mkfifo fifo").status, 0);
  const char* const kCommands[] = {
      "predict --layer fifo --schedule fifo",
      "optimize --layer fifo --buffer 64KiB",
      "run --layer layer.json --schedule fifo",
      "run --layer layer.json --buffer 4KiB --bandwidth fifo",
  };
  for (const char* signal : {"INT", "TERM"}) {
    for (const char* command : kCommands) {
      const ProgramResult result = interrupted(folder, signal, "0.4", command);
      EXPECT_EQ(result.status, 130) << signal << ", " << command << ": " << result.err;
    }
  }
}

}  // namespace
}  // namespace hwcvp
