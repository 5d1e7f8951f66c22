#include "platform/graph/check.h"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

namespace hwcvp::graph {

namespace {

// The rules of one operator.
class OperatorCheck {
 public:
  OperatorCheck(const Graph& graph, const Operator& op) : graph_(graph), op_(op) {}

  void operator()(const Convolution& convolution) const {
    const Layer& layer = convolution.layer;
    require_inputs(1);
    layer.validate(op_.name);
    require_elements(input(), input_shape(layer), "input");
    require_elements(output(), output_shape(layer), "output");
    require(convolution.weights.shape() == weight_shape(layer), "weights of the layer's shape");
    require(convolution.weights.type() == layer.weight_type, "weights of the layer's type");
    require(static_cast<int64_t>(convolution.bias.size()) == layer.out_channels,
            "a bias for each output channel");
    require_codes(layer);
    require(layer.output_type == DataType::int32 || layer.single_precision(),
            "factors in single precision, or int32 outputs");
  }

  void operator()(const Pooling& pooling) const {
    const Layer& layer = pooling.layer;
    require_inputs(1);
    require_elements(input(), input_shape(layer), "input");
    require_elements(output(), output_shape(layer), "output");
    require(layer.group == layer.in_channels && layer.group == layer.out_channels,
            "as many groups as channels");
    require_codes(layer);
    if (pooling.kind == Pooling::Kind::max) require_same_code(input());
    if (pooling.kind == Pooling::Kind::global_average) {
      require(layer.kernel_shape[0] == layer.in_height && layer.kernel_shape[1] == layer.in_width,
              "a window of the whole image");
    }
  }

  void operator()(const Binary& binary) const {
    require_inputs(2);
    const bool second_is_small = input(0).shape == output().shape;
    require(second_is_small || input(1).shape == output().shape, "an operand of the output's shape");
    const Shape &small = input(second_is_small ? 1 : 0).shape, &large = output().shape;
    require(small.size() <= large.size(), "operands of at most the output's rank");
    bool same = small == large, spread = large.size() > 2;
    for (size_t i = 0; i < small.size() && spread; ++i) {
      const size_t axis = i + large.size() - small.size();
      spread = small[i] == 1 || (axis < 2 && small[i] == large[axis]);
    }
    require(same || spread, "operands of one shape, or one of one row and column");
    for (const Value* const value : {&input(0), &input(1), &output()}) require_bytes(*value);
    if (binary.output_min && binary.output_max) {
      require(*binary.output_min <= *binary.output_max, "limits in order");
    }
  }

  void operator()(const Table& /*table*/) const {
    require_inputs(1);
    require(input().shape == output().shape, "an output of the input's shape");
    require_bytes(input());
    require_bytes(output());
  }

  void operator()(const Concat& concat) const {
    require(!op_.inputs.empty(), "inputs");
    require(concat.axis < output().shape.size(), "an axis of the output's");
    Shape shape = output().shape;
    shape[concat.axis] = 0;
    for (size_t i = 0; i < op_.inputs.size(); ++i) {
      require_same_code(input(i));
      Shape other = input(i).shape;
      require(other.size() == shape.size(), "inputs of the output's rank");
      shape[concat.axis] += other[concat.axis];
      other[concat.axis] = output().shape[concat.axis];
      require(other == output().shape, "inputs that differ along the axis alone");
    }
    require(shape == output().shape, "inputs that make up the output");
  }

  void operator()(const Slice& slice) const {
    require_inputs(1);
    require_same_code(input());
    const Shape &from = input().shape, &to = output().shape;
    require(from.size() == to.size() && slice.starts.size() == to.size() && slice.steps.size() == to.size(),
            "a start and a step for each axis");
    for (size_t i = 0; i < to.size(); ++i) {
      require(slice.starts[i] >= 0 && slice.steps[i] >= 1 &&
                  slice.starts[i] + (to[i] - 1) * slice.steps[i] < from[i],
              "elements that the input has");
    }
  }

  void operator()(const Transpose& transpose) const {
    require_inputs(1);
    require_same_code(input());
    const Shape& from = input().shape;
    require(transpose.permutation.size() == from.size() && output().shape.size() == from.size(),
            "an axis for each of the input's");
    std::set<size_t> axes;
    for (size_t i = 0; i < from.size(); ++i) {
      const size_t axis = transpose.permutation[i];
      require(axis < from.size() && axes.insert(axis).second, "each axis once");
      require(output().shape[i] == from[axis], "an output of the axes' extents");
    }
  }

  void operator()(const Pad& pad) const {
    require_inputs(1);
    require_same_code(input());
    const Shape &from = input().shape, &to = output().shape;
    require(from.size() == to.size() && pad.before.size() == to.size(), "an amount for each axis");
    for (size_t i = 0; i < to.size(); ++i) {
      require(pad.before[i] >= 0 && pad.before[i] + from[i] <= to[i], "an output that holds the input");
    }
  }

  void operator()(const Resize& resize) const {
    require_inputs(1);
    require_same_code(input());
    const Shape& from = input().shape;
    require(from.size() == 4 && resize.rows >= 1 && resize.columns >= 1,
            "an image, and factors of 1 and more");
    require(output().shape == Shape{from[0], from[1], from[2] * resize.rows, from[3] * resize.columns},
            "an output of as many rows and columns as are repeated");
  }

  void operator()(const View& /*view*/) const {
    require_inputs(1);
    require_same_code(input());
    require(element_count(input().shape) == element_count(output().shape), "as many elements as the input");
  }

  void operator()(const Quantize& /*quantize*/) const {
    require_inputs(1);
    require(input().type == DataType::float32, "an input of float32");
    require(input().shape == output().shape, "an output of the input's shape");
    require_bytes(output());
  }

