#include "platform/graph_reference/vector_reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace hwcvp::graph {

namespace {

// An 8-bit tensor as integers.
class Integers {
 public:
  explicit Integers(const HostTensor& tensor)
      : bytes_(tensor.bytes()), is_unsigned_(tensor.type() == DataType::uint8) {}
  int32_t operator[](int64_t i) const {
    const uint8_t byte = bytes_[i];
    return is_unsigned_ ? int32_t{byte} : int32_t{static_cast<int8_t>(byte)};
  }

 private:
  const uint8_t* bytes_;
  bool is_unsigned_;
};

// The limits of an 8-bit type, or tighter ones.
struct Limits {
  int32_t least, most;

  Limits(DataType type, const std::optional<int32_t>& output_min, const std::optional<int32_t>& output_max)
      : least(type == DataType::uint8 ? 0 : -128), most(type == DataType::uint8 ? 255 : 127) {
    if (output_min) least = std::max(least, *output_min);
    if (output_max) most = std::min(most, *output_max);
  }

  uint8_t byte(int32_t value) const { return static_cast<uint8_t>(std::clamp(value, least, most)); }
  // Rounds half to even; far out it does not matter to what.
  uint8_t rounded(float value, int32_t zero = 0) const {
    return byte(static_cast<int32_t>(std::nearbyint(std::clamp(value, -1e6F, 1e6F))) + zero);
  }
};

int64_t product(const Shape& shape, size_t from, size_t to) {
  int64_t result = 1;
  for (size_t i = from; i < to; ++i) result *= shape[i];
  return result;
}

struct Evaluate {
  const Graph& graph;
  const Operator& op;
  const std::vector<const HostTensor*>& inputs;

  const Value& value(size_t i = 0) const { return graph.values[op.inputs[i]]; }
  const Value& result() const { return graph.values[op.output]; }
  HostTensor output() const { return {result().type, result().shape}; }

  HostTensor operator()(const Pooling& pooling) const {
    HostTensor y = output();
    const Integers x(*inputs[0]);
    const Layer& layer = pooling.layer;
    const Limits limits(y.type(), layer.output_min, layer.output_max);
    const int64_t planes = value().shape[0] * value().shape[1];
    uint8_t* out = y.bytes();
    for (int64_t plane = 0; plane < planes; ++plane) {
      for (int64_t oy = 0; oy < layer.out_height(); ++oy) {
        for (int64_t ox = 0; ox < layer.out_width(); ++ox) {
          *out++ = window(pooling, x, plane * layer.in_height * layer.in_width, oy, ox, limits);
        }
      }
    }
    return y;
  }

  uint8_t window(const Pooling& pooling, const Integers& x, int64_t plane, int64_t oy, int64_t ox,
                 const Limits& limits) const {
    const Layer& layer = pooling.layer;
    int32_t most = std::numeric_limits<int32_t>::min();
    int32_t sum = 0;
    float real_sum = 0;
    int64_t count = 0;
    for (int64_t fy = 0; fy < layer.kernel_shape[0]; ++fy) {
      const int64_t iy = oy * layer.strides[0] + fy * layer.dilations[0] - layer.pads[0];
      if (iy < 0 || iy >= layer.in_height) continue;
      for (int64_t fx = 0; fx < layer.kernel_shape[1]; ++fx) {
        const int64_t ix = ox * layer.strides[1] + fx * layer.dilations[1] - layer.pads[1];
        if (ix < 0 || ix >= layer.in_width) continue;
        const int32_t q = x[plane + iy * layer.in_width + ix];
        const int32_t from_zero = q - value().zero_point;
        most = std::max(most, q);
        sum += from_zero;
        real_sum += value().scale * static_cast<float>(from_zero);
        ++count;
      }
    }
    switch (pooling.kind) {
      case Pooling::Kind::max:
        return limits.byte(most);
      case Pooling::Kind::global_average: {
        const float factor = value().scale / (result().scale * static_cast<float>(count));
        return limits.rounded(static_cast<float>(sum) * factor, result().zero_point);
      }
      case Pooling::Kind::average:
        break;
    }
    if (pooling.count_include_pad) count = layer.kernel_shape[0] * layer.kernel_shape[1];
    const float mean = real_sum / static_cast<float>(count);
    return limits.rounded(mean / result().scale + static_cast<float>(result().zero_point));
  }

