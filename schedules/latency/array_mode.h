// How the loops of a tile lie on the MAC array.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hwcvp {

// What the rows and the columns of the array stand for (docs/datapath.md).
enum class ArrayMode : uint8_t {
  kxc,  // output channels, input channels
  pxc,  // output positions, input channels
  kxp,  // output channels, output positions
  pxt,  // output positions, taps of the filter
};
inline constexpr std::array<ArrayMode, 4> kArrayModes = {ArrayMode::kxc, ArrayMode::pxc, ArrayMode::kxp,
                                                         ArrayMode::pxt};
constexpr size_t index(ArrayMode mode) { return static_cast<size_t>(mode); }

// Which modes an array has; by ArrayMode.
using ArrayModes = std::array<bool, kArrayModes.size()>;

}  // namespace hwcvp
