// The options of commands that read ONNX files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <string>

#include "platform/cli/options.h"
#include "platform/onnx/network/network_import.h"
#include "platform/onnx/onnx_network.h"

namespace hwcvp {

// Declares --types and --onnx-dim.
void add_onnx_options(CommandOptions& options);

// The sizes that --onnx-dim gives; none without it.
std::map<std::string, int64_t> onnx_dimensions(const CommandOptions& options);

// Whether a network is given as a file: its name ends in ".onnx".
bool is_onnx_file(const std::string& network);

// Whether a network is given as a list of layers: its name ends in ".json".
bool is_json_file(const std::string& network);

// Throws InputError where the options of ONNX files are given without one.
void forbid_onnx_options(const CommandOptions& options);

// Reads the file as the options say; with `only_list`, as OnnxOptions has it. Throws InputError.
std::shared_ptr<const OnnxNetwork> read_onnx_network(const CommandOptions& options, const std::string& path,
                                                     bool only_list = false);

// The same file as a whole network. With `passes`, prints the node list after each pass there. Throws
// InputError.
NetworkImport read_whole_network(const CommandOptions& options, const std::string& path,
                                 std::ostream* passes = nullptr);

}  // namespace hwcvp
