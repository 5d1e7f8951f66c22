// How the bus chooses among requests.
#pragma once

namespace hwcvp {

enum class Arbitration {
  round_robin,     // the next index after the one served last
  fixed_priority,  // the lowest index
};

}  // namespace hwcvp
