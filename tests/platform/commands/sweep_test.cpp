// hwcvp sweep: its answers against those of optimize, what it refuses, interrupts, and work that is shared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "schedules/json/json.h"
#include "schedules/optimizer/cache/result_cache.h"
#include "tests/support/program/program.h"
#include "tests/support/program/program_json.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kLayer =
    R"({"name": "small", "in_channels": 24, "in_height": 12, "in_width": 12, "out_channels": 20,
        "kernel_shape": [3, 3]})";

// What may differ between two sweeps of the same: the time, and whether the cache knew it.
json without_times(json document) {
  document.erase("provenance");
  for (json& layer : document["layers"]) {
    for (json& point : layer["points"]) point.erase("seconds");
  }
  return document;
}

class SweepTest : public ::testing::Test {
 protected:
  SweepTest() { folder.write("layer.json", kLayer); }

  json run_json(const std::string& arguments) const { return hwcvp::run_json(folder, arguments); }
  ProgramResult interrupt_after(const std::string& seconds, const std::string& arguments) {
    return folder.shell("timeout --foreground --preserve-status -s INT " + seconds + " '" HWCVP_PROGRAM "' " +
                        arguments);
  }
  void expect_refused(const std::string& arguments, const std::string& message) {
    const ProgramResult result = folder.run(arguments);
    EXPECT_EQ(result.status, 2) << arguments << "\n" << result.err;
    EXPECT_EQ(result.out, "") << arguments;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << arguments << "\n" << result.err;
    EXPECT_THAT(result.err, HasSubstr("hwcvp: " + message)) << arguments;
  }
  // Entries of the cache in the folder, with the time at which each was written.
  std::map<std::string, std::filesystem::file_time_type> entries(const std::string& cache) const {
    std::map<std::string, std::filesystem::file_time_type> found;
    if (!std::filesystem::exists(folder.path(cache))) return found;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path(cache))) {
      if (entry.path().extension() == ".json") found[entry.path().filename()] = entry.last_write_time();
    }
    return found;
  }

  ProgramFolder folder;
};

// Each size has what the front of optimize has there, or better.
TEST_F(SweepTest, SetsBytesAgainstCyclesAtEachSize) {
  const json document =
      run_json("sweep --layer layer.json --buffers 512,1KiB,4KiB --objective front --cache c");
  ASSERT_EQ(document["bytes_and_cycles"].size(), 3U);
  int64_t last = std::numeric_limits<int64_t>::max();
  for (size_t i = 0; i < 3; ++i) {
    const json& at = document["bytes_and_cycles"][i];
    const json& points = at["points"];
    const json& of_layer = document["layers"][0]["points"][i]["bytes_and_cycles"];
    ASSERT_EQ(points.size(), of_layer.size());
    for (size_t p = 0; p < points.size(); ++p) {
      EXPECT_EQ(points[p]["cycles"], of_layer[p]["cycles"]);
      EXPECT_EQ(points[p]["traffic"], of_layer[p]["traffic"]);
      EXPECT_EQ(points[p]["points"], json::array({p}));
      EXPECT_LE(of_layer[p]["buffer"]["total"], at["buffer_bytes"]);
    }
    EXPECT_GE(points.front()["cycles"], at["lower_bound"]["cycles"]);
    EXPECT_GE(points.back()["traffic"]["total"], at["lower_bound"]["bytes"]);
    EXPECT_LE(points.front()["cycles"], last) << "what fits in less fits in more";
    last = points.front()["cycles"];
    const json alone = run_json("optimize --layer layer.json --objective front --cache c --buffer " +
                                std::to_string(at["buffer_bytes"].get<int64_t>()));
    EXPECT_LE(points.front()["cycles"], alone["front"]["points"].front()["cycles"]);
    EXPECT_LE(points.back()["traffic"]["total"], alone["layers"][0]["traffic"]["total"]);
  }
  EXPECT_EQ(
      without_times(run_json("sweep --layer layer.json --buffers 512,1KiB,4KiB --objective front --cache c")),
      without_times(document));
}

TEST_F(SweepTest, AgreesWithOptimizeAtEachSize) {
  const json document = run_json("sweep --layer layer.json --buffers 1..2,256,512..4KiB,1MiB");
  EXPECT_EQ(document["complete"], true);
  const json& points = document["layers"][0]["points"];
  ASSERT_EQ(points.size(), 8U);
  int64_t last = 0;
  for (const json& point : points) {
    const int64_t size = point["buffer_bytes"];
    if (size < 3) {
      EXPECT_EQ(point["fits"], false) << size;
      continue;
    }
    const json alone = run_json("optimize --layer layer.json --buffer " + std::to_string(size))["layers"][0];
    const int64_t bytes = point["traffic"]["total"];
    EXPECT_LE(bytes, alone["traffic"]["total"]) << size;
    EXPECT_GE(point["lower_bound"]["proven"], alone["lower_bound"]["proven"]) << size;
    EXPECT_LE(point["lower_bound"]["proven"], bytes) << size;
    EXPECT_EQ(point["lower_bound"]["published"], alone["lower_bound"]["published"]) << size;
    EXPECT_LE(point["buffer"]["total"], size);
    EXPECT_EQ(point["front"], last == 0 || bytes < last) << size;
    folder.write("schedule.json", point["schedule"].dump());
    const json predicted = run_json("predict --layer layer.json --schedule schedule.json");
    EXPECT_EQ(predicted["traffic"], point["traffic"]) << size;
    EXPECT_EQ(predicted["buffer"], point["buffer"]) << size;
    last = bytes;
  }
  EXPECT_EQ(points.back()["optimal"], true) << "everything fits";
  EXPECT_EQ(document["totals"].size(), 6U);
}

