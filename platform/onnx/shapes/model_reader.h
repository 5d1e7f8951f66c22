// From a model file to a graph whose values are known.
#pragma once

#include <string>

#include "platform/onnx/file/model_file.h"

namespace hwcvp::onnx_import {

// parse_model_file() and infer_shapes(), tried first in a process of its own: what a damaged file does to the
// reader, it does not do to the program. Throws InputError, in one line that begins with the path.
void read_model(const std::string& path, const DimensionSizes& sizes, ModelFile& file);

}  // namespace hwcvp::onnx_import
