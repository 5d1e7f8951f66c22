// From a model file to a graph whose values are known.
#pragma once

#include <functional>
#include <string>

#include "platform/onnx/file/model_file.h"

namespace hwcvp::onnx_import {

// Does `work` in a process of its own and throws away what it makes: what a damaged file does to a reader, it
// does not do to the program, which then does the same. Throws InputError, in one line that begins with the
// path, with what `work` throws, and where it crashes or takes too long.
void try_apart(const std::string& path, const std::function<void()>& work);

// parse_model_file() and infer_shapes(). Throws InputError, in one line that begins with the path.
void read_model(const std::string& path, const DimensionSizes& sizes, ModelFile& file);

}  // namespace hwcvp::onnx_import
