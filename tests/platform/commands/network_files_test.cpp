// The commands that write networks as ONNX files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/program/program.h"
#include "tests/support/program/program_json.h"

namespace hwcvp {
namespace {

using testing::HasSubstr;

void expect_refused(const ProgramFolder& folder, const std::string& arguments, const std::string& message) {
  const ProgramResult result = folder.run(arguments);
  EXPECT_EQ(result.status, 2) << arguments;
  EXPECT_THAT(result.err, HasSubstr(message)) << arguments;
}

TEST(NetworkFiles, WritesReadsAndQuantizesBuiltinNetworks) {
  const ProgramFolder folder;
  EXPECT_EQ(folder.run("networks squeezenet1.1 --onnx a.onnx").status, 0);
  EXPECT_EQ(folder.run("networks squeezenet1.1 --onnx b.onnx --json").status, 0);
  EXPECT_EQ(folder.read("a.onnx"), folder.read("b.onnx"));
  EXPECT_EQ(folder.run("networks squeezenet1.1 --onnx c.onnx --seed 2 --batch 2").status, 0);
  EXPECT_NE(folder.read("a.onnx"), folder.read("c.onnx"));
  EXPECT_THAT(folder.run("networks c.onnx").out, HasSubstr("whole network: can be run"));

  EXPECT_EQ(folder.run("networks squeezenet1.1 --onnx float.onnx --types float32").status, 0);
  const ProgramResult quantized = folder.run("quantize float.onnx --output int.onnx");
  EXPECT_EQ(quantized.status, 0) << quantized.err;
  EXPECT_THAT(quantized.out, HasSubstr("note: no data was given"));
  EXPECT_THAT(folder.run("networks int.onnx").out, HasSubstr("whole network: can be run"));
}

TEST(NetworkFiles, RefusesWrongOptions) {
  const ProgramFolder folder;
  expect_refused(folder, "networks --onnx a.onnx", "--onnx: expected the name of a built-in network");
  expect_refused(folder, "networks lenet --onnx a.onnx", "network: expected one of alexnet");
  expect_refused(folder, "networks alexnet --seed 2", "--seed: expected --onnx with it");
  expect_refused(folder, "networks alexnet --onnx a.onnx --types int16", "--types: expected");
  expect_refused(folder, "networks alexnet --onnx a.onnx --batch 0", "--batch: expected");
  expect_refused(folder, "networks alexnet --onnx .", "--onnx");
}

TEST(NetworkFiles, RefusesWhatCannotBeQuantized) {
  const ProgramFolder folder;
  EXPECT_EQ(folder.run("networks squeezenet1.1 --onnx int.onnx").status, 0);
  EXPECT_EQ(folder.run("networks squeezenet1.1 --onnx float.onnx --types float32").status, 0);
  folder.write("short.npy", "no array");
  expect_refused(folder, "quantize", "expected an ONNX file");
  expect_refused(folder, "quantize float.onnx", "--output");
  expect_refused(folder, "quantize int.onnx --output x.onnx", "expected a network in floating point");
  expect_refused(folder, "quantize float.onnx --output float.onnx", "float.onnx");
  expect_refused(folder, "quantize float.onnx --output x.onnx --percent 0", "--percent: expected");
  expect_refused(folder, "quantize float.onnx --output x.onnx --calibrate none", "none");
  expect_refused(folder, "quantize float.onnx --output x.onnx --calibrate short.npy", "short.npy: ");
  expect_refused(folder, "quantize float.onnx --output x.onnx --calibrate .", "short.npy: ");
}

TEST(NetworkFiles, ListsOfLayersComeBackAsNetworks) {
  const ProgramFolder folder;
  folder.write("alexnet.json", folder.run("networks alexnet --json").out);
  const auto layers = [&](const std::string& network) {
    auto document = run_json(folder, "optimize --buffer 64KiB --network " + network);
    for (auto& layer : document["layers"]) layer.erase("seconds");
    return document["layers"];
  };
  EXPECT_EQ(layers("alexnet.json"), layers("alexnet"));
  EXPECT_EQ(folder.run("networks alexnet.json").out, folder.run("networks alexnet").out);
  folder.write("schema.json",
               R"({"$schema": "layer.schema.json", "name": "l", "in_channels": 2, "in_height": 4,
      "in_width": 4, "out_channels": 2, "kernel_shape": [1, 1]})");
  EXPECT_EQ(folder.run("optimize --layer schema.json --buffer 1KiB").status, 0);

  const std::vector<std::pair<const char*, const char*>> wrong = {
      {R"([])", "n.json: expected an object with name and layers"},
      {R"({"name": "n"})", "n.json: layers: expected a list of one layer or more"},
      {R"({"layers": []})", "n.json: layers: expected a list of one layer or more"},
      {R"({"name": 1, "layers": [{}]})", "n.json: name: expected a string"},
      {R"({"layers": [{}], "more": 1})", "n.json: more: unknown key"},
      {R"({"layers": [{}]})", "n.json: layers[0]: "},
      {R"({"$schema": 1, "layers": [{}]})", "n.json: $schema: expected a string"},
  };
  for (const auto& [text, message] : wrong) {
    folder.write("n.json", text);
    const ProgramResult result = folder.run("optimize --network n.json --buffer 1KiB");
    EXPECT_EQ(result.status, 2) << text;
    EXPECT_THAT(result.err, HasSubstr(std::string("hwcvp: ") + message)) << text;
  }
}

}  // namespace
}  // namespace hwcvp
