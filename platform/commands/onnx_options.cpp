#include "platform/commands/onnx_options.h"

#include <fmt/format.h>

#include <sstream>

#include "platform/cli/values.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

constexpr const char* kSuffix = ".onnx";

// "NAME=SIZE,NAME=SIZE": the last '=' of each counts, so that names may hold others.
std::map<std::string, int64_t> parse_dimensions(const std::string& text) {
  std::map<std::string, int64_t> dimensions;
  std::istringstream items(text);
  std::string item;
  while (std::getline(items, item, ',')) {
    const size_t equals = item.rfind('=');
    if (equals == std::string::npos || equals == 0) {
      throw InputError(fmt::format("--onnx-dim: expected NAME=SIZE, found \"{}\"", shown(item)));
    }
    const std::string name = item.substr(0, equals);
    const uint64_t size = parse_integer(item.substr(equals + 1), "--onnx-dim: " + name, 1, INT32_MAX);
    if (!dimensions.emplace(name, size).second) {
      throw InputError(fmt::format("--onnx-dim: {}: expected once", shown(name)));
    }
  }
  if (dimensions.empty()) throw InputError("--onnx-dim: expected NAME=SIZE, found \"\"");
  return dimensions;
}

bool has_suffix(const std::string& text, const std::string& suffix) {
  return text.size() > suffix.size() && text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
}

}  // namespace

void add_onnx_options(CommandOptions& options) {
  options.add_value("types", "TYPE",
                    "element type of the floating-point layers of an ONNX file: int8 (default) or int16");
  options.add_value("onnx-dim", "NAME=SIZE,...", "sizes of dimensions that an ONNX file leaves open");
}

std::map<std::string, int64_t> onnx_dimensions(const CommandOptions& options) {
  return options.has("onnx-dim") ? parse_dimensions(options.text("onnx-dim"))
                                 : std::map<std::string, int64_t>{};
}

bool is_onnx_file(const std::string& network) { return has_suffix(network, kSuffix); }

bool is_json_file(const std::string& network) { return has_suffix(network, ".json"); }

void forbid_onnx_options(const CommandOptions& options) {
  for (const char* option : {"types", "onnx-dim"}) {
    if (options.has(option)) throw InputError(fmt::format("--{}: expected an ONNX file with it", option));
  }
}

std::shared_ptr<const OnnxNetwork> read_onnx_network(const CommandOptions& options, const std::string& path,
                                                     bool only_list) {
  OnnxOptions onnx;
  onnx.only_list = only_list;
  const std::string types = parse_choice(options.text("types", "int8"), "--types", {"int8", "int16"});
  if (types == "int16") onnx.float_type = DataType::int16;
  if (options.has("onnx-dim")) onnx.dimensions = parse_dimensions(options.text("onnx-dim"));
  auto network = std::make_shared<const OnnxNetwork>(path, onnx);
  if (options.has("types") && !network->has_floating_point()) {
    throw InputError(
        fmt::format("--types: expected an ONNX file with floating-point layers, found none in {}", path));
  }
  return network;
}

NetworkImport read_whole_network(const CommandOptions& options, const std::string& path,
                                 std::ostream* passes) {
  std::map<std::string, int64_t> dimensions;
  if (options.has("onnx-dim")) dimensions = parse_dimensions(options.text("onnx-dim"));
  return import_network(path, dimensions, passes);
}

}  // namespace hwcvp
