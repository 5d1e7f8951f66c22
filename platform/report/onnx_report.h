// What of an ONNX file is not simulated, or not as the file says.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "platform/onnx/onnx_network.h"

namespace hwcvp {

// A blank line and a table of the operators that are left out, then one of the notes; nothing for what is
// empty.
void print_onnx(std::ostream& out, const OnnxNetwork& network);

// Adds "not_simulated" and "notes" to the document of a command.
void add_onnx(nlohmann::ordered_json& document, const OnnxNetwork& network);

}  // namespace hwcvp
