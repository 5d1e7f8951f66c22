// Tensor data in files beside the model.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hwcvp::onnx_import {

// Where the data of a tensor lies.
struct ExternalData {
  std::string path;
  int64_t offset = 0;
  int64_t length = 0;
};

// Reads the entries of a tensor whose data is in another file. Throws InputError, with a line that begins
// with `where`, unless they name a regular file in the folder of the model or below it, links followed, with
// `bytes` bytes where they should be.
ExternalData locate_external_data(const onnx::TensorProto& tensor, int64_t bytes, const std::string& folder,
                                  const std::string& where);

// The files of a graph's tensors, initializers and attributes, that have their data elsewhere; each once.
std::vector<std::string> external_files(const onnx::GraphProto& graph, const std::string& folder);

// Reads the data. Throws InputError.
std::string read_external_data(const ExternalData& data, const std::string& where);

}  // namespace hwcvp::onnx_import
