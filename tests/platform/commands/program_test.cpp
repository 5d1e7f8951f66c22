// The built program, end to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "platform/reference/convolution.h"
#include "platform/tensor/npy.h"
#include "platform/tensor/tensor_random.h"
#include "tests/support/program/program.h"
#include "tests/support/program/program_json.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kLayer =
    R"({"name": "small", "in_channels": 4, "in_height": 8, "in_width": 8, "out_channels": 6,
                                   "kernel_shape": [3, 3], "output_type": "int16"})";
constexpr const char* kSchedule =
    R"({"loops": [{"dim": "K", "tile": 2}], "buffer_level": {"input": 0, "weight": 1, "output": 1}})";

// What may differ between two runs of the same.
json without_times(json document) {
  document.erase("simulation");
  for (json& layer : document["layers"]) layer.erase("wall_seconds");
  return document;
}

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    folder.write("layer.json", kLayer);
    folder.write("schedule.json", kSchedule);
  }

  // Runs a command that must succeed and print one JSON document and nothing else.
  json run_json(const std::string& arguments) const { return hwcvp::run_json(folder, arguments); }

  ProgramFolder folder;
};

TEST_F(ProgramTest, BothTransportsGiveTheSameTrafficAndOutputs) {
  const std::string run = "run --layer layer.json --schedule schedule.json --cpu native ";
  const json lt = run_json(run + "--memory-transport lt")["layers"][0];
  const json at = run_json(run + "--memory-transport at --outstanding 4 --max-burst 64")["layers"][0];
  EXPECT_EQ(at["match"], true);
  EXPECT_EQ(lt["observed"]["traffic"], at["observed"]["traffic"]);
  EXPECT_EQ(lt["output"], at["output"]);
  EXPECT_NE(lt["observed"]["cycles"], at["observed"]["cycles"]) << "smaller bursts take other times";
}

TEST_F(ProgramTest, EveryDramGivesTheSameTrafficAndOutputs) {
  const std::string run = "run --layer layer.json --schedule schedule.json --cpu native ";
  const json simple = run_json(run + "--dram simple");
  EXPECT_FALSE(simple.contains("dram"));
  for (const char* transport : {"lt", "at"}) {
    const json timed = run_json(run + "--dram ddr4-2400 --memory-transport " + transport);
    EXPECT_EQ(timed["layers"][0]["observed"]["traffic"], simple["layers"][0]["observed"]["traffic"]);
    EXPECT_EQ(timed["layers"][0]["output"], simple["layers"][0]["output"]);
    EXPECT_NE(timed["layers"][0]["observed"]["cycles"], simple["layers"][0]["observed"]["cycles"]);
    const json& dram = timed["dram"];
    EXPECT_EQ(dram["name"], "ddr4-2400");
    // Tensors and control traffic.
    EXPECT_GE(dram["request_bytes"], timed["layers"][0]["observed"]["traffic"]["total"]);
    EXPECT_EQ(dram["burst_bytes"], 64 * (dram["reads"].get<int64_t>() + dram["writes"].get<int64_t>()));
    EXPECT_GT(dram["energy_mj"]["total"], 0);
    EXPECT_LE(dram["busy_gb_per_s"], dram["peak_gb_per_s"]);
  }
  const ProgramResult text = folder.run(run + "--dram lpddr4-3200 --details dram");
  EXPECT_THAT(text.out, HasSubstr("DRAM lpddr4-3200"));
  const ProgramResult wrong = folder.run(run + "--dram ddr9");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--dram: dram: DRAM ddr9: expected one of ddr3-1600"));
}

TEST_F(ProgramTest, SearchesForFewBusBytes) {
  const std::string common = " --layer layer.json --buffer 400 --layout any";
  const json least = run_json("run" + common);
  const json found = run_json("run" + common + " --objective bus-bytes");
  EXPECT_EQ(found["layers"][0]["match"], true);
  const json& bytes = found["layers"][0]["observed"]["bus_bytes"]["total"];
  EXPECT_LE(bytes, least["layers"][0]["observed"]["bus_bytes"]["total"]);
  const json searched = run_json("optimize" + common + " --objective bus-bytes")["layers"][0];
  EXPECT_EQ(searched["bus_bytes"]["total"], bytes);
  EXPECT_EQ(searched["layout"], found["layers"][0]["layout"]);
  EXPECT_EQ(searched["schedule"], found["layers"][0]["schedule"]);
  EXPECT_EQ(searched["bus_lower_bound"], searched["lower_bound"]["proven"]);
  EXPECT_EQ(searched["optimal"], searched["bus_lower_bound"] == bytes);
}

