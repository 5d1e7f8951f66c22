// Functions that a model defines itself.
#pragma once

#include "platform/onnx/file/model_file.h"

namespace hwcvp::onnx_import {

// Puts the nodes of a function's body in the place of each node of the main graph that calls it, calls within
// bodies included. Nodes and values of a body get the caller's name in front. Throws InputError where a
// function calls itself, and where the graph would come to more than a million nodes.
void inline_functions(ModelFile& file);

}  // namespace hwcvp::onnx_import