TEST_F(SweepTest, AddsUpANetwork) {
  const json document = run_json("sweep --network alexnet --buffers 64KiB,256KiB,4MiB");
  EXPECT_EQ(document["layers"].size(), 8U);
  ASSERT_EQ(document["totals"].size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    int64_t bytes = 0;
    int64_t used = 0;
    for (const json& layer : document["layers"]) {
      bytes += layer["points"][i]["traffic"]["total"].get<int64_t>();
      used = std::max(used, layer["points"][i]["buffer"]["total"].get<int64_t>());
    }
    EXPECT_EQ(document["totals"][i]["traffic"]["total"], bytes);
    EXPECT_EQ(document["totals"][i]["used_bytes"], used);
  }
}

TEST_F(SweepTest, PrintsATable) {
  const ProgramResult result = folder.run("sweep --layer layer.json --buffers 2,1MiB");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("nothing fits"));
  EXPECT_THAT(result.out, HasSubstr("optimal"));
  EXPECT_THAT(result.out, HasSubstr("* on the front"));
}

TEST_F(SweepTest, Refuses) {
  const std::string sweep = "sweep --layer layer.json ";
  expect_refused(sweep, "--buffers: expected, but not given");
  expect_refused("sweep --buffers 1KiB", "expected --layer or --network");
  expect_refused(sweep + "--buffers 1KiB,", "--buffers: expected values between commas, found \"1KiB,\"");
  expect_refused(sweep + "--buffers 4KBs", "--buffers: expected a size such as");
  expect_refused(sweep + "--buffers 4KiB..", "--buffers: expected a size such as");
  expect_refused(sweep + "--buffers ..4KiB", "--buffers: expected a size such as");
  expect_refused(sweep + "--buffers 1..2..4", "--buffers: expected a size such as");
  expect_refused(sweep + "--buffers 8KiB..4KiB",
                 "--buffers: expected a range from a smaller size to a larger");
  expect_refused(sweep + "--buffers 4KiB,1KiB..4KiB", "--buffers: expected each size once");
  expect_refused(sweep + "--buffers 1KiB --objective latency",
                 "--objective: expected one of traffic, front, found \"latency\"");
  expect_refused(sweep + "--buffers 1KiB --platform p.json",
                 "--platform: expected --objective front with it");
  expect_refused(sweep + "--buffers 1KiB --cache layer.json", "layer.json: expected a folder");
  expect_refused(sweep + "--buffers 1KiB --buffer 2KiB", "--buffer: unknown option");
}

TEST_F(SweepTest, GoesOnWhereItWasInterrupted) {
  const std::string sweep = "sweep --network alexnet --buffers 16KiB,64KiB --threads 1";
  const ProgramResult cut = interrupt_after("0.5", sweep + " --cache known --json");
  if (cut.status != 0) {  // it may have been quick
    EXPECT_EQ(cut.status, 130) << cut.err;
    const json partial = json::parse(cut.out, nullptr, false);
    ASSERT_TRUE(partial.is_object()) << cut.out << cut.err;
    EXPECT_EQ(partial["layers"].size(), 8U);
  }
  const auto before = entries("known");
  const json resumed = run_json(sweep + " --cache known");
  const auto after = entries("known");
  for (const auto& [name, time] : before) {
    ASSERT_EQ(after.count(name), 1U) << name;
    EXPECT_EQ(after.at(name), time) << name << " was searched again";
  }
  EXPECT_EQ(resumed["complete"], true);
  EXPECT_EQ(without_times(resumed), without_times(run_json(sweep)));
}

TEST_F(SweepTest, LeavesToOthersWhatTheyAreSearching) {
  const Layer layer = layer_from_json(json::parse(kLayer), "layer");
  const ResultCache cache(folder.path("shared"), [](const std::string& line) { ADD_FAILURE() << line; });
  const std::string sweep = "sweep --layer layer.json --buffers 512,2KiB --cache shared --json";
  {
    const auto claim = cache.claim(layer, {});
    ASSERT_EQ(claim->state(), SearchClaim::State::held);
    const ProgramResult result = interrupt_after("1", sweep);
    EXPECT_EQ(result.status, 130) << result.err;
    const json document = json::parse(result.out, nullptr, false);
    ASSERT_TRUE(document.is_object()) << result.out << result.err;
    EXPECT_EQ(document["complete"], false);
    EXPECT_EQ(document["layers"][0]["points"].size(), 0U);
    EXPECT_TRUE(entries("shared").empty());
  }
  EXPECT_EQ(folder.run(sweep).status, 0);
  EXPECT_FALSE(entries("shared").empty());
}

TEST_F(SweepTest, SharesWorkAmongProcesses) {
  const std::string sweep =
      "'" HWCVP_PROGRAM "' sweep --network alexnet --buffers 4KiB,64KiB --threads 1 --cache shared --json";
  const ProgramResult result =
      folder.shell(sweep + " >a.json & " + sweep + " >b.json; s=$?; wait $! && exit $s");
  EXPECT_EQ(result.status, 0) << result.err;
  const json a = json::parse(folder.read("a.json"));
  EXPECT_EQ(without_times(a), without_times(json::parse(folder.read("b.json"))));
  EXPECT_EQ(a["complete"], true);
}

TEST_F(SweepTest, HelpOffersOnlyObjectivesThatItTakes) {
  const std::string help = folder.run("sweep --help").out;
  EXPECT_THAT(help, HasSubstr("what is to be least: traffic (default)"));
  EXPECT_EQ(help.find("bus-bytes"), std::string::npos) << help;
  EXPECT_THAT(folder.run("optimize --help").out, HasSubstr("bus-bytes"));
}

}  // namespace
}  // namespace hwcvp
