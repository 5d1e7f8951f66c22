// Sizes in bytes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hwcvp {

// Beyond the largest size that is taken.
inline constexpr uint64_t kTooManyBytes = uint64_t{1} << 63;

// Bytes of a whole number, alone or with a unit behind it, with or without a space between and in upper or
// lower case: B, k or kB or KiB (1024 of them), M or MB or MiB, G or GB or GiB, each 1024 of the one before,
// as sizes of memories are. kTooManyBytes for all from there on; none for anything else.
std::optional<uint64_t> byte_size(std::string_view text);

}  // namespace hwcvp