  HostTensor operator()(const Binary& binary) const {
    HostTensor y = output();
    const Limits limits(y.type(), binary.output_min, binary.output_max);
    const Integers a(*inputs[0]);
    const Integers b(*inputs[1]);
    const std::vector<int64_t> a_step = broadcast_steps(0);
    const std::vector<int64_t> b_step = broadcast_steps(1);
    const bool a_stands_for_many = inputs[0]->elements() < y.elements();
    const Shape& shape = result().shape;
    std::vector<int64_t> index(shape.size(), 0);
    int64_t ai = 0;
    int64_t bi = 0;
    for (int64_t i = 0; i < y.elements(); ++i) {
      y.bytes()[i] = combine(binary.kind, a[ai], b[bi], a_stands_for_many, limits);
      for (size_t axis = shape.size(); axis-- > 0;) {
        ai += a_step[axis];
        bi += b_step[axis];
        if (++index[axis] < shape[axis]) break;
        ai -= a_step[axis] * shape[axis];
        bi -= b_step[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return y;
  }

  // Elements from one index of the output to the next along each axis; 0 where the operand has one for all.
  std::vector<int64_t> broadcast_steps(size_t operand) const {
    const Shape& own = value(operand).shape;
    const size_t rank = result().shape.size();
    std::vector<int64_t> steps(rank, 0);
    int64_t step = 1;
    for (size_t i = own.size(); i-- > 0; step *= own[i]) {
      if (own[i] != 1) steps[rank - own.size() + i] = step;
    }
    return steps;
  }

  // Fused multiplications and additions, as ONNX Runtime takes them on x86; `whole` is the operand that has
  // an element for each of the output's, or the first one.
  float sum(const Value& whole, int32_t w, const Value& other, int32_t o) const {
    const float whole_ratio = whole.scale / result().scale;
    const float other_ratio = other.scale / result().scale;
    const float zeros = std::fmaf(whole_ratio, static_cast<float>(whole.zero_point),
                                  other_ratio * static_cast<float>(other.zero_point));
    const float fixed = static_cast<float>(result().zero_point) - zeros;
    return std::fmaf(static_cast<float>(w), whole_ratio,
                     std::fmaf(static_cast<float>(o), other_ratio, fixed));
  }

  uint8_t combine(Binary::Kind kind, int32_t a, int32_t b, bool a_stands_for_many,
                  const Limits& limits) const {
    const Value& va = value(0);
    const Value& vb = value(1);
    const Value& vy = result();
    const auto y_zero = static_cast<float>(vy.zero_point);
    switch (kind) {
      case Binary::Kind::add:
        return limits.rounded(a_stands_for_many ? sum(vb, b, va, a) : sum(va, a, vb, b));
      case Binary::Kind::subtract: {
        const float real = static_cast<float>(a - va.zero_point) * va.scale -
                           static_cast<float>(b - vb.zero_point) * vb.scale;
        return limits.rounded(real / vy.scale, vy.zero_point);
      }
      case Binary::Kind::multiply:
        break;
    }
    const int32_t product = (a - va.zero_point) * (b - vb.zero_point);
    return limits.rounded(static_cast<float>(product) * (va.scale * vb.scale / vy.scale) + y_zero);
  }

  HostTensor operator()(const Table& table) const {
    HostTensor y = output();
    std::transform(inputs[0]->bytes(), inputs[0]->bytes() + inputs[0]->size_bytes(), y.bytes(),
                   [&table](uint8_t byte) { return table.entries[byte]; });
    return y;
  }

  HostTensor operator()(const Concat& concat) const {
    HostTensor y = output();
    const Shape& shape = result().shape;
    const int64_t inner = product(shape, concat.axis + 1, shape.size());
    const int64_t outer = product(shape, 0, concat.axis);
    uint8_t* out = y.bytes();
    for (int64_t o = 0; o < outer; ++o) {
      for (const HostTensor* x : inputs) {
        const int64_t run = x->shape()[concat.axis] * inner;
        std::memcpy(out, x->bytes() + o * run, static_cast<size_t>(run));
        out += run;
      }
    }
    return y;
  }

  // Fills the output with what `source` names: the place of an input element for the index of an output
  // element, or nothing where `fill` stands.
  template <typename Source>
  HostTensor gathered(const Source& source, uint8_t fill = 0) const {
    HostTensor y = output();
    const Shape& shape = result().shape;
    std::vector<int64_t> index(shape.size(), 0);
    for (int64_t i = 0; i < y.elements(); ++i) {
      const int64_t from = source(index);
      y.bytes()[i] = from < 0 ? fill : inputs[0]->bytes()[from];
      for (size_t axis = shape.size(); axis-- > 0;) {
        if (++index[axis] < shape[axis]) break;
        index[axis] = 0;
      }
    }
    return y;
  }

  // The place of an element of the input; -1 outside of it.
  int64_t place(const std::vector<int64_t>& index) const {
    const Shape& shape = value().shape;
    int64_t at = 0;
    for (size_t i = 0; i < shape.size(); ++i) {
      if (index[i] < 0 || index[i] >= shape[i]) return -1;
      at = at * shape[i] + index[i];
    }
    return at;
  }

  HostTensor operator()(const Slice& slice) const {
    return gathered([this, &slice](std::vector<int64_t> index) {
      for (size_t i = 0; i < index.size(); ++i) index[i] = slice.starts[i] + index[i] * slice.steps[i];
      return place(index);
    });
  }

  HostTensor operator()(const Transpose& transpose) const {
    return gathered([this, &transpose](const std::vector<int64_t>& index) {
      std::vector<int64_t> from(index.size());
      for (size_t i = 0; i < index.size(); ++i) from[transpose.permutation[i]] = index[i];
      return place(from);
    });
  }

  HostTensor operator()(const Pad& pad) const {
    return gathered(
        [this, &pad](std::vector<int64_t> index) {
          for (size_t i = 0; i < index.size(); ++i) index[i] -= pad.before[i];
          return place(index);
        },
        static_cast<uint8_t>(pad.value));
  }

  HostTensor operator()(const Resize& resize) const {
    return gathered([this, &resize](std::vector<int64_t> index) {
      index[2] /= resize.rows;
      index[3] /= resize.columns;
      return place(index);
    });
  }

  HostTensor operator()(const View&) const {
    HostTensor y = output();
    std::memcpy(y.bytes(), inputs[0]->bytes(), static_cast<size_t>(y.size_bytes()));
    return y;
  }

  template <typename Other>
  HostTensor operator()(const Other&) const {
    throw std::logic_error(op.type + " is no operator of the vector engine");
  }
};

}  // namespace

HostTensor vector_reference(const Graph& graph, const Operator& op,
                            const std::vector<const HostTensor*>& inputs) {
  return std::visit(Evaluate{graph, op, inputs}, op.action);
}

}  // namespace hwcvp::graph
