// The order in which the nodes of a graph can run.
#pragma once

#include "platform/onnx/file/model_file.h"

namespace hwcvp::onnx_import {

// Puts each node behind those that make its inputs, and those that its subgraphs read; nodes that stand so
// already stay where they are. Throws InputError for a value that two nodes make, for one that nothing makes,
// and where nodes wait for one another.
void sort_nodes(ModelFile& file);

}  // namespace hwcvp::onnx_import