// 4 x 8 x 8 inputs, 6 x 4 x 3 x 3 weights, 6 x 6 x 6 outputs of 2 bytes; bias, multiplier and shift of 6
// channels: 9 bytes each.
TEST_F(ProgramTest, RunReportsWhatMoved) {
  const json traffic = {{"input_read", 256}, {"weight_read", 216}, {"output_write", 432}, {"psum_read", 0},
                        {"psum_write", 0},   {"params_read", 54},  {"total", 958}};
  const json document = run_json("run --layer layer.json --schedule schedule.json");
  ASSERT_EQ(document["layers"].size(), 1U);
  const json& layer = document["layers"][0];
  EXPECT_EQ(layer["name"], "small");
  EXPECT_EQ(layer["layer"]["out_channels"], 6);
  EXPECT_EQ(layer["schedule"]["loops"], json::parse(kSchedule)["loops"]);
  EXPECT_EQ(layer["predicted"]["traffic"], traffic);
  EXPECT_EQ(layer["observed"]["traffic"], traffic);
  EXPECT_EQ(layer["buffer"], (json{{"input", 256}, {"weight", 72}, {"output", 288}, {"total", 616}}));
  EXPECT_GT(layer["predicted"]["cycles"], 0);
  EXPECT_GT(layer["observed"]["cycles"], 6 * 36 * 9 / 16);
  EXPECT_GT(layer["observed"]["control"]["read"], 0);
  EXPECT_EQ(layer["observed"]["commands"]["compute"], 3) << "one for each tile of K";
  for (const auto& [name, engine] : layer["observed"]["engines"].items()) {
    EXPECT_EQ(engine["busy_cycles"] > 0, name != "vector") << name << ": a convolution needs all others";
    const auto cycles = [&engine](const char* part) { return engine[part].get<double>(); };
    EXPECT_NEAR(cycles("busy_cycles") + cycles("stalled_cycles") + cycles("idle_cycles"),
                layer["observed"]["cycles"].get<double>(), 1e-6)
        << name;
    const json& on = engine["stalled_on"];
    EXPECT_DOUBLE_EQ(on["memory_cycles"].get<double>() + on["engines_cycles"].get<double>(),
                     cycles("stalled_cycles"))
        << name;
  }
  constexpr double kMacs = 6 * 36 * 4 * 9;
  // Two output channels at a time, in mode pxt: 4 input channels, and 36 positions in 3 groups of 16.
  constexpr double kCompute = 3 * (8 + 2 * 4 * 3);
  for (const char* side : {"predicted", "observed"}) {
    const json& roofline = layer[side]["roofline"];
    EXPECT_DOUBLE_EQ(roofline["macs_per_byte"], kMacs / 958);
    EXPECT_DOUBLE_EQ(roofline["memory_macs_per_cycle"], kMacs / 958 * 16) << "bytes in a cycle";
    EXPECT_DOUBLE_EQ(roofline["compute_macs_per_cycle"], kMacs / kCompute);
    EXPECT_DOUBLE_EQ(roofline["attainable_macs_per_cycle"], kMacs / kCompute) << "the lower one";
    EXPECT_DOUBLE_EQ(roofline["array_utilization"], kMacs / kCompute / 256);
    EXPECT_DOUBLE_EQ(roofline["achieved_macs_per_cycle"], kMacs / layer[side]["cycles"].get<double>());
    EXPECT_EQ(roofline["bound"], "array");
  }
  EXPECT_EQ(layer["match"], true);
  EXPECT_EQ(layer["output"]["verified"], true);
  EXPECT_EQ(layer["output"]["mismatches"], 0);
  EXPECT_EQ(layer["output"]["crc32"].get<std::string>().size(), 8U);
  EXPECT_EQ(document["totals"]["observed"]["traffic"], traffic);
  EXPECT_EQ(document["totals"]["observed"]["engines"], layer["observed"]["engines"]);
  EXPECT_GT(document["simulation"]["wall_seconds"], 0.0);
  EXPECT_GT(document["simulation"]["simulated_seconds"], 0.0);
}

// A whole network on both DRAMs by both transports: what moves and what comes out is the same, and without
// data the same takes the same time, transaction by transaction.
TEST_F(ProgramTest, TimingOnlyIsTheSameButForTheData) {
  json reference;
  for (const std::string dram : {"simple", "ddr4-2400"}) {
    for (const std::string transport : {"lt", "at"}) {
      const std::string run = "run --network alexnet --buffer 256KiB --cache cache --dram " + dram +
                              " --memory-transport " + transport + (dram == "simple" ? "" : " --cpu native");
      SCOPED_TRACE(run);
      const json with_data = run_json(run);
      const json without = run_json(run + " --timing-only");
      if (reference.is_null()) reference = with_data;
      ASSERT_EQ(with_data["layers"].size(), 8u);
      ASSERT_EQ(without["layers"].size(), 8u);
      for (size_t i = 0; i < 8; ++i) {
        const json& layer = with_data["layers"][i];
        EXPECT_EQ(layer["observed"]["traffic"], reference["layers"][i]["observed"]["traffic"]);
        EXPECT_EQ(layer["output"], reference["layers"][i]["output"]);
        EXPECT_EQ(layer["output"]["verified"], true);
        EXPECT_EQ(without["layers"][i]["observed"], layer["observed"])
            << "cycles, latencies, control traffic";
        EXPECT_EQ(without["layers"][i]["output"], json());
        EXPECT_EQ(without["layers"][i]["match"], true);
      }
      EXPECT_EQ(without["totals"]["verified"], false);
      EXPECT_EQ(without.value("dram", json()), with_data.value("dram", json()));
    }
  }
  EXPECT_THAT(folder.run("run --layer layer.json --timing-only --output out.npy").err,
              HasSubstr("--output: not allowed together with --timing-only"));
}

