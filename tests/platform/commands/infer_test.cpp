// `hwcvp infer`: whole networks, as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "platform/onnx_export/onnx_export.h"
#include "platform/tensor/npy.h"
#include "tests/support/graph/random_graph.h"
#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of('\n');
  return text.substr(text.rfind('\n', end) + 1, end - text.rfind('\n', end));
}

// A picture's way to a class: convolution, pooling, addition, global average, classes.
graph::Graph small_network() {
  graph::Graph net;
  net.name = "small";
  const auto value = [&net](const char* name, Shape shape, DataType type, float scale, int32_t zero) {
    net.values.push_back({name, std::move(shape), type, scale, zero});
    return net.values.size() - 1;
  };
  const auto x = value("picture", {1, 3, 8, 8}, DataType::float32, 1, 0);
  const auto q = value("quantized", {1, 3, 8, 8}, DataType::uint8, 1.0F / 256, 0);
  const auto a = value("features", {1, 4, 8, 8}, DataType::uint8, 0.02F, 10);
  const auto p = value("pooled", {1, 4, 4, 4}, DataType::uint8, 0.02F, 10);
  const auto b = value("averaged", {1, 4, 4, 4}, DataType::uint8, 0.018F, 5);
  const auto s = value("sum", {1, 4, 4, 4}, DataType::uint8, 0.03F, 7);
  const auto m = value("mean", {1, 4, 1, 1}, DataType::uint8, 0.01F, 0);
  const auto f = value("flat", {1, 4}, DataType::uint8, 0.01F, 0);
  const auto y = value("classes", {1, 5}, DataType::uint8, 0.05F, 128);
  const auto r = value("logits", {1, 5}, DataType::float32, 1, 0);
  const auto convolution = [](Layer layer, float x_scale, float y_scale) {
    graph::Convolution action;
    layer.input_type = layer.output_type = DataType::uint8;
    action.weights = HostTensor(DataType::int8, weight_shape(layer));
    for (int64_t i = 0; i < action.weights.elements(); ++i) {
      action.weights.data<int8_t>()[i] = static_cast<int8_t>(i * 37 % 255 - 127);
    }
    for (int64_t k = 0; k < layer.out_channels; ++k) {
      action.bias.push_back(static_cast<int32_t>(k * 1000 - 2000));
      layer.scales.push_back(x_scale * (0.01F + 0.001F * static_cast<float>(k)) / y_scale);
    }
    action.layer = std::move(layer);
    return action;
  };
  Layer conv;
  conv.name = "conv";
  conv.in_channels = 3;
  conv.in_height = conv.in_width = 8;
  conv.out_channels = 4;
  conv.kernel_shape = {3, 3};
  conv.pads = {1, 1, 1, 1};
  conv.output_zero_point = 10;
  Layer pool = conv;
  pool.name = "pool";
  pool.in_channels = pool.out_channels = pool.group = 4;
  pool.kernel_shape = pool.strides = {2, 2};
  pool.pads = {0, 0, 0, 0};
  pool.input_type = pool.output_type = DataType::uint8;
  pool.input_zero_point = 10;
  Layer mean = pool;
  mean.name = "mean";
  mean.in_height = mean.in_width = 4;
  mean.kernel_shape = {4, 4};
  mean.strides = {1, 1};
  mean.input_zero_point = 7;
  mean.output_zero_point = 0;
  Layer fully;
  fully.name = "classes";
  fully.in_channels = 4;
  fully.out_channels = 5;
  fully.output_zero_point = 128;
  net.operators.push_back({"quantize", "QuantizeLinear", {x}, q, graph::Quantize{}});
  net.operators.push_back({"conv", "Conv", {q}, a, convolution(conv, 1.0F / 256, 0.02F)});
  net.operators.push_back(
      {"pool", "MaxPool", {a}, p, graph::Pooling{graph::Pooling::Kind::max, pool, false}});
  Layer average = pool;
  average.output_zero_point = 5;
  net.operators.push_back(
      {"average", "AveragePool", {a}, b, graph::Pooling{graph::Pooling::Kind::average, average, false}});
  net.operators.push_back({"add", "Add", {p, b}, s, graph::Binary{}});
  net.operators.push_back({"average",
                           "GlobalAveragePool",
                           {s},
                           m,
                           graph::Pooling{graph::Pooling::Kind::global_average, mean, false}});
  net.operators.push_back({"flatten", "Flatten", {m}, f, graph::View{}});
  net.operators.push_back({"gemm", "Gemm", {f}, y, convolution(fully, 0.01F, 0.05F)});
  net.operators.push_back({"dequantize", "DequantizeLinear", {y}, r, graph::Dequantize{}});
  net.inputs = {x};
  net.outputs = {r};
  return net;
}

