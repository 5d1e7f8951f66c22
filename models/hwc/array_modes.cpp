#include "models/hwc/array_modes.h"

#include <sstream>

namespace hwcvp {

std::optional<MacArrayModes> MacArrayModes::parse(const std::string& text) {
  MacArrayModes modes;
  modes.has_.fill(false);
  std::istringstream names(text + '+');  // so that the last name ends as the others do
  for (std::string name; std::getline(names, name, '+');) {
    const auto mode = value_named<MacArrayMode>(name);
    if (!mode || modes.has(*mode)) return std::nullopt;
    modes.has_[static_cast<size_t>(*mode)] = true;
  }
  return modes;
}

std::string to_string(const MacArrayModes& modes) {
  std::string text;
  for (size_t i = 0; i < MacArrayModes::kCount; ++i) {
    const auto mode = static_cast<MacArrayMode>(i);
    if (modes.has(mode)) text += (text.empty() ? "" : "+") + std::string(name_of(mode));
  }
  return text;
}

}  // namespace hwcvp