TEST_F(ProgramTest, MonitorsTellBandwidthAndWhereItParts) {
  const std::string run =
      "run --layer layer.json --schedule schedule.json --cpu native --set monitor.window_ns=1000 "
      "--set monitor.drift_tolerance_percent=100 ";
  const json quiet = run_json(run + "--set monitor.bandwidth_tolerance_percent=100 --bandwidth bytes.csv");
  const json& layer = quiet["layers"][0];
  EXPECT_EQ(layer["divergences"], json::array());
  int64_t read_bytes = 0;
  for (const auto& [name, tensor] : layer["observed"]["initiators"][0]["tensors"].items()) {
    read_bytes += tensor["read_bytes"].get<int64_t>();
    int64_t count = 0;
    for (const json& bucket : tensor["latency_ns"]["histogram"]["count"]) count += bucket.get<int64_t>();
    EXPECT_EQ(count, tensor["reads"].get<int64_t>() + tensor["writes"].get<int64_t>()) << name;
  }
  EXPECT_EQ(layer["observed"]["initiators"][0]["name"], "hwc");
  EXPECT_EQ(layer["observed"]["initiators"][0]["read_bytes"], read_bytes);

  // The columns of the windows add up to the traffic.
  std::istringstream lines(folder.read("bytes.csv"));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(
      line,
      "layer,start_ns,end_ns,input_bytes,weight_bytes,output_bytes,psum_bytes,params_bytes,control_bytes,"
      "observed_gb_per_s,predicted_gb_per_s");
  std::vector<double> sums(11);
  while (std::getline(lines, line)) {
    std::istringstream cells(line);
    std::string cell;
    std::getline(cells, cell, ',');
    EXPECT_EQ(cell, "small");
    for (size_t i = 1; std::getline(cells, cell, ','); ++i) sums.at(i) += std::stod(cell);
  }
  const json& traffic = layer["observed"]["traffic"];
  EXPECT_EQ(sums[3], traffic["input_read"]);
  EXPECT_EQ(sums[4], traffic["weight_read"]);
  EXPECT_EQ(sums[5], traffic["output_write"]);
  EXPECT_EQ(sums[7], traffic["params_read"]);
  EXPECT_EQ(sums[8], layer["observed"]["control"]["read"].get<double>() +
                         layer["observed"]["control"]["write"].get<double>());

  const ProgramResult loud = folder.run(run + "--set monitor.bandwidth_tolerance_percent=0 --json");
  EXPECT_EQ(loud.status, 0) << "a bandwidth that parts is told, and fails nothing";
  EXPECT_THAT(loud.err, HasSubstr("/hwcvp/monitor: layer small: bandwidth: predicted"));
  EXPECT_EQ(json::parse(loud.out)["layers"][0]["divergences"][0]["quantity"], "bandwidth");
}

TEST_F(ProgramTest, BothProcessorsGiveTheSameTrafficAndOutput) {
  const json riscv = run_json("run --layer layer.json --schedule schedule.json --cpu riscv")["layers"][0];
  const json native = run_json("run --layer layer.json --schedule schedule.json --cpu native")["layers"][0];
  EXPECT_EQ(riscv["observed"]["traffic"], native["observed"]["traffic"]);
  EXPECT_EQ(riscv["output"], native["output"]);
}

TEST_F(ProgramTest, TheSeedAndNothingElseDecides) {
  const std::string run = "run --layer layer.json --schedule schedule.json ";
  const json first = run_json(run + "--seed 7 --threads 1");
  EXPECT_EQ(without_times(first), without_times(run_json(run + "--seed 7 --threads 2")));
  EXPECT_NE(first["layers"][0]["output"]["crc32"],
            run_json(run + "--seed 8")["layers"][0]["output"]["crc32"]);
  EXPECT_EQ(run_json(run + "--seed 1")["layers"][0]["output"], run_json(run)["layers"][0]["output"]);
}

TEST_F(ProgramTest, TakesAndWritesNumpyFiles) {
  folder.write("layer.json",
               R"({"in_channels": 2, "in_height": 5, "in_width": 4, "out_channels": 3, "group": 1,
                                 "kernel_shape": [2, 3], "input_type": "int16", "output_type": "int32"})");
  HostTensor input(DataType::int16, {1, 2, 5, 4});
  HostTensor weights(DataType::int8, {3, 2, 2, 3});
  HostTensor bias(DataType::int32, {3});
  fill_random(input, 1);
  fill_random(weights, 2);
  fill_random(bias, 3);
  write_npy(folder.path("input.npy").string(), input);
  write_npy(folder.path("weights.npy").string(), weights);
  write_npy(folder.path("bias.npy").string(), bias);
  const json document = run_json(
      "run --layer layer.json --input input.npy --weights weights.npy --bias bias.npy --output output.npy");

  Layer layer;
  layer.in_channels = 2;
  layer.in_height = 5;
  layer.in_width = 4;
  layer.out_channels = 3;
  layer.kernel_shape = {2, 3};
  layer.input_type = DataType::int16;
  layer.output_type = DataType::int32;
  const LayerParams params = random_params(layer, 0, bias);
  const HostTensor output = read_npy(folder.path("output.npy").string(), DataType::int32, {1, 3, 4, 2});
  EXPECT_EQ(output, reference_convolution(layer, input, weights, params).output);
  run_json("run --layer layer.json --input input.npy --weights weights.npy --output without.npy");
  const LayerParams without = random_params(layer, 0, HostTensor(DataType::int32, {3}));
  EXPECT_EQ(read_npy(folder.path("without.npy").string(), DataType::int32, {1, 3, 4, 2}),
            reference_convolution(layer, input, weights, without).output)
      << "weights without bias: none, not a random one";
  std::ostringstream crc;
  crc << std::hex << std::setw(8) << std::setfill('0') << output.crc32();
  EXPECT_EQ(document["layers"][0]["output"]["crc32"], crc.str());
}

