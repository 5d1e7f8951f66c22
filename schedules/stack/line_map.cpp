#include "schedules/stack/network.h"

namespace hwcvp::stack {

const char* to_string(Axis axis) { return axis == Axis::rows ? "OY" : "OX"; }

Range LineMap::needs(Range outputs, int64_t lines) const {
  if (outputs.empty()) return {};
  switch (kind) {
    case Kind::window:
      return intersection(
          {outputs.start * stride - pad, (outputs.end - 1) * stride + (kernel - 1) * dilation - pad + 1},
          {0, lines});
    case Kind::repeat:
      return intersection({outputs.start / factor, (outputs.end - 1) / factor + 1}, {0, lines});
    case Kind::all:
      break;
  }
  return {0, lines};
}

}  // namespace hwcvp::stack
