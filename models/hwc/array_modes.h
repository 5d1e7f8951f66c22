// What the rows and columns of the MAC array may stand for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "models/common/enum_names.h"

namespace hwcvp {

// Rows x columns: K output channels, C input channels, P output positions, T taps of the filter (docs/datapath.md).
enum class MacArrayMode : uint8_t { kxc, pxc, kxp, pxt };
template <>
inline constexpr std::array kNamesOf<MacArrayMode> = {"kxc", "pxc", "kxp", "pxt"};

// Those that an array has; all, unless said otherwise.
class MacArrayModes {
 public:
  static constexpr size_t kCount = kNamesOf<MacArrayMode>.size();

  MacArrayModes() { has_.fill(true); }
  // Names joined by "+", such as "kxc+pxt", each once; nothing for other texts.
  static std::optional<MacArrayModes> parse(const std::string& text);

  bool has(MacArrayMode mode) const { return has_[static_cast<size_t>(mode)]; }

 private:
  std::array<bool, kCount> has_{};
};

// As parse() reads it, in the order of MacArrayMode.
std::string to_string(const MacArrayModes& modes);

}  // namespace hwcvp
