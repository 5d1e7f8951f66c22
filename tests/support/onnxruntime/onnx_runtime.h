// Runs ONNX models in ONNX Runtime, by tests/onnxruntime/compare.js.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/tensor/tensor.h"
#include "tests/support/program/program.h"

namespace hwcvp {

// A model, in the folder of the test, and tensors by the names that they have in it.
struct OnnxRuntimeCase {
  std::string model;
  std::map<std::string, HostTensor> inputs;
  std::map<std::string, HostTensor> expected;
  std::map<std::string, std::string> save;  // the file that each is written to
  std::string
      optimized;  // the file that the model which ONNX Runtime makes of it is written to; may be empty
};

// Whether ONNX Runtime was installed. Where it was not, as the registry could not be reached, a test says so
// by GTEST_SKIP.
bool has_onnx_runtime();

// A file of a package that is installed beside it, by its path below node_modules.
std::string installed_file(const std::string& path);

// The name of the file that `infer --output-dir` writes a tensor to.
std::string tensor_file(std::string name);

// A tensor in single precision, from -2 to 2.
HostTensor random_input(const Shape& shape, uint64_t seed);

// Runs the cases one after the other. What is printed ends with the bytes compared and differing; the status
// is 0 where all tensors are as expected.
ProgramResult run_onnx_runtime(const ProgramFolder& folder, const std::vector<OnnxRuntimeCase>& cases);

}  // namespace hwcvp