class Infer : public testing::Test {
 protected:
  Infer() { write_onnx(small_network(), folder.path("small.onnx").string()); }

  json run_json(const std::string& options) const {
    const ProgramResult result = folder.run("infer --network small.onnx --json " + options);
    EXPECT_EQ(result.status, 0) << result.err;
    return json::parse(result.out);
  }

  static json tensor(const json& document, const std::string& name) {
    for (const json& tensor : document["tensors"]) {
      if (tensor["name"] == name) return tensor;
    }
    ADD_FAILURE() << "no tensor " << name;
    return {};
  }

  const ProgramFolder folder;
};

TEST_F(Infer, RunsABuiltInNetworkWithEverythingIn) {
  const ProgramResult result = folder.run("infer --network squeezenet1.1 --buffer 64KiB");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(last_line(result.out), StartsWith("Agreed: "));
  EXPECT_THAT(last_line(result.out), HasSubstr("right bit for bit"));
  std::istringstream lines(result.out);
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_LE(count, 30U);
  EXPECT_THAT(result.out, HasSubstr("CRC-32"));
}

TEST_F(Infer, TellsEachOperatorItsTrafficAndOutput) {
  const json document = run_json("--buffer 16KiB");
  const std::vector<std::string> engines = {"host",   "compute", "vector",  "vector", "vector",
                                            "vector", "none",    "compute", "host"};
  ASSERT_EQ(document["operators"].size(), engines.size());
  int64_t total = 0;
  for (size_t i = 0; i < engines.size(); ++i) {
    const json& op = document["operators"][i];
    EXPECT_EQ(op["engine"], engines[i]) << op;
    EXPECT_TRUE(op["match"]) << op;
    EXPECT_EQ(op["predicted"]["traffic"], op["observed"]["traffic"]);
    total += op["observed"]["traffic"]["total"].get<int64_t>();
    EXPECT_EQ(op["output"].is_null(), engines[i] == "host") << op;
    if (!op["output"].is_null()) {
      EXPECT_TRUE(op["output"]["verified"]) << op;
    }
    if (engines[i] == "compute" || engines[i] == "vector") {
      EXPECT_GT(op["observed"]["cycles"], 0);
      EXPECT_GT(op["predicted"]["cycles"], 0);
    }
  }
  // Each element once: conv 3*64 + 4*27 + 4*64 + 4*8, pool 256 + 64, add 128 + 64, average 64 + 4, gemm 4 +
  // 20 + 5 + 5*8.
  EXPECT_EQ(document["operators"][1]["observed"]["traffic"]["total"], 192 + 108 + 256 + 32);
  EXPECT_EQ(document["operators"][2]["observed"]["traffic"]["total"], 320);
  EXPECT_EQ(document["operators"][4]["observed"]["traffic"]["total"], 192);
  EXPECT_EQ(document["operators"][5]["observed"]["traffic"]["total"], 68);
  EXPECT_EQ(document["operators"][7]["observed"]["traffic"]["total"], 4 + 20 + 5 + 40);
  EXPECT_EQ(document["totals"]["observed"]["traffic"]["total"], total);
  EXPECT_EQ(document["outputs"][0]["top"].size(), 5U);
  EXPECT_GT(document["memory"]["peak_bytes"], 0);
}

