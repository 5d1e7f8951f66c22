// A network as the machine runs it: quantized tensors and the operators between them, in an order in which
// they can run. docs/networks.md tells what becomes of a model file on the way here.
//
// Holds no floating-point layers, no control flow and no open dimension: who makes a Graph has resolved them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "platform/tensor/tensor.h"
#include "schedules/workload/layer.h"

namespace hwcvp::graph {

// A tensor that is computed, the network's input, or one of Graph::constants. Other constants belong to the
// operators that use them.
struct Value {
  std::string name;                // of the file
  Shape shape;                     // as in the file; image tensors are {N, C, H, W}
  DataType type = DataType::int8;  // float32 only at the host's operators
  float scale = 1;  // real = scale * (q - zero_point); 1 and 0 where the type is int32 or float32
  int32_t zero_point = 0;
};

using ValueIndex = size_t;  // in Graph::values

// A convolution or matrix product, on the convolution datapath. `layer` has sizes, types, zero points, limits
// and the single-precision factors; a matrix product is a 1x1 convolution, its rows the columns of an image
// of one line, or the batch where that is how they lie. Inputs: {x}.
struct Convolution {
  Layer layer;
  HostTensor weights;         // {M, C/group, KH, KW} int8
  std::vector<int32_t> bias;  // one for each output channel
};

// A window that slides over each channel, on the vector engine. `layer` has the geometry, as a convolution
// with as many groups as channels, types and zero points. Inputs: {x}.
struct Pooling {
  enum class Kind : uint8_t {
    max,             // the largest integer; padding does not count
    average,         // in single precision: sum of dequantized elements / count
    global_average,  // the integers' sum times one factor; the window is the whole image
  };
  Kind kind = Kind::max;
  Layer layer;
  bool count_include_pad = false;  // average: the count is the window's, not that of the elements there
};

// Of two tensors, on the vector engine; one may have one row and one column only (of each channel, or of
// one), which then stand for all. Inputs: {a, b}.
struct Binary {
  enum class Kind : uint8_t { add, subtract, multiply };
  Kind kind = Kind::add;
  std::optional<int32_t> output_min, output_max;  // of an activation that was merged, within the type
};

// Any function of one 8-bit element, on the vector engine: activations that are not merged, and
// requantization between two scales. Inputs: {x}.
struct Table {
  std::array<uint8_t, 256> entries{};  // by the bits of the element
};

// Operators that only change places. Where the memory plan lets a producer write into its place, nothing
// moves; else the vector engine copies. All inputs and outputs have one type, scale and zero point.
struct Concat {
  size_t axis = 1;
};
// Also each output of Split.
struct Slice {
  std::vector<int64_t> starts, steps;  // one for each axis, steps at least 1; extents are those of the output
};
struct Transpose {
  std::vector<size_t> permutation;  // axis of the input for each axis of the output
};
struct Pad {
  std::vector<int64_t> before;  // elements, for each axis; extents are those of the output
  int32_t value = 0;            // as an integer of the type
};
// Nearest neighbour, rows and columns repeated a whole number of times.
struct Resize {
  int64_t rows = 1, columns = 1;
};
// Reshape, Flatten, Squeeze, Unsqueeze, Identity: the same elements under another shape.
struct View {};

// Steps of the host over the network's edges, in single precision. Inputs: {x}.
struct Quantize {};  // float32 -> integers of the output's scale
// Integers -> float32, by the scale of the input, or of accumulators by one for each index of an axis.
struct Dequantize {
  std::vector<float> scales;  // none: the input's
  size_t axis = 1;
};
struct Softmax {
  size_t axis = 1;
};

using Action = std::variant<Convolution, Pooling, Binary, Table, Concat, Slice, Transpose, Pad, Resize, View,
                            Quantize, Dequantize, Softmax>;

struct Operator {
  std::string name;  // of the node, unique
  std::string type;  // as the file calls it: "Conv", "QLinearAdd"
  std::vector<ValueIndex> inputs;
  ValueIndex output = 0;
  Action action;
};

// A tensor of integers that the file has and an operator takes beside what is computed: the host puts it into
// memory with the network's inputs.
struct Constant {
  ValueIndex value = 0;
  HostTensor tensor;
};

struct Graph {
  std::string name;
  std::vector<Value> values;
  std::vector<Operator> operators;  // each after those that make its inputs
  std::vector<ValueIndex> inputs, outputs;
  std::vector<Constant> constants;  // no operator makes their values, and they are no inputs
};

enum class Engine : uint8_t { compute, vector, host, none };
// Where an operator runs; `none`: nothing moves.
Engine engine_of(const Operator& op);
// "compute", "vector", "host", "none".
const char* to_string(Engine engine);

// The convolutions and matrix products, in Graph::operators.
std::vector<size_t> convolutions(const Graph& graph);

}  // namespace hwcvp::graph
