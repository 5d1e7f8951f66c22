// `optimize` and `sweep --operators all`: whole networks, held to what `infer` observes of the machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "platform/onnx_export/onnx_export.h"
#include "tests/support/environment.h"
#include "tests/support/graph/random_graph.h"
#include "tests/support/program/program.h"
#include "tests/support/program/program_json.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class Operators : public testing::Test {
 protected:
  json run_json(const std::string& arguments) const { return hwcvp::run_json(folder, arguments); }

  // What is predicted of each operator, against what the machine does.
  void expect_as_observed(const json& predicted, const json& inferred) const {
    ASSERT_EQ(predicted["operators"].size(), inferred["operators"].size());
    for (size_t i = 0; i < predicted["operators"].size(); ++i) {
      const json& mine = predicted["operators"][i];
      const json& other = inferred["operators"][i];
      for (const char* field : {"name", "type", "engine", "inputs", "outputs", "predicted"})
        EXPECT_EQ(mine[field], other[field]) << field;
      EXPECT_EQ(mine["predicted"]["traffic"], other["observed"]["traffic"]) << other;
    }
    EXPECT_EQ(predicted["totals"]["predicted"], inferred["totals"]["predicted"]);
    EXPECT_EQ(predicted["totals"]["predicted"]["traffic"], inferred["totals"]["observed"]["traffic"]);
    EXPECT_EQ(predicted["totals"]["macs"], inferred["totals"]["macs"]);
    EXPECT_EQ(predicted["memory"], inferred["memory"]);
  }

  const ProgramFolder folder;
};

TEST_F(Operators, CountsWhatInferObserves) {
  const std::string network = " --network mobilenetv2 --buffer 64KiB --cache cache";
  const json predicted = run_json("optimize --operators all" + network);
  expect_as_observed(predicted, run_json("infer --timing-only" + network));
  const json& traffic = predicted["totals"]["predicted"]["traffic"];
  EXPECT_EQ(traffic["total"].get<int64_t>() - traffic["params_read"].get<int64_t>(), 17'629'224);
  // Layers are the graph's, with the fields and the traffic that they have by themselves.
  const json alone = run_json("optimize" + network);
  EXPECT_EQ(alone.size(), 1U);
  ASSERT_EQ(predicted["layers"].size(), alone["layers"].size());
  for (size_t i = 0; i < alone["layers"].size(); ++i) {
    const json& layer = predicted["layers"][i];
    EXPECT_EQ(layer["name"], alone["layers"][i]["name"]);
    EXPECT_EQ(layer["traffic"]["input_read"], alone["layers"][i]["traffic"]["input_read"]);
    for (const auto& [field, value] : alone["layers"][i].items()) EXPECT_TRUE(layer.contains(field)) << field;
  }
}

TEST_F(Operators, CountsEveryKindOfOperator) {
  const auto graphs = static_cast<uint64_t>(from_environment("HWCVP_OPERATOR_GRAPHS", 12));
  RandomGraphOptions kinds;
  kinds.tables = false;  // files have no nodes for all functions
  for (uint64_t seed = 1; seed <= graphs; ++seed) {
    SCOPED_TRACE(seed);
    write_onnx(random_graph(seed, kinds), folder.path("graph.onnx").string());
    const std::string network = " --network graph.onnx --buffer 8KiB --set hwc.vector_lanes=3";
    expect_as_observed(run_json("optimize --operators all" + network),
                       run_json("infer --timing-only" + network));
  }
}

TEST_F(Operators, SweepsTheWholeNetwork) {
  const std::string network = " --network squeezenet1.1 --operators all --cache cache";
  const json swept = run_json("sweep --buffers 32KiB,64KiB,96KiB" + network);
  ASSERT_EQ(swept["whole_network"].size(), swept["totals"].size());
  int64_t before = std::numeric_limits<int64_t>::max();
  for (const json& point : swept["whole_network"]) {
    ASSERT_TRUE(point["fits"]) << point;
    const int64_t buffer = point["buffer_bytes"];
    const json found = run_json("optimize --buffer " + std::to_string(buffer) + network);
    EXPECT_EQ(point["totals"]["predicted"]["traffic"]["total"],
              found["totals"]["predicted"]["traffic"]["total"]);
    EXPECT_LE(point["totals"]["used_bytes"], buffer);
    const int64_t traffic = point["totals"]["predicted"]["traffic"]["total"];
    EXPECT_EQ(point["front"], traffic < before) << buffer;
    before = std::min(before, traffic);
    int64_t sum = 0;
    for (const json& op : point["operators"]) sum += op["predicted"]["traffic"]["total"].get<int64_t>();
    EXPECT_EQ(traffic, sum);
  }
  EXPECT_TRUE(swept["complete"]);
  EXPECT_FALSE(
      run_json("sweep --network squeezenet1.1 --buffers 64KiB --cache cache").contains("whole_network"));
}