TEST_F(Infer, GivesTheSameOnEveryMachine) {
  const json first = run_json("");
  for (const char* options :
       {"--cpu native", "--memory-transport at", "--dram ddr4-2400", "--dram ddr4-2400 --memory-transport at",
        "--buffer 1KiB", "--set hwc.vector_lanes=3", "--max-burst 16 --outstanding 1", "--threads 1"}) {
    const json other = run_json(options);
    EXPECT_EQ(other["outputs"], first["outputs"]) << options;
    for (const json& op : other["operators"]) EXPECT_TRUE(op["match"]) << options << op;
  }
  EXPECT_NE(run_json("--seed 2")["outputs"][0]["crc32"], first["outputs"][0]["crc32"]);
}

TEST_F(Infer, TakesTheSameTimeWithoutData) {
  const json with = run_json("");
  const json without = run_json("--timing-only");
  for (size_t i = 0; i < with["operators"].size(); ++i) {
    EXPECT_EQ(with["operators"][i]["observed"], without["operators"][i]["observed"]);
    EXPECT_EQ(without["operators"][i]["output"], nullptr);
  }
}

TEST_F(Infer, KeepsTensorsOfStacksOnChip) {
  const json alone = run_json("--buffer 16KiB");
  const json document = run_json("--buffer 16KiB --stacks");
  EXPECT_EQ(document["outputs"], alone["outputs"]);
  // All that is left is the floor and constants: input, weights and output once.
  ASSERT_EQ(document["stacks"].size(), 4U) << document["stacks"];  // two steps of the host, a view, the rest
  const json& stack = document["stacks"][1];
  EXPECT_EQ(stack["ops"], json({"conv", "pool", "average", "add", "average_2", "gemm"}));
  EXPECT_EQ(stack["observed"]["traffic"], json({{"input_read", 192},
                                                {"weight_read", 108 + 20},
                                                {"output_write", 5},
                                                {"psum_read", 0},
                                                {"psum_write", 0},
                                                {"params_read", 32 + 40},
                                                {"total", 192 + 128 + 5 + 72}}));
  EXPECT_EQ(stack["predicted"]["traffic"], stack["observed"]["traffic"]);
  EXPECT_EQ(document["totals"]["observed"]["traffic"], stack["observed"]["traffic"]);
  EXPECT_GT(stack["observed"]["cycles"], 0);
  EXPECT_EQ(document["totals"]["observed"]["cycles"], stack["observed"]["cycles"]);
  EXPECT_TRUE(stack["match"]);
  EXPECT_TRUE(document["totals"]["match"]);
  EXPECT_LE(stack["buffer"]["total"], 16384);
  EXPECT_EQ(stack["macs_again"], 0);
  EXPECT_EQ(stack["macs"], 4 * 64 * 27 + 20);
  for (const char* field : {"ops", "outer", "inner", "piece", "weights", "tile"})
    EXPECT_TRUE(stack["schedule"].contains(field)) << field;
  // Each tensor, weights and constants.
  std::map<std::string, int64_t> moved;
  for (const json& part : stack["tensors"]) {
    EXPECT_TRUE(part["match"]) << part;
    EXPECT_EQ(part["predicted"], part["observed"]);
    moved[part["kind"].get<std::string>() + " " + part["name"].get<std::string>()] = part["observed"];
  }
  const std::map<std::string, int64_t> expected = {{"input quantized", 192}, {"output classes", 5},
                                                   {"weights conv", 108},    {"constants conv", 32},
                                                   {"weights gemm", 20},     {"constants gemm", 40}};
  EXPECT_EQ(moved, expected);
  for (const json& op : document["operators"]) {
    EXPECT_TRUE(op["match"]) << op;
    const bool inside = op["stack"] == 1;
    EXPECT_EQ(inside, op["engine"] == "compute" || op["engine"] == "vector") << op;
    EXPECT_EQ(op["observed"]["cycles"].is_null(), inside) << "of a stack there is one time";
  }
  // What never travels has neither place nor check.
  EXPECT_FALSE(tensor(document, "features").contains("address"));
  EXPECT_EQ(document["operators"][1]["output"], nullptr);
  EXPECT_TRUE(document["operators"][7]["output"]["verified"]);
  EXPECT_LT(document["memory"]["peak_bytes"], alone["memory"]["peak_bytes"]);
}

