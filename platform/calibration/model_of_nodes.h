// A list of nodes as an ONNX file.
#pragma once

#include <string>

#include "platform/onnx/network/node_list.h"

namespace hwcvp::onnx_import {

// Writes the nodes with the constants that they read, in the list's operator set. Throws as OutputFile.
void write_nodes(const NodeList& list, const std::string& path);

}  // namespace hwcvp::onnx_import
