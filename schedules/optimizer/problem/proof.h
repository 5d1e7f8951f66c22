// What a lower bound rests on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace hwcvp {

// In docs/optimizer.md.
enum class Proof : uint8_t {
  compulsory,  // what every schedule moves
  residence,   // the residence bound
  exhaustive,  // every nest was looked at or cut off
};

// "compulsory", "residence" or "exhaustive".
inline const char* to_string(Proof proof) {
  constexpr std::array<const char*, 3> kNames = {"compulsory", "residence", "exhaustive"};
  return kNames[static_cast<size_t>(proof)];
}

}  // namespace hwcvp
