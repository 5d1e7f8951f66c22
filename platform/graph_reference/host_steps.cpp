#include "platform/graph_reference/host_steps.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hwcvp::graph {

namespace {

bool is_unsigned(DataType type) { return type == DataType::uint8; }

HostTensor quantized(const Value& to, const HostTensor& x) {
  HostTensor y(to.type, to.shape);
  const auto zero = static_cast<float>(to.zero_point);
  const float least = (is_unsigned(to.type) ? 0.0F : -128.0F) - zero;
  const float most = (is_unsigned(to.type) ? 255.0F : 127.0F) - zero;
  const auto* in = x.data<float>();
  std::transform(in, in + x.elements(), y.bytes(), [&](float real) {
    const float q = real / to.scale;
    // Comparisons that fail take a NaN to the lower limit.
    const float limited = q > least ? std::min(q, most) : least;
    return static_cast<uint8_t>(static_cast<int32_t>(std::nearbyint(limited)) + to.zero_point);
  });
  return y;
}

HostTensor dequantized(const Value& from, const HostTensor& x) {
  HostTensor y(DataType::float32, x.shape());
  auto* out = y.data<float>();
  if (x.type() == DataType::int32) {
    const auto* in = x.data<int32_t>();
    for (int64_t i = 0; i < x.elements(); ++i)
      out[i] = static_cast<float>(in[i] - from.zero_point) * from.scale;
    return y;
  }
  for (int64_t i = 0; i < x.elements(); ++i) {
    const uint8_t byte = x.bytes()[i];
    const int32_t q = is_unsigned(x.type()) ? int32_t{byte} : int32_t{static_cast<int8_t>(byte)};
    out[i] = static_cast<float>(q - from.zero_point) * from.scale;
  }
  return y;
}

HostTensor dequantized(const Dequantize& by, const HostTensor& x) {
  HostTensor y(DataType::float32, x.shape());
  int64_t inner = 1;
  for (size_t i = by.axis + 1; i < x.shape().size(); ++i) inner *= x.shape()[i];
  const auto extent = static_cast<int64_t>(by.scales.size());
  for (int64_t i = 0; i < x.elements(); ++i) {
    const float scale = by.scales[static_cast<size_t>(i / inner % extent)];
    y.data<float>()[i] = static_cast<float>(x.data<int32_t>()[i]) * scale;
  }
  return y;
}

HostTensor softmax(size_t axis, const HostTensor& x) {
  HostTensor y(DataType::float32, x.shape());
  const Shape& shape = x.shape();
  int64_t inner = 1;
  for (size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
  const int64_t extent = shape[axis];
  const int64_t outer = x.elements() / std::max<int64_t>(1, extent * inner);
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t i = 0; i < inner; ++i) {
      const float* in = x.data<float>() + o * extent * inner + i;
      float* out = y.data<float>() + o * extent * inner + i;
      float most = in[0];
      for (int64_t k = 1; k < extent; ++k) most = std::max(most, in[k * inner]);
      float sum = 0;
      for (int64_t k = 0; k < extent; ++k) sum += out[k * inner] = std::exp(in[k * inner] - most);
      for (int64_t k = 0; k < extent; ++k) out[k * inner] /= sum;
    }
  }
  return y;
}

}  // namespace

HostTensor host_step(const Graph& graph, const Operator& op, const HostTensor& input) {
  if (std::holds_alternative<Quantize>(op.action)) return quantized(graph.values[op.output], input);
  if (const auto* action = std::get_if<Dequantize>(&op.action)) {
    return action->scales.empty() ? dequantized(graph.values[op.inputs[0]], input)
                                  : dequantized(*action, input);
  }
  if (const auto* action = std::get_if<Softmax>(&op.action)) return softmax(action->axis, input);
  throw std::logic_error(op.type + " is no step of the host");
}

}  // namespace hwcvp::graph
