// A model file, read and checked, with the shapes of its values inferred.
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

// Reads a model of operator set 7 to 17. What comes back has passed the ONNX checker: its nodes are in
// topological order, every value has one source, attributes are those of their operators; every tensor holds
// what its dimensions promise; inputs that are not initializers have fixed dimensions; shapes are inferred as
// far as the library can. Throws InputError, in one line that begins with the path.
void read_model_file(const std::string& path, const DimensionSizes& sizes, ModelFile& file);

}  // namespace hwcvp::onnx_import
