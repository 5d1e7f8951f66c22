// hwcvp compare, end to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/program/program.h"
#include "tests/support/program/program_json.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class CompareTest : public ::testing::Test {
 protected:
  CompareTest() {
    folder.write("layer.json", R"({"name": "small", "in_channels": 2, "in_height": 8, "in_width": 8,
                                   "out_channels": 3, "kernel_shape": [3, 3], "pads": [1, 1, 1, 1]})");
  }

  json run_json(const std::string& arguments) const {
    return hwcvp::run_json(folder, "compare " + arguments);
  }

  ProgramFolder folder;
};

// The HWC loads 2 x 8 x 8 pixels and 3 x 2 x 3 x 3 weights of 2 bytes, writes 3 x 8 x 8 outputs and reads
// 9 bytes for each of 3 channels. The HWCE's bytes are recounted in hwce_test.cpp.
TEST_F(CompareTest, ReportsWhatMovedOnBoth) {
  for (const char* cpu : {"native", "riscv"}) {
    const json document = run_json(std::string("--layer layer.json --buffer 4KiB --cpu ") + cpu);
    EXPECT_EQ(document["baseline"], "hwce");
    ASSERT_EQ(document["layers"].size(), 1U);
    const json& layer = document["layers"][0];
    EXPECT_EQ(layer["layer"]["input_type"], "int16");
    EXPECT_EQ(layer["layer"]["weight_type"], "int16");
    const json hwc = {{"input_read", 256}, {"weight_read", 108}, {"output_write", 384}, {"psum_read", 0},
                      {"psum_write", 0},   {"params_read", 27},  {"total", 775}};
    ASSERT_EQ(layer["hwc"].size(), 1U);
    EXPECT_EQ(layer["hwc"][0]["observed"]["traffic"], hwc);
    ASSERT_EQ(layer["hwce"].size(), 3U);
    const json one = {{"input_read", 1200}, {"weight_read", 120}, {"output_write", 384}, {"psum_read", 384},
                      {"psum_write", 384},  {"params_read", 0},   {"total", 2472}};
    EXPECT_EQ(layer["hwce"][0]["observed"]["traffic"], one);
    EXPECT_EQ(layer["hwce"][0]["mode"], 1);
    EXPECT_EQ(layer["hwce"][2]["weight_bits"], 4);
    EXPECT_EQ(layer["hwce"][2]["observed"]["traffic"]["input_read"], 400);
    EXPECT_DOUBLE_EQ(layer["hwc"][0]["reduction"]["1"].get<double>(), 2472.0 / 775);
    for (const char* side : {"hwc", "hwce"}) {
      for (const json& run : layer[side]) {
        EXPECT_EQ(run["predicted"]["traffic"], run["observed"]["traffic"]);
        EXPECT_EQ(run["match"], true);
        EXPECT_EQ(run["output"], (json{{"verified", true}, {"mismatches", 0}}));
        const json& observed = run["observed"];
        EXPECT_GT(observed["cycles"], 0);
        EXPECT_GE(observed["peak_bytes_per_second"], observed["average_bytes_per_second"]);
      }
    }
    EXPECT_EQ(document["totals"]["hwc"][0]["observed"]["traffic"], hwc) << "one layer is the total";
  }
}

// Layers that the HWCE cannot run are listed with their reason and left out of both totals.
TEST_F(CompareTest, LayersLeftOutAreNamed) {
  const json document = run_json("--network alexnet --buffer 64KiB --mode 4 --cpu native");
  ASSERT_EQ(document["unsupported"].size(), 3U);
  EXPECT_EQ(document["unsupported"][0]["name"], "fc6");
  EXPECT_EQ(document["unsupported"][0]["reason"], "fully connected");
  int64_t hwc = 0, hwce = 0;
  for (const json& layer : document["layers"]) {
    ASSERT_EQ(layer["hwce"].size(), 1U);
    EXPECT_EQ(layer["hwce"][0]["mode"], 4);
    EXPECT_EQ(layer["hwce"][0]["match"], true) << layer["name"];
    EXPECT_EQ(layer["hwce"][0]["output"]["verified"], true) << layer["name"];
    hwc += layer["hwc"][0]["observed"]["traffic"]["total"].get<int64_t>();
    hwce += layer["hwce"][0]["observed"]["traffic"]["total"].get<int64_t>();
  }
  const json& totals = document["totals"];
  EXPECT_EQ(totals["hwc"][0]["observed"]["traffic"]["total"], hwc);
  EXPECT_EQ(totals["hwce"][0]["observed"]["traffic"]["total"], hwce);
  EXPECT_DOUBLE_EQ(totals["hwc"][0]["reduction"]["4"].get<double>(),
                   static_cast<double>(hwce) / static_cast<double>(hwc));
}

