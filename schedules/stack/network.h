// A network as stacks see it: tensors, and operators that map ranges of output lines to ranges of input
// lines.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schedules/geometry/range.h"
#include "schedules/workload/layer.h"

namespace hwcvp::stack {

// An axis of images: rows are OY, columns OX.
enum class Axis : uint8_t { rows, columns };
inline constexpr size_t kAxisCount = 2;
constexpr size_t index(Axis axis) { return static_cast<size_t>(axis); }
// "OY", "OX".
const char* to_string(Axis axis);
constexpr Axis other(Axis axis) { return axis == Axis::rows ? Axis::columns : Axis::rows; }

template <typename T>
using PerAxis = std::array<T, kAxisCount>;

// A tensor of one image; the network's batch is apart.
struct Tensor {
  std::string name;
  int64_t channels = 1;
  PerAxis<int64_t> lines{1, 1};  // rows, columns
  int64_t element_bytes = 1;
};

// Which lines of an input an operator needs for a range of its output's.
struct LineMap {
  enum class Kind : uint8_t {
    window,  // from first * stride - pad to last * stride + (kernel - 1) * dilation - pad
    repeat,  // line / factor: nearest-neighbour resize
    all      // every line
  };
  Kind kind = Kind::window;  // the defaults are "the same range"
  int64_t kernel = 1, stride = 1, dilation = 1, pad = 0;
  int64_t pad_end = 0;  // behind the last line; only decides how many lines the output has
  int64_t factor = 1;

  // Those that exist, of `lines`; a hull: gaps of strides and dilations count. Empty where only padding is
  // met.
  Range needs(Range outputs, int64_t lines) const;
};

// A convolution or matrix product.
struct Product {
  int64_t groups = 1;
  int64_t out_channels = 1, in_channels = 1;  // of a group
  PerAxis<int64_t> kernel{1, 1};
  int64_t weight_bytes = 1, accumulator_bytes = 4;  // of an element
  int64_t params_bytes = 0;                         // of all channels

  int64_t weight_elements() const { return groups * out_channels * in_channels * kernel[0] * kernel[1]; }
};

struct Operator {
  std::string name;
  std::string type;                // "conv", "pool", "add", ... as in JSON
  std::vector<size_t> inputs;      // tensors, in the operator's order
  size_t output = 0;               // a tensor
  PerAxis<LineMap> maps;           // the same for all inputs that have lines
  std::optional<Product> product;  // of operators with weights; others need no accumulators
  // Bytes read from memory by others each time that the operator's stack runs: tables, broadcast operands.
  int64_t constant_bytes = 0;
  // Whether it can be in a stack of two or more; others map no lines to lines (a transposition), or not the
  // same of all inputs (a broadcast).
  bool stackable = true;
};

struct Network {
  int64_t batch = 1;
  std::vector<Tensor> tensors;
  std::vector<Operator> operators;  // each after those that make its inputs
  std::vector<size_t> outputs;      // tensors

  // Bytes of a tensor, of all images; of all weights.
  int64_t tensor_bytes(size_t tensor) const;
  int64_t weight_bytes() const;
};

}  // namespace hwcvp::stack
