#include "tests/support/accelerators/vector_case.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

namespace hwcvp {

namespace {

int32_t integer(uint8_t byte, bool is_unsigned) {
  return is_unsigned ? int32_t{byte} : int32_t{static_cast<int8_t>(byte)};
}

// Definitions, one output at a time.
class Definition {
 public:
  Definition(const VectorCase& of, const std::array<int64_t, 5>& at) : c_(of), at_(at) {}

  uint8_t output() const {
    switch (c_.operation) {
      case HWC_OPERATION_MAX:
        return largest();
      case HWC_OPERATION_AVERAGE:
        return average();
      case HWC_OPERATION_SUM:
        return sum();
      case HWC_OPERATION_TABLE:
        return limited(integer(c_.table[static_cast<uint8_t>(operand(0))], c_.output_unsigned));
      case HWC_OPERATION_COPY:
        return limited(operand(0));
      default:
        return of_two();
    }
  }

 private:
  uint8_t limited(double value) const {
    if (!(value > c_.least)) return static_cast<uint8_t>(c_.least);
    return static_cast<uint8_t>(static_cast<int32_t>(std::min<double>(value, c_.most)));
  }

  const uint8_t* tap(int64_t channel, int64_t fy, int64_t fx) const {
    return c_.element(at_[0], at_[1], channel, at_[3] * c_.stride[0] + fy * c_.dilation[0] - c_.pad[0],
                      at_[4] * c_.stride[1] + fx * c_.dilation[1] - c_.pad[1]);
  }
  void for_each_tap(const std::function<void(int32_t)>& visit) const {
    for (int64_t channel = 0; channel < c_.c; ++channel) {
      for (int64_t fy = 0; fy < c_.filter[0]; ++fy) {
        for (int64_t fx = 0; fx < c_.filter[1]; ++fx) {
          if (const uint8_t* const byte = tap(channel, fy, fx)) visit(integer(*byte, c_.input_unsigned));
        }
      }
    }
  }
  int32_t operand(int64_t channel) const {
    const uint8_t* const byte = tap(channel, 0, 0);
    return byte != nullptr ? integer(*byte, c_.input_unsigned) : c_.input_zero;
  }

  uint8_t largest() const {
    int32_t most = std::numeric_limits<int32_t>::min();
    for_each_tap([&](int32_t x) { most = std::max(most, x); });
    return limited(most);
  }
  uint8_t sum() const {
    int32_t sum = 0;
    for_each_tap([&](int32_t x) { sum += x - c_.input_zero; });
    const float scaled = static_cast<float>(sum) * c_.scale[0];
    return limited(std::nearbyint(scaled) + c_.output_zero);
  }
  uint8_t average() const {
    volatile float sum = 0;
    int64_t count = 0;
    for_each_tap([&](int32_t x) {
      const volatile float real = c_.scale[0] * static_cast<float>(x - c_.input_zero);
      sum = sum + real;
      ++count;
    });
    if (c_.window_count != 0) count = c_.window_count;
    const volatile float mean = sum / static_cast<float>(count);
    const volatile float quotient = mean / c_.scale[2];
    const volatile float moved = quotient + static_cast<float>(c_.output_zero);
    return limited(std::nearbyint(static_cast<float>(moved)));
  }
  uint8_t of_two() const {
    int32_t a = operand(0);
    int32_t b = c_.from_weights
                    ? integer(c_.weight[static_cast<size_t>(at_[1] * c_.k + at_[2])], c_.input_unsigned)
                    : operand(1);
    if (c_.swapped) std::swap(a, b);
    const int32_t da = a - c_.input_zero;
    const int32_t db = b - c_.second_zero;
    if (c_.operation == HWC_OPERATION_ADD) {
      const float second = std::fma(static_cast<float>(b), c_.scale[1], c_.fixed);
      const float total = std::fma(static_cast<float>(a), c_.scale[0], second);
      return limited(std::nearbyint(total));
    }
    if (c_.operation == HWC_OPERATION_SUBTRACT) {
      const volatile float first = static_cast<float>(da) * c_.scale[0];
      const volatile float second = static_cast<float>(db) * c_.scale[1];
      const volatile float difference = first - second;
      const volatile float quotient = difference / c_.scale[2];
      return limited(std::nearbyint(static_cast<float>(quotient)) + static_cast<float>(c_.output_zero));
    }
    const volatile float product = static_cast<float>(da * db) * c_.scale[0];
    const volatile float moved = product + static_cast<float>(c_.output_zero);
    return limited(std::nearbyint(static_cast<float>(moved)));
  }