// One output, by hand: padding is the zero point 10, so that only the four inputs of the corner count.
TEST_F(ProgramTest, RunsALayerOfUint8InSinglePrecision) {
  folder.write("layer.json",
               R"({"in_channels": 1, "in_height": 2, "in_width": 2, "out_channels": 2, "kernel_shape": [3, 3],
    "pads": [1, 1, 1, 1], "strides": [2, 2], "input_type": "uint8", "output_type": "uint8", "input_zero_point": 10,
    "scales": [0.5, 0.25], "output_zero_point": 100, "output_max": 110})");
  HostTensor input(DataType::uint8, {1, 1, 2, 2});
  HostTensor weights(DataType::int8, {2, 1, 3, 3});
  HostTensor bias(DataType::int32, {2});
  const uint8_t pixels[] = {0, 255, 11, 10};  // less the zero point: -10, 245, 1, 0
  std::copy_n(pixels, 4, input.data<uint8_t>());
  std::fill_n(weights.data<int8_t>(), 18, int8_t{1});
  bias.data<int32_t>()[0] = -233;
  bias.data<int32_t>()[1] = -238;
  write_npy(folder.path("input.npy").string(), input);
  write_npy(folder.path("weights.npy").string(), weights);
  write_npy(folder.path("bias.npy").string(), bias);
  const std::string run =
      "run --layer layer.json --input input.npy --weights weights.npy --bias bias.npy --output output.npy";
  const auto outputs = [this] {
    const HostTensor output = read_npy(folder.path("output.npy").string(), DataType::uint8, {1, 2, 1, 1});
    return std::vector<int>(output.data<uint8_t>(), output.data<uint8_t>() + 2);
  };
  const json document = run_json(run);
  EXPECT_EQ(outputs(), (std::vector<int>{102, 100})) << "1.5 and -0.5, to even";
  EXPECT_EQ(document["layers"][0]["observed"]["traffic"]["params_read"], 2 * 8);
  bias.data<int32_t>()[0] = 1000;
  bias.data<int32_t>()[1] = -1000;
  write_npy(folder.path("bias.npy").string(), bias);
  run_json(run);
  EXPECT_EQ(outputs(), (std::vector<int>{110, 0})) << "the layer's limit and the type's";
  run_json(run + " --relu");
  EXPECT_EQ(outputs(), (std::vector<int>{110, 100})) << "a real 0 is the zero point";
}

TEST_F(ProgramTest, ReluChangesTheOutput) {
  const std::string run = "run --layer layer.json --schedule schedule.json ";
  run_json(run + "--output plain.npy");
  run_json(run + "--relu --output relu.npy");
  const HostTensor plain = read_npy(folder.path("plain.npy").string(), DataType::int16, {1, 6, 6, 6});
  const HostTensor relu = read_npy(folder.path("relu.npy").string(), DataType::int16, {1, 6, 6, 6});
  int negative = 0;
  for (int64_t i = 0; i < plain.elements(); ++i) {
    const int16_t value = plain.data<int16_t>()[i];
    negative += value < 0 ? 1 : 0;
    EXPECT_EQ(relu.data<int16_t>()[i], std::max<int16_t>(value, 0)) << "element " << i;
  }
  EXPECT_GT(negative, 0) << "the case must have something to clamp";
}

// The worked case of the traffic model: for one group 69,984 + 614,400 + 186,624 bytes and no partial sums.
TEST_F(ProgramTest, PredictsTheWorkedCase) {
  folder.write("layer.json",
               R"({"in_channels": 96, "in_height": 27, "in_width": 27, "out_channels": 256, "group": 2,
    "kernel_shape": [5, 5], "pads": [2, 2, 2, 2], "input_type": "int16", "weight_type": "int16", "output_type": "int16"})");
  folder.write("schedule.json",
               R"({"loops": [{"dim": "G", "tile": 1}, {"dim": "OX", "tile": 15}, {"dim": "K", "tile": 9},
    {"dim": "FY", "tile": 1}], "buffer_level": {"input": 3, "weight": 4, "output": 4}})");
  const json document = run_json("predict --layer layer.json --schedule schedule.json");
  EXPECT_EQ(document["model"], "exact");
  EXPECT_EQ(document["traffic"]["input_read"], 2 * 69984);
  EXPECT_EQ(document["traffic"]["weight_read"], 2 * 614400);
  EXPECT_EQ(document["traffic"]["output_write"], 2 * 186624);
  EXPECT_EQ(document["traffic"]["psum_read"], 0);
  EXPECT_EQ(document["traffic"]["psum_write"], 0);
}

