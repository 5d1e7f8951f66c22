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

int64_t Network::tensor_bytes(size_t tensor) const {
  const Tensor& t = tensors[tensor];
  return t.channels * t.lines[0] * t.lines[1] * t.element_bytes * batch;
}

int64_t Network::weight_bytes() const {
  int64_t sum = 0;
  for (const Operator& op : operators) {
    if (op.product) sum += op.product->weight_elements() * op.product->weight_bytes;
  }
  return sum;
}

}  // namespace hwcvp::stack