  void operator()(const Dequantize& dequantize) const {
    require_inputs(1);
    require(output().type == DataType::float32, "an output of float32");
    require(input().shape == output().shape, "an output of the input's shape");
    require(input().type != DataType::float32, "an input of integers");
    if (dequantize.scales.empty()) return;
    const Shape& shape = input().shape;
    require(input().type == DataType::int32 && dequantize.axis < shape.size() &&
                dequantize.scales.size() == static_cast<size_t>(shape[dequantize.axis]),
            "accumulators, and a scale for each index of an axis");
  }

  void operator()(const Softmax& softmax) const {
    require_inputs(1);
    require(input().type == DataType::float32 && output().type == DataType::float32, "numbers of float32");
    require(input().shape == output().shape, "an output of the input's shape");
    require(softmax.axis < input().shape.size(), "an axis of the input's");
  }

 private:
  void require(bool holds, const std::string& expected) const {
    if (!holds) throw std::logic_error(fmt::format("{}: {}: expected {}", graph_.name, op_.name, expected));
  }
  const Value& input(size_t i = 0) const { return graph_.values[op_.inputs[i]]; }
  const Value& output() const { return graph_.values[op_.output]; }

  void require_inputs(size_t count) const {
    require(op_.inputs.size() == count, fmt::format("{} input(s), found {}", count, op_.inputs.size()));
  }
  void require_elements(const Value& value, const Shape& shape, const char* what) const {
    require(
        element_count(value.shape) == element_count(shape),
        fmt::format("an {} of {}, found {}", what, hwcvp::to_string(shape), hwcvp::to_string(value.shape)));
  }
  void require_bytes(const Value& value) const {
    require(value.type == DataType::int8 || value.type == DataType::uint8, "tensors of 8 bits");
  }
  void require_same_code(const Value& value) const {
    require(value.type == output().type && value.scale == output().scale &&
                value.zero_point == output().zero_point,
            "inputs and output of one type, scale and zero point");
  }
  void require_codes(const Layer& layer) const {
    require(layer.input_type == input().type && layer.output_type == output().type,
            "the layer's types to be those of its values");
    require(input().type == DataType::int32 || layer.input_zero_point == input().zero_point,
            "the layer's input zero point to be its value's");
    require(output().type == DataType::int32 || layer.output_zero_point == output().zero_point,
            "the layer's output zero point to be its value's");
  }

  const Graph& graph_;
  const Operator& op_;
};

std::string value_text(const Value& value) {
  std::string text =
      fmt::format("{} {} [{}]", value.name, hwcvp::to_string(value.type), hwcvp::to_string(value.shape));
  if (value.type == DataType::int32 || value.type == DataType::float32) return text;
  return text + fmt::format(" scale {} zero {}", value.scale, value.zero_point);
}

}  // namespace

void check(const Graph& graph) {
  const auto fail = [&](const std::string& problem) {
    throw std::logic_error(fmt::format("{}: {}", graph.name, problem));
  };
  std::vector<bool> made(graph.values.size(), false);
  for (const Value& value : graph.values) {
    for (const int64_t extent : value.shape) {
      if (extent < 1) fail(fmt::format("value {}: expected extents of 1 and more", value.name));
    }
    if (!(value.scale > 0)) fail(fmt::format("value {}: expected a scale above 0", value.name));
  }
  const auto make = [&](ValueIndex index) {
    if (index >= made.size()) fail("expected indices of the graph's values");
    if (made[index]) fail(fmt::format("value {}: expected one source", graph.values[index].name));
    made[index] = true;
  };
  for (const ValueIndex input : graph.inputs) make(input);
  for (const Constant& constant : graph.constants) {
    make(constant.value);
    const Value& value = graph.values[constant.value];
    if (value.type == DataType::float32 || constant.tensor.type() != value.type ||
        constant.tensor.shape() != value.shape) {
      fail(fmt::format("value {}: expected a constant of its type and shape, of integers", value.name));
    }
  }
  std::set<std::string> names;
  for (const Operator& op : graph.operators) {
    if (!names.insert(op.name).second) fail(fmt::format("{}: expected names that differ", op.name));
    for (const ValueIndex input : op.inputs) {
      if (input >= made.size() || !made[input]) {
        fail(fmt::format("{}: expected inputs that operators before it make", op.name));
      }
    }
    make(op.output);
    std::visit(OperatorCheck(graph, op), op.action);
  }
  for (size_t i = 0; i < made.size(); ++i) {
    if (!made[i]) fail(fmt::format("value {}: expected a source", graph.values[i].name));
  }
  for (const ValueIndex output : graph.outputs) {
    if (output >= made.size()) fail("expected indices of the graph's values");
  }
}

std::string to_text(const Graph& graph) {
  std::string text = fmt::format("graph {}\n", graph.name);
  for (const ValueIndex input : graph.inputs) text += "in  " + value_text(graph.values[input]) + '\n';
  for (const Constant& constant : graph.constants)
    text += "constant  " + value_text(graph.values[constant.value]) + '\n';
  for (const Operator& op : graph.operators) {
    std::string inputs;
    for (const ValueIndex input : op.inputs)
      inputs += (inputs.empty() ? "" : ", ") + graph.values[input].name;
    text += fmt::format("{:8}{} {} ({}) -> {}\n", to_string(engine_of(op)), op.name, op.type, inputs,
                        value_text(graph.values[op.output]));
  }
  for (const ValueIndex output : graph.outputs) text += "out " + graph.values[output].name + '\n';
  return text;
}

}  // namespace hwcvp::graph
