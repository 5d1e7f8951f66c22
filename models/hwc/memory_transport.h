// How the transactions of the HWC travel.
#pragma once

namespace hwcvp {

enum class MemoryTransport {
  loosely_timed,        // b_transport, with annotated delays
  approximately_timed,  // nb_transport, by the base protocol
};

}  // namespace hwcvp