TEST_F(ProgramTest, SaysWhyCyclesAreNull) {
  folder.write(
      "layer.json",
      R"({"in_channels": 96, "in_height": 27, "in_width": 27, "out_channels": 256, "kernel_shape": [5, 5],
    "pads": [2, 2, 2, 2], "group": 2, "input_type": "int16", "weight_type": "int16", "output_type": "int16"})");
  folder.write("schedule.json",
               R"({"loops": [{"dim": "K", "tile": 64}, {"dim": "C", "tile": 16}, {"dim": "OY", "tile": 1},
    {"dim": "OX", "tile": 1}, {"dim": "K", "tile": 1}, {"dim": "C", "tile": 1}, {"dim": "FY", "tile": 1}, {"dim": "FX", "tile": 1}],
    "buffer_level": {"input": 2, "weight": 2, "output": 1}})");
  const std::string predict = "predict --layer layer.json --schedule schedule.json";
  const json document = run_json(predict);
  EXPECT_EQ(document["cycles"], nullptr);
  EXPECT_EQ(document["roofline"], nullptr);
  ASSERT_EQ(document["caveats"].size(), 1U);
  EXPECT_EQ(document["caveats"][0], "cycles are null: the schedule has too many different steps to follow");
  EXPECT_THAT(folder.run(predict).out,
              HasSubstr("cycles not predicted: the schedule has too many different steps"));
}

TEST_F(ProgramTest, PredictsCyclesAndRoofline) {
  const std::string predict = "predict --layer layer.json --schedule schedule.json";
  const std::string run = "run --layer layer.json --schedule schedule.json --timing-only";
  for (const std::string machine : {"", " --set dram.timing=ddr4-2400", " --set hwc.memory_transport=at"}) {
    const json predicted = run_json(predict + machine);
    const json ran = run_json(run + machine);
    EXPECT_EQ(predicted["cycles"], ran["layers"][0]["predicted"]["cycles"]) << machine;
    EXPECT_EQ(predicted["roofline"], ran["layers"][0]["predicted"]["roofline"]) << machine;
    EXPECT_LE(predicted["compute_cycles"], predicted["cycles"]) << machine;
    EXPECT_LE(predicted["transfer_cycles"], predicted["cycles"]) << machine;
    EXPECT_EQ(predicted["caveats"], json::array()) << machine;
    EXPECT_EQ(ran["caveats"], json::array()) << machine;
  }
  const std::string competing = " --set dram.timing=ddr4-2400 --set hwc.memory_transport=at";
  EXPECT_EQ(run_json(predict + competing)["caveats"].size(), 1u);
  EXPECT_EQ(run_json(run + competing)["caveats"], run_json(predict + competing)["caveats"]);
  EXPECT_THAT(folder.run(predict).out, HasSubstr("predicted cycles  compute cycles  transfer cycles"));
  EXPECT_THAT(folder.run(predict + competing).out,
              HasSubstr("predicted cycles are an estimate: transactions"));
  EXPECT_FALSE(run_json(predict + " --model zhang2015").contains("cycles")) << "it predicts no time";
}

// A layer of 10^9 outputs, one at a time, in boxes that hardly ever are alike.
TEST_F(ProgramTest, SaysThatTooManyStepsAreNotPredicted) {
  folder.write("large.json",
               R"({"in_channels": 1021, "in_height": 1021, "in_width": 1021, "out_channels": 1021,
    "kernel_shape": [3, 3], "pads": [1, 1, 1, 1]})");
  folder.write("deep.json",
               R"({"loops": [{"dim": "K", "tile": 341}, {"dim": "OY", "tile": 341}, {"dim": "C", "tile": 341},
    {"dim": "OX", "tile": 341}, {"dim": "K", "tile": 113}, {"dim": "OY", "tile": 113}, {"dim": "C", "tile": 113},
    {"dim": "OX", "tile": 113}, {"dim": "K", "tile": 37}, {"dim": "OY", "tile": 37}, {"dim": "C", "tile": 37},
    {"dim": "OX", "tile": 37}, {"dim": "K", "tile": 12}, {"dim": "OY", "tile": 12}, {"dim": "C", "tile": 12},
    {"dim": "OX", "tile": 12}], "buffer_level": {"input": 16, "weight": 16, "output": 16}})");
  const std::string predict = "predict --layer large.json --schedule deep.json";
  const json document = run_json(predict);
  EXPECT_TRUE(document["cycles"].is_null());
  EXPECT_TRUE(document["roofline"].is_null());
  EXPECT_GT(document["traffic"]["total"], 0);
  EXPECT_THAT(folder.run(predict).out, HasSubstr("cycles not predicted"));
}