TEST_F(Operators, TellsAtWhichSizeAnOperatorDoesNotFit) {
  graph::Graph net;  // a pooling that needs more than the convolution behind it
  net.name = "pooled";
  net.values = {{"x", {1, 8, 40, 1}, DataType::uint8, 1, 0}, {"y", {1, 8, 1, 1}, DataType::uint8, 1, 0}};
  Layer layer;
  layer.name = "pool";
  layer.in_channels = layer.out_channels = layer.group = 8;
  layer.in_height = 40;
  layer.in_width = 1;
  layer.kernel_shape = {40, 1};
  layer.input_type = layer.output_type = DataType::uint8;
  net.operators = {{"pool", "MaxPool", {0}, 1, graph::Pooling{graph::Pooling::Kind::max, layer, false}}};
  net.values.push_back({"z", {1, 1, 1, 1}, DataType::uint8, 1, 0});
  graph::Convolution convolution;
  convolution.layer.name = "conv";
  convolution.layer.in_channels = 8;
  convolution.layer.out_channels = 1;
  convolution.layer.input_type = convolution.layer.output_type = DataType::uint8;
  convolution.layer.scales = {0.125F};
  convolution.weights = HostTensor(DataType::int8, weight_shape(convolution.layer));
  convolution.bias = {0};
  net.operators.push_back({"conv", "Conv", {1}, 2, convolution});
  net.inputs = {0};
  net.outputs = {2};
  write_onnx(net, folder.path("pooled.onnx").string());

  const json points =
      run_json("sweep --network pooled.onnx --operators all --buffers 32,1KiB")["whole_network"];
  ASSERT_EQ(points.size(), 2U);
  EXPECT_FALSE(points[0]["fits"]);
  EXPECT_THAT(points[0]["reason"].get<std::string>(), HasSubstr("operator pool: expected at least"));
  EXPECT_TRUE(points[1]["fits"]);
  EXPECT_TRUE(points[1]["front"]);
  const ProgramResult text =
      folder.run("sweep --network pooled.onnx --operators all --buffers 32,1KiB --details network");
  EXPECT_THAT(text.out, HasSubstr("32 B: operator pool: expected at least"));
}

TEST_F(Operators, RefusesWhatItCannotCount) {
  folder.write("layer.json", R"({"in_channels": 1, "in_height": 1, "in_width": 1, "out_channels": 1,
                                 "kernel_shape": [1, 1]})");
  const std::pair<const char*, const char*> kCases[] = {
      {"--network squeezenet1.1 --operators some",
       "--operators: expected one of layers, all, found \"some\""},
      {"--network squeezenet1.1 --batch 2", "--batch: expected --operators all with it"},
      {"--network squeezenet1.1 --types uint8", "--types: expected an ONNX file with it"},
      {"--network squeezenet1.1 --operators all --types int16", "--types: expected one of uint8, int8"},
      {"--network nothing --operators all", "nothing"},
      {"--layer layer.json --operators all", "--layer: not allowed together with --operators"},
  };
  for (const auto& [arguments, problem] : kCases) {
    for (const char* command : {"optimize --buffer 1KiB ", "sweep --buffers 1KiB "}) {
      const ProgramResult result = folder.run(std::string(command) + arguments);
      EXPECT_EQ(result.status, 2) << arguments << ": " << result.err;
      EXPECT_EQ(result.out, "");
      EXPECT_THAT(result.err, HasSubstr(problem)) << arguments;
    }
  }
  const ProgramResult layout =
      folder.run("optimize --buffer 1KiB --network squeezenet1.1 --operators all --layout nhwc");
  EXPECT_THAT(layout.err, HasSubstr("--layout: not allowed together with --operators"));
  EXPECT_EQ(layout.status, 2);
}

}  // namespace
}  // namespace hwcvp
