// The choices that a DRAM controller leaves open.
#pragma once

#include <array>
#include <cstdint>

#include "models/common/enum_names.h"
#include "models/dram/controller/field_order.h"

namespace hwcvp {

// In both, banks work side by side and the first command that is ready goes first. Accesses to the same burst
// never overtake one another.
enum class DramScheduling : uint8_t {
  fr_fcfs,  // accesses to the open row first, the oldest of them; else the oldest
  fcfs      // the oldest
};
template <>
inline constexpr std::array kNamesOf<DramScheduling> = {"fr_fcfs", "fcfs"};

enum class DramPageClosing : uint8_t {
  open,   // never
  closed  // after the last access to the row that waits
};
template <>
inline constexpr std::array kNamesOf<DramPageClosing> = {"open", "closed"};

enum class DramRefreshing : uint8_t {
  all_bank,  // REF every tREFI
  per_bank   // REFpb every tREFIpb, bank after bank; only where the standard has it
};
template <>
inline constexpr std::array kNamesOf<DramRefreshing> = {"all_bank", "per_bank"};

// How a controller works.
struct DramControllerConfig {
  int64_t queue_depth = 32;  // bursts that wait in a channel
  DramScheduling scheduler = DramScheduling::fr_fcfs;
  DramPageClosing page_policy = DramPageClosing::open;
  DramRefreshing refresh = DramRefreshing::all_bank;
  DramFieldOrder mapping;
  int64_t bypass_limit = 64;  // bursts that may overtake the oldest one of a channel
};

}  // namespace hwcvp