TEST_F(CompareTest, SweepsBuffersAndTellsWhereTheClaimIsReached) {
  folder.write("wide.json", R"({"name": "wide", "in_channels": 32, "in_height": 14, "in_width": 14,
                                "out_channels": 32, "kernel_shape": [3, 3], "pads": [1, 1, 1, 1]})");
  const json document = run_json("--layer wide.json --buffers 4KiB,512,64KiB --mode 1 --cpu native");
  const json& hwc = document["totals"]["hwc"];
  ASSERT_EQ(hwc.size(), 3U);
  EXPECT_EQ(hwc[0]["buffer_bytes"], 512) << "in ascending order";
  EXPECT_EQ(hwc[2]["buffer_bytes"], 65536);
  double before = 0;
  for (const json& run : hwc) {
    EXPECT_EQ(run["match"], true);
    EXPECT_GE(run["reduction"]["1"].get<double>(), before) << "more buffer moves no more";
    before = run["reduction"]["1"];
  }
  const json& reached = document["reached"][0];
  EXPECT_EQ(reached["mode"], 1);
  for (const json& run : hwc) {
    EXPECT_EQ(run["reduction"]["1"].get<double>() >= 14,
              !reached["buffer_bytes"].is_null() && run["buffer_bytes"] >= reached["buffer_bytes"]);
  }
}

TEST_F(CompareTest, TextSaysWhatWasAssumedAndReached) {
  const ProgramResult one =
      folder.run("compare --layer layer.json --buffer 4KiB --accumulator-type int16 --details");
  EXPECT_EQ(one.status, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("HWC 4 KiB"));
  EXPECT_THAT(one.out, HasSubstr("HWCE 1 map "));
  EXPECT_THAT(one.out, HasSubstr("HWCE 4 maps"));
  EXPECT_THAT(one.out, HasSubstr("14x less than HWCE 1 map: not reached.\n"));
  EXPECT_THAT(one.out, HasSubstr("int16 accumulators"));
  EXPECT_THAT(one.out, HasSubstr("as predicted, verified"));
  EXPECT_THAT(one.out, Not(HasSubstr("WRONG")));
}

// The HWC is done in well under a second, the HWCE's three runs take several.
TEST_F(CompareTest, AnInterruptLeavesWhatIsFinished) {
  folder.write("big.json", R"({"name": "big", "in_channels": 64, "in_height": 96, "in_width": 96,
                               "out_channels": 64, "kernel_shape": [3, 3]})");
  const std::string compare =
      "'" HWCVP_PROGRAM "' compare --layer big.json --buffer 64KiB --cpu native --time-limit 0.2 --threads 1";
  // On a terminal, which progress is shown on.
  const auto interrupted = [&](const std::string& moment, const std::string& options) {
    return folder.shell(
        "rm -f progress pid; touch progress\nTERM=xterm script -qfec \"echo \\$\\$ > pid; exec " + compare +
        options + " > out\" progress > ignored & script=$!\n" + "while ! grep -q '" + moment +
        "' progress && kill -0 $script; do sleep 0.01; done\n" +
        "kill -INT $(cat pid); wait $script; status=$?; cat out; exit $status");
  };
  const ProgramResult cut = interrupted("on HWC 64 KiB: ", " --json");
  EXPECT_EQ(cut.status, 130);
  const json document = json::parse(cut.out, nullptr, false);
  ASSERT_TRUE(document.is_object()) << cut.out;
  EXPECT_EQ(document["complete"], false);
  for (const json& part : {document["layers"][0], document["totals"]}) {
    ASSERT_EQ(part["hwc"].size(), 1U);
    EXPECT_EQ(part["hwc"][0]["match"], true);
    EXPECT_EQ(part["hwc"][0]["output"]["verified"], true);
    EXPECT_LT(part["hwce"].size(), 3U);
  }
  EXPECT_EQ(document["reached"].size(), document["totals"]["hwce"].size())
      << "claims of what is finished only";

  const ProgramResult table = interrupted("on HWC 64 KiB: ", "");
  EXPECT_EQ(table.status, 130);
  EXPECT_THAT(table.out, HasSubstr("\nbig "));
  EXPECT_THAT(table.out, HasSubstr("\nINTERRUPTED after "));
  EXPECT_THAT(table.out, HasSubstr(": what was not finished is missing (exit status 130).\n"));

  // The search takes minutes.
  const ProgramResult early =
      folder.shell("'" HWCVP_PROGRAM "' compare --network vgg16 --cpu native & pid=$!; sleep " + kSoon +
                   "; kill -INT $pid; wait $pid");
  EXPECT_EQ(early.status, 130);
  EXPECT_THAT(early.out, HasSubstr("\nINTERRUPTED after 0 runs: "));
  EXPECT_THAT(early.out, Not(HasSubstr("HWC bytes")));
}

}  // namespace
}  // namespace hwcvp
