#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "platform/cli/values.h"
#include "platform/commands/graph_options.h"
#include "platform/picture/picture.h"
#include "platform/tensor/npy.h"
#include "platform/tensor/tensor_random.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using graph::Graph;
using graph::Value;
using graph::ValueIndex;

constexpr size_t kMostLabelBytes = 1 << 24;

std::array<double, 3> parse_channels(const CommandOptions& options, const char* option, double otherwise) {
  std::array<double, 3> values = {otherwise, otherwise, otherwise};
  if (!options.has(option)) return values;
  const std::vector<std::string> parts = parse_list(options.text(option), std::string("--") + option);
  if (parts.size() != 1 && parts.size() != 3) {
    throw InputError(
        fmt::format("--{}: expected one number, or three between commas, found {}", option, parts.size()));
  }
  for (size_t i = 0; i < 3; ++i) {
    const std::string& text = parts[parts.size() == 1 ? 0 : i];
    char* end = nullptr;
    values[i] = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(std::abs(values[i]) < 1e6)) {
      throw InputError(fmt::format("--{}: expected a number, found \"{}\"", option, shown(text)));
    }
  }
  return values;
}

PictureOptions picture_options(const CommandOptions& options) {
  PictureOptions picture;
  picture.mean = parse_channels(options, "mean", 0);
  picture.deviation = parse_channels(options, "deviation", 1);
  if (std::count(picture.deviation.begin(), picture.deviation.end(), 0.0) != 0) {
    throw InputError("--deviation: expected numbers other than 0");
  }
  picture.bgr = options.has("bgr");
  return picture;
}

// Numbers over the range that the network quantizes to integers, or within [-1, 1].
HostTensor random_input(const Graph& graph, ValueIndex index, uint64_t seed) {
  const Value& value = graph.values[index];
  HostTensor tensor(value.type, value.shape);
  const uint64_t own = tensor_seed(seed, value.name, "input");
  if (value.type != DataType::float32) {
    fill_random(tensor, own);
    return tensor;
  }
  float least = -1;
  float most = 1;
  for (const graph::Operator& op : graph.operators) {
    if (!std::holds_alternative<graph::Quantize>(op.action) || op.inputs[0] != index) continue;
    const Value& to = graph.values[op.output];
    const int32_t lowest = to.type == DataType::uint8 ? 0 : -128;
    least = static_cast<float>(lowest - to.zero_point) * to.scale;
    most = static_cast<float>(lowest + 255 - to.zero_point) * to.scale;
  }
  const RandomSequence random(own);
  auto* const out = tensor.data<float>();
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    const auto unit = static_cast<float>(random[static_cast<uint64_t>(i)] >> 40) * 0x1p-24F;
    out[i] = least + (most - least) * unit;
  }
  return tensor;
}

// The file for an input among those given as FILE or NAME=FILE.
std::optional<std::string> file_for(const std::vector<std::string>& given, const std::string& name,
                                    bool only) {
  for (const std::string& text : given) {
    const std::string prefix = name + "=";
    if (text.compare(0, prefix.size(), prefix) == 0) return text.substr(prefix.size());
    if (only) return text;
  }
  return std::nullopt;
}

}  // namespace

void add_input_options(CommandOptions& options) {
  options.add_list("input", "FILE", "the network's input (.npy); NAME=FILE where it has several");
  options.add_value("image", "FILE", "a picture (PNG, JPEG or PPM) as input; its middle part, resized");
  options.add_value("mean", "R,G,B", "what is subtracted from pixels between 0 and 1 (default: 0)");
  options.add_value("deviation", "R,G,B", "what they are then divided by (default: 1)");
  options.add_flag("bgr", "blue first");
}

std::vector<HostTensor> read_inputs(const CommandOptions& options, const Graph& graph, uint64_t seed) {
  options.forbid_with("image", {"input"});
  for (const char* option : {"mean", "deviation", "bgr"}) options.require_with(option, "image");
  const std::vector<std::string> given = options.list("input");
  const bool only = graph.inputs.size() == 1;
  std::vector<HostTensor> inputs;
  size_t used = 0;
  for (const ValueIndex index : graph.inputs) {
    const Value& value = graph.values[index];
    if (const auto file = file_for(given, value.name, only)) {
      inputs.push_back(read_npy(*file, value.type, value.shape));
      ++used;
    } else if (options.has("image")) {
      if (!only || value.type != DataType::float32) {
        throw InputError("--image: expected a network with one input, in floating point");
      }
      inputs.push_back(read_picture(options.text("image"), value.shape, picture_options(options)));
    } else {
      inputs.push_back(random_input(graph, index, seed));
    }
  }
  if (used != given.size()) {
    std::string names;
    for (const ValueIndex index : graph.inputs)
      names += (names.empty() ? "" : ", ") + shown(graph.values[index].name);
    throw InputError(fmt::format("--input: expected NAME=FILE, once each, with names among {}", names));
  }
  return inputs;
}

std::vector<std::string> read_labels(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw InputError(fmt::format("{}: cannot be opened", path));
  std::vector<std::string> labels;
  std::string line;
  size_t read = 0;
  while (std::getline(file, line)) {
    read += line.size() + 1;
    if (read > kMostLabelBytes)
      throw InputError(fmt::format("{}: expected at most {} bytes", path, kMostLabelBytes));
    if (!line.empty() && line.back() == '\r') line.pop_back();
    labels.push_back(line);
  }
  return labels;
}

}  // namespace hwcvp
