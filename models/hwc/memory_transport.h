// How the transactions of the HWC travel.
#pragma once

#include <array>

#include "models/common/enum_names.h"

namespace hwcvp {

enum class MemoryTransport {
  loosely_timed,        // b_transport, with annotated delays
  approximately_timed,  // nb_transport, by the base protocol
};
template <>
inline constexpr std::array kNamesOf<MemoryTransport> = {"lt", "at"};

}  // namespace hwcvp
