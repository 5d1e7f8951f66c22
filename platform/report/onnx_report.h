// What of an ONNX file is not simulated, or not as the file says.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/onnx/network/network_import.h"
#include "platform/onnx/onnx_network.h"

namespace hwcvp {

// A blank line and a table of the operators that are left out, then one of the notes; nothing for what is
// empty.
void print_onnx(std::ostream& out, const OnnxNetwork& network);

// Adds "not_simulated" and "notes" to the document of a command.
void add_onnx(nlohmann::ordered_json& document, const OnnxNetwork& network);

// A blank line and a table of the operators of the whole network, with a verdict below.
void print_operators(std::ostream& out, const NetworkImport& network);

// Adds "operators" to the document, and "complete": whether all of them can run.
void add_operators(nlohmann::ordered_json& document, const NetworkImport& network);

}  // namespace hwcvp
