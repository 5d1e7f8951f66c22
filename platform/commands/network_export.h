// `networks NAME --onnx FILE`.
#pragma once

#include "platform/cli/options.h"

namespace hwcvp {

// Declares --onnx, --seed and --batch.
void add_export_options(CommandOptions& options);

// Writes the built-in network as an ONNX file, as the options say, and says what it wrote. Throws InputError.
void export_network(const CommandOptions& options, const std::string& name);

}  // namespace hwcvp
