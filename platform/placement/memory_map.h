// Where things lie in the address space of the simulated machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hwcvp {

// Fixed addresses; the generated headers of the registers have the sizes of their blocks. The control
// processor's private RAM is seen by itself alone.
namespace memory_map {
inline constexpr uint64_t kMailboxBase = 0x10000000;
inline constexpr uint64_t kHwcBase = 0x10010000;
inline constexpr uint64_t kHwceBase = 0x10020000;
inline constexpr uint64_t kProcessorRamBase = 0x20000000;
inline constexpr uint64_t kDramBase = 0x80000000;

// The first part of the DRAM: the job descriptor and the status block.
inline constexpr uint64_t kControlBase = kDramBase;
inline constexpr uint64_t kControlBytes = 1 << 20;
inline constexpr uint64_t kJobAddress = kControlBase;
inline constexpr uint64_t kStatusAddress = kControlBase + kControlBytes / 2;

inline constexpr int64_t kTensorAlignment = 4096;  // where nothing else is asked for
}  // namespace memory_map

}  // namespace hwcvp
