#include "platform/commands/layout_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "platform/cli/values.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

constexpr const char* kOption = "--layout";

// What `any` stands for. Blocks of other sizes can be asked for by name.
std::vector<TensorLayout> any_layout() {
  std::vector<TensorLayout> layouts;
  for (const char* name : {"nchw", "nhwc", "nchw4c", "nchw8c", "nchw16c", "nchw32c", "nchw64c"}) {
    layouts.push_back(parse_layout(name, kOption));
  }
  return layouts;
}

std::vector<TensorLayout> read_choice(const std::string& text) {
  if (text == "any") return any_layout();
  return {parse_layout(text, kOption)};
}

Tensor read_tensor(const std::string& name) {
  const auto found = std::find_if(kTensors.begin(), kTensors.end(),
                                  [&name](Tensor tensor) { return to_string(tensor) == name; });
  if (found == kTensors.end()) {
    throw InputError(
        fmt::format("{}: expected input, weight or output before '=', found \"{}\"", kOption, shown(name)));
  }
  return *found;
}

}  // namespace

void add_layout_option(CommandOptions& options) {
  options.add_value(
      "layout", "LAYOUT",
      "order of tensors in memory: nchw, nhwc, nchw8c (blocks of 2 to 256 channels), or any for "
      "that with the fewest bus bytes; or apart, as input=nhwc,weight=any,output=nchw8c; in place "
      "of the platform's");
}

LayoutCandidates read_layouts(const CommandOptions& options, const PlatformConfig& config) {
  LayoutCandidates candidates;
  for (const Tensor tensor : kTensors) candidates[index(tensor)] = {config.layout.tensors[index(tensor)]};
  if (!options.has("layout")) return candidates;
  const std::string text = options.text("layout");
  if (text.find('=') == std::string::npos) {
    candidates.fill(read_choice(text));
    return candidates;
  }
  PerTensor<bool> named{};
  for (const std::string& part : parse_list(text, kOption)) {
    const size_t sign = part.find('=');
    if (sign == std::string::npos) {
      throw InputError(fmt::format("{}: expected TENSOR=LAYOUT, found \"{}\"", kOption, shown(part)));
    }
    const Tensor tensor = read_tensor(part.substr(0, sign));
    if (named[index(tensor)])
      throw InputError(fmt::format("{}: {}: expected once", kOption, to_string(tensor)));
    named[index(tensor)] = true;
    candidates[index(tensor)] = read_choice(part.substr(sign + 1));
  }
  return candidates;
}

}  // namespace hwcvp
