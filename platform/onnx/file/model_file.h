// A model file, read and checked.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>

namespace hwcvp::onnx_import {

// Sizes for dimensions that the model leaves open, by the dimension's name or as "INPUT[AXIS]".
using DimensionSizes = std::map<std::string, int64_t>;

struct ModelFile {
  std::string path;
  std::string folder;  // that external data is relative to
  onnx::ModelProto model;
};

// Reads a model of operator set 7 to 23, of any file format version. What comes back: nodes have names that
// differ and stand in an order in which they can run, functions are inlined, every value has one source,
// every tensor holds what its dimensions promise, or nothing at all; inputs that are not initializers have
// fixed dimensions. Operators and their attributes are not looked at. Throws InputError, in one line that
// begins with the path.
void parse_model_file(const std::string& path, const DimensionSizes& sizes, ModelFile& file);

}  // namespace hwcvp::onnx_import