TEST_F(ProgramTest, LayoutsChangeBurstsAndBusBytesAlone) {
  const std::string run = "run --layer layer.json --schedule schedule.json --cpu native ";
  const std::string narrow = " --set hwc.max_burst_bytes=64 --set bus.width_bytes=32";
  const json plain = run_json(run + narrow)["layers"][0];
  EXPECT_EQ(plain["layout"], (json{{"input", "nchw"}, {"weight", "nchw"}, {"output", "nchw"}}));
  int64_t least = plain["observed"]["bus_bytes"]["total"];
  for (const std::string layout : {"nhwc", "nchw4c", "input=nchw3c,output=nhwc"}) {
    const json other = run_json(run + narrow + " --layout " + layout)["layers"][0];
    EXPECT_EQ(other["match"], true) << layout;
    EXPECT_EQ(other["observed"]["traffic"], plain["observed"]["traffic"]) << layout;
    EXPECT_EQ(other["output"], plain["output"]) << layout;
    EXPECT_NE(other["observed"]["bursts"], plain["observed"]["bursts"]) << layout;
    EXPECT_GE(other["observed"]["bus_bytes"]["total"], other["observed"]["traffic"]["total"]) << layout;
    least = std::min(least, other["observed"]["bus_bytes"]["total"].get<int64_t>());

    const json predicted =
        run_json("predict --layer layer.json --schedule schedule.json" + narrow + " --layout " + layout);
    for (const char* field : {"traffic", "bursts", "bus_bytes"}) {
      EXPECT_EQ(other["predicted"][field], other["observed"][field]) << layout << ", " << field;
      EXPECT_EQ(predicted[field], other["observed"][field]) << layout << ", " << field;
    }
    EXPECT_EQ(predicted["layout"], other["layout"]) << layout;
    const int64_t cycles = run_json(
        "predict --layer layer.json --schedule schedule.json --set "
        "control_processor.kind=native" +
        narrow + " --layout " + layout)["cycles"];
    EXPECT_EQ(cycles, other["predicted"]["cycles"]) << layout;
    EXPECT_NEAR(cycles, other["observed"]["cycles"], 0.001 * static_cast<double>(cycles)) << layout;
  }
  const json chosen = run_json(run + narrow + " --layout any")["layers"][0];
  EXPECT_LE(chosen["observed"]["bus_bytes"]["total"], least);
  EXPECT_EQ(chosen["output"], plain["output"]);

  const json found = run_json("optimize --layer layer.json --buffer 512 --layout any" + narrow)["layers"][0];
  EXPECT_GE(found["bus_bytes"]["total"], found["traffic"]["total"]);
  EXPECT_FALSE(run_json("optimize --layer layer.json --buffer 512")["layers"][0].contains("bus_bytes"));
  EXPECT_THAT(folder.run(run + "--layout input=nhwc --details bus").out, HasSubstr("nhwc, nchw, nchw"));
}

TEST_F(ProgramTest, SaysWhereTheLeastBytesTakeMuchLonger) {
  folder.write("deep.json", R"({"name": "deep", "in_channels": 256, "in_height": 14, "in_width": 14,
                                "out_channels": 256, "kernel_shape": [3, 3], "pads": [1, 1, 1, 1]})");
  // The line may break anywhere.
  const auto hints = [&](const std::string& command) {
    std::string text = folder.run(command + " --layer deep.json --buffer 16KiB").out;
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text.find("--objective balanced looks for the least bytes at nearly full speed") !=
           std::string::npos;
  };
  for (const std::string command : {"optimize", "run --timing-only --cpu native"}) {
    EXPECT_TRUE(hints(command)) << command;
    EXPECT_FALSE(hints(command + " --objective balanced")) << command;
  }
}

TEST_F(ProgramTest, OptimizedSchedulesRunAsPredicted) {
  const json found = run_json("optimize --layer layer.json --buffer 512 --output-dir found")["layers"][0];
  EXPECT_LE(found["buffer"]["total"], 512);
  EXPECT_GE(found["traffic"]["total"], found["lower_bound"]["proven"]);
  EXPECT_GE(found["lower_bound"]["proven"], found["lower_bound"]["compulsory"]);
  EXPECT_EQ(found["optimal"], found["traffic"]["total"] == found["lower_bound"]["proven"]);
  EXPECT_EQ(json::parse(folder.read("found/small.schedule.json")), found["schedule"]);
  const json run = run_json(
      "run --layer found/small.layer.json --schedule found/small.schedule.json --buffer 512 --output-dir "
      "found");
  EXPECT_EQ(run["layers"][0]["observed"]["traffic"], found["traffic"]);
  json written = json::parse(folder.read("found/report.json"));
  EXPECT_THAT(written["provenance"]["command"].get<std::string>(),
              HasSubstr("hwcvp run --layer found/small"));
  EXPECT_EQ(written["provenance"]["seed"], 1);
  EXPECT_EQ(written["provenance"]["platform"]["hwc"]["buffer_bytes"], 512);
  written.erase("provenance");
  EXPECT_EQ(written, run);
  EXPECT_NO_THROW(read_npy(folder.path("found/small.output.npy").string(), DataType::int16, {1, 6, 6, 6}));
}

TEST_F(ProgramTest, ListsNetworksAndLayersThatRun) {
  const json list = run_json("networks");
  ASSERT_FALSE(list["networks"].empty());
  const json network = run_json("networks " + list["networks"][0]["name"].get<std::string>());
  EXPECT_EQ(network["layers"].size(), list["networks"][0]["layers"]);
  folder.write("layer.json", network["layers"][0].dump());
  folder.write("schedule.json", R"({"loops": [], "buffer_level": {"input": 0, "weight": 0, "output": 0}})");
  EXPECT_GT(run_json("predict --layer layer.json --schedule schedule.json")["traffic"]["total"], 0);
}

TEST_F(ProgramTest, ThePrintedPlatformIsAPlatformFile) {
  const ProgramResult first =
      folder.run("platform > machine.json && '" HWCVP_PROGRAM "' platform --platform machine.json");
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.out, folder.read("machine.json"));
  EXPECT_EQ(folder.run("run --layer layer.json --platform machine.json").status, 0);
}

TEST_F(ProgramTest, AFasterMachineTakesFewerCyclesForTheSameBytes) {
  folder.write("slow.json", R"({"dram": {"bandwidth_gb_per_s": 0.01}})");
  const std::string run = "run --layer layer.json --schedule schedule.json --cpu native";
  const json fast = run_json(run)["layers"][0];
  const json slow = run_json(run + " --platform slow.json")["layers"][0];
  EXPECT_EQ(fast["observed"]["traffic"], slow["observed"]["traffic"]);
  EXPECT_LT(fast["observed"]["cycles"], slow["observed"]["cycles"]);
  EXPECT_LT(fast["predicted"]["cycles"], slow["predicted"]["cycles"]);
}