TEST_F(Infer, RunsStacksOnEveryMachine) {
  const json first = run_json("--buffer 1KiB --stacks");
  size_t in_stacks = 0;
  for (const json& stack : first["stacks"]) in_stacks += stack["ops"].size() > 1 ? stack["ops"].size() : 0;
  EXPECT_GT(in_stacks, 1U) << first["stacks"];
  for (const char* options :
       {"--cpu native", "--memory-transport at", "--dram ddr4-2400", "--dram ddr4-2400 --memory-transport at",
        "--set hwc.vector_lanes=3", "--max-burst 16 --outstanding 1", "--threads 1", "--trace trace.csv",
        "--trace trace.vcd", "--bandwidth bandwidth.csv"}) {
    const json other = run_json("--buffer 1KiB --stacks " + std::string(options));
    EXPECT_EQ(other["outputs"], first["outputs"]) << options;
    EXPECT_TRUE(other["totals"]["match"]) << options;
    EXPECT_EQ(other["totals"]["mismatches"], 0) << options;
    EXPECT_EQ(other["totals"]["observed"]["traffic"], first["totals"]["observed"]["traffic"]) << options;
  }
  const json timed = run_json("--buffer 1KiB --stacks --timing-only");
  EXPECT_EQ(timed["totals"]["observed"], first["totals"]["observed"]);
  EXPECT_EQ(timed["operators"][7]["output"], nullptr);
}

TEST_F(Infer, ShowsStacksToPeople) {
  const ProgramResult result = folder.run("infer --network small.onnx --buffer 16KiB --stacks --details");
  ASSERT_EQ(result.status, 0) << result.err;
  std::istringstream lines(result.out);
  std::string line;
  while (std::getline(lines, line)) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(result.out, HasSubstr("What stacks of two operators or more load and write"));
  EXPECT_THAT(last_line(result.out), StartsWith("Agreed: 6 operators in 1 jobs moved 397 B as predicted"));
}

TEST_F(Infer, RunsABuiltInNetworkInStacks) {
  const ProgramResult result = folder.run("infer --network mobilenetv2 --buffer 256KiB --stacks --json");
  ASSERT_EQ(result.status, 0) << result.err;
  const json document = json::parse(result.out);
  for (const json& stack : document["stacks"]) {
    if (!stack.contains("observed")) continue;
    const double cycles = stack["observed"]["cycles"];
    EXPECT_NEAR(stack["predicted"]["cycles"], cycles, 0.03 * cycles) << stack["ops"];
  }
  const json& totals = document["totals"];
  const json& traffic = totals["observed"]["traffic"];
  EXPECT_TRUE(totals["match"]);
  EXPECT_EQ(totals["mismatches"], 0);
  EXPECT_LT(traffic["total"].get<int64_t>() - traffic["params_read"].get<int64_t>(), 3'830'000);
}

TEST_F(Infer, WritesEveryTensor) {
  run_json("--output-dir out");
  const graph::Graph net = small_network();
  for (const graph::Operator& op : net.operators) {
    const graph::Value& value = net.values[op.output];
    if (graph::engine_of(op) == graph::Engine::host) continue;
    EXPECT_EQ(read_npy(folder.path("out/" + value.name + ".npy").string(), value.type, value.shape).shape(),
              value.shape);
  }
  EXPECT_EQ(json::parse(folder.read("out/report.json"))["network"], "small");
}

