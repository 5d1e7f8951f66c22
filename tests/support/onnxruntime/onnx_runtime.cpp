#include "tests/support/onnxruntime/onnx_runtime.h"

#include <cctype>
#include <nlohmann/json.hpp>

#include "platform/tensor/npy.h"
#include "platform/tensor/tensor_random.h"

namespace hwcvp {

namespace {

// Writes the tensors and returns their files by name.
nlohmann::json write_tensors(const ProgramFolder& folder, const std::map<std::string, HostTensor>& tensors,
                             int& number) {
  nlohmann::json files = nlohmann::json::object();
  for (const auto& [name, tensor] : tensors) {
    const std::string file = "tensor_" + std::to_string(number++) + ".npy";
    write_npy(folder.path(file).string(), tensor);
    files[name] = file;
  }
  return files;
}

}  // namespace

std::string installed_file(const std::string& path) { return HWCVP_ONNX_RUNTIME "/node_modules/" + path; }

bool has_onnx_runtime() { return std::filesystem::exists(installed_file("onnxruntime-node/package.json")); }

std::string tensor_file(std::string name) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.') c = '_';
  }
  return name + ".npy";
}

HostTensor random_input(const Shape& shape, uint64_t seed) {
  HostTensor tensor(DataType::float32, shape);
  const RandomSequence random(seed);
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    tensor.data<float>()[i] = static_cast<float>(random[static_cast<uint64_t>(i)] >> 40) * 0x1p-22F - 2;
  }
  return tensor;
}

ProgramResult run_onnx_runtime(const ProgramFolder& folder, const std::vector<OnnxRuntimeCase>& cases) {
  nlohmann::json list = nlohmann::json::array();
  int number = 0;
  for (const OnnxRuntimeCase& test : cases) {
    nlohmann::json entry = {{"model", test.model},
                            {"inputs", write_tensors(folder, test.inputs, number)},
                            {"expected", write_tensors(folder, test.expected, number)},
                            {"save", test.save}};
    if (!test.optimized.empty()) entry["optimized"] = test.optimized;
    list.push_back(entry);
  }
  folder.write("cases.json", list.dump());
  return folder.shell("NODE_PATH='" HWCVP_ONNX_RUNTIME "/node_modules' '" HWCVP_NODE
                      "' '" HWCVP_ONNX_RUNTIME_SCRIPT "' --quiet cases.json");
}

}  // namespace hwcvp