TEST_F(ProgramTest, TablesNameTheLayerAndTheVerdict) {
  const ProgramResult result = folder.run("run --layer layer.json --schedule schedule.json --details");
  EXPECT_EQ(result.status, 0);
  for (const char* text : {"small", "[i] K:2 [w o]", "predicted", "observed", "958", "yes", "verified",
                           "\nAgreed: 1 layer moved "}) {
    EXPECT_THAT(result.out, HasSubstr(text));
  }
  EXPECT_EQ(result.err, "") << "progress is for terminals";
}

TEST_F(ProgramTest, VerboseLogsCommandsAndFiles) {
  const std::string run = "run --layer layer.json --schedule schedule.json";
  EXPECT_THAT(folder.run(run).err, Not(HasSubstr("debug")));
  const std::string log = folder.run(run + " --verbose").err;
  EXPECT_THAT(log, HasSubstr("hwcvp: debug: firmware image "));
  EXPECT_THAT(log, HasSubstr("hwcvp: debug: layer small: "));
  EXPECT_THAT(log, HasSubstr(" 3 compute and "));
}

// Each example that --help shows is run as it stands.
TEST_F(ProgramTest, HelpShowsExamplesThatWork) {
  for (const char* command : {"networks", "predict", "optimize", "run", "accuracy", "platform"}) {
    const ProgramResult help = folder.run(std::string(command) + " --help");
    ASSERT_EQ(help.status, 0) << help.err;
    const size_t start = help.out.find("\nExample:\n");
    ASSERT_NE(start, std::string::npos) << help.out;
    const std::string example = help.out.substr(start + 10);
    const ProgramResult result =
        folder.shell("set -e\nPATH=$(dirname '" HWCVP_PROGRAM "'):$PATH\n" + example);
    EXPECT_EQ(result.status, 0) << example << result.err;
  }
  EXPECT_EQ(folder.run("--help").status, 0);
}

TEST_F(ProgramTest, AnInterruptLeavesTheLayersThatWereDone) {
  // One command for each multiplication: far more than can be done before the interrupt.
  folder.write("layer.json", R"({"in_channels": 64, "in_height": 64, "in_width": 64, "out_channels": 64,
                                 "kernel_shape": [3, 3]})");
  folder.write("schedule.json",
               R"({"loops": [{"dim": "K", "tile": 1}, {"dim": "C", "tile": 1}, {"dim": "OY", "tile": 1},
    {"dim": "OX", "tile": 1}, {"dim": "FY", "tile": 1}, {"dim": "FX", "tile": 1}],
    "buffer_level": {"input": 6, "weight": 6, "output": 6}})");
  const ProgramResult result =
      folder.shell("timeout --foreground --preserve-status -s INT 4 '" HWCVP_PROGRAM
                   "' run --layer layer.json --schedule schedule.json --cpu native --json");
  EXPECT_EQ(result.status, 130) << result.err;
  const json document = json::parse(result.out, nullptr, false);
  ASSERT_TRUE(document.is_object()) << result.out;
  EXPECT_EQ(document["complete"], false);
  EXPECT_EQ(document["layers"].size(), 0U);
  EXPECT_THAT(result.err, HasSubstr("hwcvp: interrupted"));
}

TEST_F(ProgramTest, AnInterruptedSearchGivesTheBestSoFar) {
  // At once or in the middle of the search, which alone takes longer for these layers.
  const ProgramResult result =
      folder.shell("timeout --foreground --preserve-status -s INT " + kSoon +
                   " '" HWCVP_PROGRAM "' optimize --network googlenet --buffer 16KiB --threads 1 --json");
  EXPECT_EQ(result.status, 130) << result.err;
  const json document = json::parse(result.out, nullptr, false);
  ASSERT_TRUE(document.is_object()) << result.out;
  EXPECT_EQ(document["layers"].size(), 58U);
  for (const json& layer : document["layers"]) {
    EXPECT_LE(layer["buffer"]["total"], 16384) << layer["name"];
    EXPECT_LE(layer["lower_bound"]["proven"], layer["traffic"]["total"]) << layer["name"];
    EXPECT_EQ(layer["optimal"], layer["lower_bound"]["proven"] == layer["traffic"]["total"]) << layer["name"];
  }
}

TEST_F(ProgramTest, AnInterruptedSearchOfARunGivesTheSchedulesSoFar) {
  const ProgramResult result = folder.shell(
      "timeout --foreground --preserve-status -s INT " + kSoon +
      " '" HWCVP_PROGRAM "' run --network googlenet --buffer 16KiB --threads 1 --cpu native --json");
  EXPECT_EQ(result.status, 130) << result.err;
  const json document = json::parse(result.out, nullptr, false);
  ASSERT_TRUE(document.is_object()) << result.out;
  EXPECT_EQ(document["complete"], false);
  EXPECT_EQ(document["layers"].size() + document["not_run"].size(), 58U);
  EXPECT_EQ(document["totals"].is_null(), document["layers"].empty()) << "nothing was verified";
  for (const json& layer : document["not_run"]) {
    EXPECT_LE(layer["buffer"]["total"], 16384) << layer["name"];
    EXPECT_GT(layer["predicted"]["traffic"]["total"], 0) << layer["name"];
  }
}