TEST_F(Infer, TakesInputsFromFilesAndPictures) {
  std::string picture = "P6\n16 8\n255\n";
  for (int i = 0; i < 16 * 8 * 3; ++i) picture += static_cast<char>(i * 7 % 256);
  folder.write("picture.ppm", picture);
  // The middle 8 of 16 columns, pixel by pixel.
  HostTensor input(DataType::float32, {1, 3, 8, 8});
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 8; ++y) {
      for (int x = 0; x < 8; ++x) {
        const int pixel = ((y * 16 + x + 4) * 3 + c) * 7 % 256;
        input.data<float>()[(c * 8 + y) * 8 + x] = static_cast<float>((pixel / 255.0 - 0.25) / 0.5);
      }
    }
  }
  write_npy(folder.path("input.npy").string(), input);
  folder.write("labels.txt", "zero\none\ntwo\nthree\r\nfour\n");
  const json by_file = run_json("--input input.npy --labels labels.txt");
  const json by_picture = run_json("--image picture.ppm --mean 0.25 --deviation 0.5 --labels labels.txt");
  EXPECT_EQ(by_file["outputs"], by_picture["outputs"]);
  EXPECT_EQ(run_json("--input picture=input.npy --labels labels.txt")["outputs"], by_file["outputs"]);
  const char* const names[] = {"zero", "one", "two", "three", "four"};
  for (const json& top : by_file["outputs"][0]["top"])
    EXPECT_EQ(top["label"], names[top["index"].get<size_t>()]);
}

TEST_F(Infer, NamesWhatIsWrongWithItsInput) {
  write_npy(folder.path("wrong.npy").string(), HostTensor(DataType::float32, {1, 3, 8, 9}));
  folder.write("text.png", "no picture");
  const std::pair<const char*, const char*> kCases[] = {
      {"infer", "--network: expected, but not given"},
      {"infer --network nothing", "nothing"},
      {"infer --network missing.onnx", "missing.onnx: "},
      {"infer --network small.onnx --input wrong.npy", "wrong.npy: shape: expected (1, 3, 8, 8)"},
      {"infer --network small.onnx --input missing.npy", "missing.npy: "},
      {"infer --network small.onnx --input nobody=wrong.npy", "nobody=wrong.npy: "},
      {"infer --network small.onnx --input wrong.npy --image text.png", "--image"},
      {"infer --network small.onnx --image text.png", "text.png: expected a PNG, JPEG or PPM picture"},
      {"infer --network small.onnx --mean 1", "--mean"},
      {"infer --network small.onnx --image text.png --mean 1,2", "--mean: expected one number, or three"},
      {"infer --network small.onnx --image text.png --deviation 0",
       "--deviation: expected numbers other than 0"},
      {"infer --network small.onnx --labels missing.txt", "missing.txt: "},
      {"infer --network small.onnx --batch 2", "--batch: expected a built-in network"},
      {"infer --network squeezenet1.1 --onnx-dim N=1", "--onnx-dim: expected an ONNX file"},
      {"infer --network small.onnx --buffer 6", "buffer"},
      {"infer --network small.onnx --set dram.size_bytes=1000000", "dram.size_bytes"},
      {"infer --network small.onnx --timing-only --input wrong.npy", "--timing-only"},
      {"infer --network small.onnx --stacks --objective latency", "--objective: not allowed together"},
      {"infer --network small.onnx --stacks --double-buffer input", "--double-buffer: not allowed together"},
      {"infer --network small.onnx --stacks --constraints c.json", "--constraints: not allowed together"},
      {"infer --network small.onnx --stacks --buffer 6", "buffer"},
      {"infer --network small.onnx --stacks --set dram.size_bytes=1000000", "dram.size_bytes"},
  };
  for (const auto& [arguments, problem] : kCases) {
    const ProgramResult result = folder.run(arguments);
    EXPECT_EQ(result.status, 2) << arguments << ": " << result.err;
    EXPECT_THAT(result.err, HasSubstr(problem)) << arguments;
  }
}

}  // namespace
}  // namespace hwcvp
