// How the bus chooses among requests.
#pragma once

#include <array>

#include "models/common/enum_names.h"

namespace hwcvp {

enum class Arbitration {
  round_robin,     // the next index after the one served last
  fixed_priority,  // the lowest index
};
template <>
inline constexpr std::array kNamesOf<Arbitration> = {"round_robin", "fixed_priority"};

}  // namespace hwcvp