TEST_F(ProgramTest, ARunThatIsInterruptedInItsSearchPrintsNoEmptyTables) {
  const ProgramResult result = folder.shell(
      "timeout --foreground --preserve-status -s TERM " + kSoon +
      " '" HWCVP_PROGRAM "' run --network googlenet --buffer 1KiB --threads 1 --cpu native --details");
  EXPECT_EQ(result.status, 130) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\nLayer conv1/7x7_s2, not run\n"));
  EXPECT_THAT(result.out, HasSubstr("\nINTERRUPTED after 0 layers (exit status 130).\n"));
  EXPECT_EQ(result.out.find("initiator "), std::string::npos) << "a table of what was simulated";
  EXPECT_EQ(result.out.find(" simulated in "), std::string::npos);
}

TEST_F(ProgramTest, ConstraintsHoldInTheScheduleThatRuns) {
  folder.write("constraints.json", R"({"tile_multiple": {"K": 4}, "outer_loops": [{"dim": "OY", "tile": 4}],
      "buffer_level": {"weight": 3}, "double_buffer": {"input": true}, "price": {"input_read": 3}})");
  const json layer = run_json(
      "run --layer layer.json --buffer 1KiB --cpu native --constraints constraints.json")["layers"][0];
  EXPECT_EQ(layer["match"], true);
  EXPECT_EQ(layer["output"]["verified"], true);
  const json& schedule = layer["schedule"];
  EXPECT_EQ(schedule["loops"][0], json({{"dim", "OY"}, {"tile", 4}}));
  EXPECT_EQ(schedule["buffer_level"]["weight"], 3);
  EXPECT_EQ(schedule["double_buffer"]["input"], true);
  const json found =
      run_json("optimize --layer layer.json --buffer 1KiB --constraints constraints.json")["layers"][0];
  EXPECT_EQ(found["schedule"], schedule);
  const json& traffic = found["traffic"];
  EXPECT_EQ(found["cost"]["total"].get<int64_t>(),
            traffic["total"].get<int64_t>() + 2 * traffic["input_read"].get<int64_t>());
}

TEST_F(ProgramTest, TheFastestScheduleRuns) {
  const std::string search = "--layer layer.json --buffer 1KiB --objective latency --cache solved";
  for (const std::string layout : {"", " --layout any"}) {
    const json document = run_json("optimize --set control_processor.kind=native " + search + layout);
    EXPECT_EQ(document["caveats"], json::array());
    const json& found = document["layers"][0];
    EXPECT_EQ(found["optimal"], false);
    EXPECT_LE(found["latency"]["lower_bound"], found["latency"]["cycles"]);
    const json ran = run_json("run --cpu native " + search + layout)["layers"][0];
    EXPECT_EQ(ran["match"], true);
    EXPECT_EQ(ran["schedule"], found["schedule"]);
    EXPECT_EQ(ran["predicted"]["cycles"], found["latency"]["cycles"]) << layout;
  }
}

TEST_F(ProgramTest, OutputThatCannotBeWrittenIsStatus3) {
  const ProgramResult full = folder.run("platform > /dev/full");
  EXPECT_EQ(full.status, 3);
  EXPECT_EQ(full.err, "hwcvp: standard output: cannot be written\n");
}

// The log is control traffic: at no level may it change what tensors move, and without it nothing is there.
TEST_F(ProgramTest, FirmwareLogTellsWhatItsLevelSays) {
  for (const std::string cpu : {"riscv", "native"}) {
    SCOPED_TRACE(cpu);
    const std::string run = "run --layer layer.json --schedule schedule.json --json --cpu " + cpu;
    const ProgramResult silent = folder.run(run);
    EXPECT_THAT(silent.err, Not(HasSubstr("firmware")));
    const json without = json::parse(silent.out)["layers"][0];
    int64_t control = without["observed"]["control"]["write"];
    for (const std::string level : {"error", "info", "debug"}) {
      SCOPED_TRACE(level);
      const ProgramResult result = folder.run(run + " --firmware-log " + level);
      ASSERT_EQ(result.status, 0) << result.err;
      const bool info = level != "error";
      const auto expect_line = [&](bool there, const std::string& text) {
        EXPECT_EQ(there, result.err.find(text) != std::string::npos) << text << "\n" << result.err;
      };
      expect_line(info,
                  " us: info: layer 4 x 8 x 8 to 6 x 6 x 6, batch 1, kernel 3 x 3, 1 groups, 1 loops\n");
      expect_line(info, " us: info: job done: ");
      expect_line(level == "debug", " us: debug: loop 0 over K, extent 6, in tiles of 2\n");
      const json with = json::parse(result.out)["layers"][0];
      EXPECT_EQ(without["observed"]["traffic"], with["observed"]["traffic"]);
      EXPECT_EQ(without["output"], with["output"]);
      EXPECT_EQ(without["match"], with["match"]);
      const int64_t more = with["observed"]["control"]["write"];
      if (info) {
        EXPECT_LT(control, more);
      } else {
        EXPECT_EQ(without["observed"], with["observed"]) << "no line, no cost";
      }
      control = more;
    }
  }
}

}  // namespace
}  // namespace hwcvp
