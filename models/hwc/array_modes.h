// What the rows and columns of the MAC array may stand for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>

#include "models/common/enum_names.h"

namespace hwcvp {

// Rows x columns: K output channels, C input channels, P output positions, T taps of the filter
// (docs/datapath.md).
enum class MacArrayMode : uint8_t { kxc, pxc, kxp, pxt };
template <>
// Its type in full: of a deduced one GCC 12 makes data that can be written.
inline constexpr std::array<const char*, 4> kNamesOf<MacArrayMode> = {"kxc", "pxc", "kxp", "pxt"};

// Those that an array has; all, unless said otherwise. Defined here, for programs that read and write them
// without the model.
class MacArrayModes {
 public:
  static constexpr size_t kCount = std::tuple_size_v<decltype(kNamesOf<MacArrayMode>)>;

  MacArrayModes() { has_.fill(true); }
  // Names joined by "+", such as "kxc+pxt", each once; nothing for other texts.
  static std::optional<MacArrayModes> parse(const std::string& text) {
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

  bool has(MacArrayMode mode) const { return has_[static_cast<size_t>(mode)]; }

 private:
  std::array<bool, kCount> has_{};
};

// As parse() reads it, in the order of MacArrayMode.
inline std::string to_string(const MacArrayModes& modes) {
  std::string text;
  for (size_t i = 0; i < MacArrayModes::kCount; ++i) {
    const auto mode = static_cast<MacArrayMode>(i);
    if (modes.has(mode)) text += (text.empty() ? "" : "+") + std::string(name_of(mode));
  }
  return text;
}

}  // namespace hwcvp