  const VectorCase& c_;
  const std::array<int64_t, 5>& at_;
};

}  // namespace

uint32_t bits_of(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

VectorCase random_vector_case(uint32_t operation, std::mt19937_64& random) {
  VectorCase c;
  const auto draw = [&random](int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
  };
  const auto one_in = [&draw](int64_t count) { return draw(1, count) == 1; };
  const auto draw_scale = [&draw] {
    return static_cast<float>(draw(1, 1 << 20)) / static_cast<float>(1 << 20);
  };
  c.operation = operation;
  c.input_unsigned = one_in(2);
  c.output_unsigned = one_in(2);
  const auto zero = [&](bool is_unsigned) {
    return static_cast<int32_t>(one_in(3) ? 0 : is_unsigned ? draw(0, 255) : draw(-128, 127));
  };
  c.input_zero = zero(c.input_unsigned);
  c.second_zero = zero(c.input_unsigned);
  c.output_zero = zero(c.output_unsigned);
  c.least = c.output_unsigned ? 0 : -128;
  c.most = c.output_unsigned ? 255 : 127;
  if (one_in(3)) {
    c.least = static_cast<int32_t>(draw(c.least, c.most));
    c.most = static_cast<int32_t>(draw(c.least, c.most));
  }
  c.scale = {draw_scale(), draw_scale(), draw_scale()};
  c.fixed = static_cast<float>(draw(-1000, 1000)) * 0.13F;
  if (one_in(3)) c.scale = {0.5F, 0.5F, 0.5F};  // ties
  if (operation == HWC_OPERATION_MULTIPLY) c.scale[0] /= 64;
  c.b = draw(1, 2);
  c.g = draw(1, 4);
  c.k = one_in(3) ? draw(1, 3) : 1;
  c.height = draw(1, 9);
  c.width = one_in(4) ? draw(1, 70) : draw(1, 12);
  if (c.of_two()) {
    c.swapped = one_in(2);
    c.from_weights = one_in(2);
    c.c = c.from_weights ? 1 : 2;
  } else if (operation == HWC_OPERATION_MAX || operation == HWC_OPERATION_SUM) {
    c.c = one_in(3) ? draw(1, 3) : 1;
  }
  for (size_t axis = 0; axis < 2; ++axis) {
    c.stride[axis] = draw(1, 3);
    if (one_in(3)) c.pad[axis] = draw(0, 3);
    if (one_in(3)) c.pad_end[axis] = draw(0, 3);
    if (!c.pools()) continue;
    c.dilation[axis] = one_in(3) ? draw(1, 3) : 1;
    const int64_t lines = c.in(axis) + c.pad[axis] + c.pad_end[axis];
    c.filter[axis] = std::min<int64_t>(draw(1, 4), (lines - 1) / c.dilation[axis] + 1);
  }
  if (operation == HWC_OPERATION_AVERAGE && one_in(2)) {
    c.window_count = static_cast<uint32_t>(c.filter[0] * c.filter[1]);
  }
  c.input.resize(static_cast<size_t>(c.b * c.g * c.c * c.height * c.width));
  c.weight.resize(static_cast<size_t>(c.g * c.k));
  for (uint8_t& byte : c.input) byte = static_cast<uint8_t>(random());
  for (uint8_t& byte : c.weight) byte = static_cast<uint8_t>(random());
  for (uint8_t& byte : c.table) byte = static_cast<uint8_t>(random());
  const std::array<int64_t, 5> outputs = c.outputs();
  for (size_t axis = 0; axis < 5; ++axis) {
    const bool whole = one_in(2);
    c.first[axis] = whole ? 0 : draw(0, outputs[axis] - 1);
    c.count[axis] = whole ? outputs[axis] : draw(1, outputs[axis] - c.first[axis]);
  }
  return c;
}

std::vector<uint8_t> vector_outputs(const VectorCase& c) {
  std::vector<uint8_t> outputs(static_cast<size_t>(c.output_elements()), 0xa5);
  std::array<int64_t, 5> at{};
  const std::function<void(size_t)> visit = [&](size_t axis) {
    if (axis == 5) {
      outputs[static_cast<size_t>(c.output_index(at))] = Definition(c, at).output();
      return;
    }
    for (at[axis] = c.first[axis]; at[axis] < c.first[axis] + c.count[axis]; ++at[axis]) visit(axis + 1);
  };
  visit(0);
  return outputs;
}

}  // namespace hwcvp
