#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/onnx/network/lowering.h"
#include "platform/onnx/shapes/moves.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

using graph::ValueIndex;

namespace {

void lower_slice(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  const auto range = read_slice(to.list().context(node), to.value(x).shape);
  if (!range) throw CannotLower("its starts, ends or steps are not constant");
  if (std::any_of(range->steps.begin(), range->steps.end(), [](int64_t step) { return step < 1; })) {
    throw CannotLower("steps: expected steps forward");
  }
  to.add_operator(node, {x}, to.add_like(node.output(0), x), graph::Slice{range->starts, range->steps});
}

void lower_split(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  const Shape input = to.value(x).shape;
  const auto axis = front_axis(to.attributes(node).integer("axis", 0), input.size());
  if (!axis) throw CannotLower("axis: expected one of its input's");
  graph::Slice slice = {Dims(input.size(), 0), Dims(input.size(), 1)};
  for (int i = 0; i < node.output_size(); ++i) {
    const int64_t extent = to.shape(node.output(i))[*axis];
    const std::string suffix = node.output_size() == 1 ? "" : fmt::format("/{}", i);
    to.add_operator(node, {x}, to.add_like(node.output(i), x), slice, suffix);
    slice.starts[*axis] += extent;
  }
}

void lower_pad(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  const Attributes attributes = to.attributes(node);
  if (attributes.text("mode", "constant") != "constant") throw CannotLower("mode: expected constant");
  const auto pads = read_pad(to.list().context(node), to.value(x).shape.size());
  if (!pads) throw CannotLower("pads: expected constants, two for each axis");
  if (std::any_of(pads->begin(), pads->end(), [](int64_t amount) { return amount < 0; })) {
    throw CannotLower("pads: expected none below 0");
  }
  graph::Pad pad;
  pad.before.assign(pads->begin(), pads->begin() + static_cast<int64_t>(pads->size() / 2));
  double value = attributes.number("value", 0);
  if (has_input(node, 2)) value = to.constant(node, 2, "value").number(0);
  pad.value = static_cast<int32_t>(value);
  to.add_operator(node, {x}, to.add_like(node.output(0), x), pad);
}

// The element of the input that nearest-neighbour resizing takes, as ONNX defines it.
int64_t nearest(int64_t position, int64_t factor, int64_t extent, const std::string& transformation,
                const std::string& mode) {
  const auto x = static_cast<double>(position), k = static_cast<double>(factor);
  double original = x / k;
  if (transformation == "half_pixel" || transformation == "pytorch_half_pixel" ||
      transformation == "half_pixel_symmetric") {
    original = (x + 0.5) / k - 0.5;
  } else if (transformation == "align_corners") {
    const double steps = static_cast<double>(extent) * k - 1;
    original = steps == 0 ? 0 : x * static_cast<double>(extent - 1) / steps;
  }
  double rounded = std::floor(original);
  if (mode == "ceil") rounded = std::ceil(original);
  if (mode == "round_prefer_floor") rounded = std::ceil(original - 0.5);
  if (mode == "round_prefer_ceil") rounded = std::floor(original + 0.5);
  return std::clamp<int64_t>(static_cast<int64_t>(rounded), 0, extent - 1);
}

int64_t whole_factor(const Node& node, const Attributes& attributes, int64_t operator_set, int64_t from,
                     int64_t to) {
  if (to % from != 0) throw CannotLower(fmt::format("expected a whole factor, found {} from {}", to, from));
  const bool late = node.op_type() == "Resize" && operator_set >= 11;
  const std::string transformation =
      attributes.text("coordinate_transformation_mode", late ? "half_pixel" : "asymmetric");
  const std::string mode = attributes.text("nearest_mode", late ? "round_prefer_floor" : "floor");
  const int64_t factor = to / from;
  for (int64_t i = 0; i < to; ++i) {
    if (nearest(i, factor, from, transformation, mode) != i / factor) {
      throw CannotLower(
          fmt::format("{} with {} does not repeat each element equally often", transformation, mode));
    }
  }
  return factor;
}

void lower_resize(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  const Attributes attributes = to.attributes(node);
  const std::string mode = attributes.text("mode", "nearest");
  if (mode != "nearest") throw CannotLower(fmt::format("mode: expected nearest, found {}", mode));
  const Shape input = to.value(x).shape, output = to.shape(node.output(0));
  if (input.size() != 4 || output.size() != 4 || input[0] != output[0] || input[1] != output[1]) {
    throw CannotLower("expected an image of which rows and columns are resized");
  }
  graph::Resize resize;
  const int64_t set = to.list().operator_set;
  resize.rows = whole_factor(node, attributes, set, input[2], output[2]);
  resize.columns = whole_factor(node, attributes, set, input[3], output[3]);
  to.add_operator(node, {x}, to.add_like(node.output(0), x), resize);
}

void lower_transpose(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  const auto permutation = read_permutation(to.list().context(node), to.value(x).shape.size());
  if (!permutation) throw CannotLower("perm: expected each axis once");
  // Where no axis of more than one element passes another, elements stay where they are.
  const Shape& input = to.value(x).shape;
  size_t last = 0;
  bool stays = true;
  for (const size_t axis : *permutation) {
    if (input[axis] == 1) continue;
    stays = stays && axis >= last;
    last = axis;
  }
  const ValueIndex y = to.add_like(node.output(0), x);
  if (stays) return to.add_operator(node, {x}, y, graph::View{});
  to.add_operator(node, {x}, y, graph::Transpose{*permutation});
}

// The blocks of DepthToSpace and SpaceToDepth as axes of their own, which change places.
void lower_blocks(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  const graph::Value in = to.value(x);
  const auto move = read_blocks(to.list().context(node), in.shape);
  if (!move) throw CannotLower("blocksize: expected one that divides its input, an image");
  Shape moved;
  for (const size_t axis : move->permutation) moved.push_back(move->blocks[axis]);
  const std::string& name = node.output(0);
  const ValueIndex cut = to.add_value(name + "#blocks", move->blocks, in.type, in.scale, in.zero_point);
  const ValueIndex placed = to.add_value(name + "#moved", moved, in.type, in.scale, in.zero_point);
  to.add_operator(node, {x}, cut, graph::View{}, "/blocks");
  to.add_operator(node, {cut}, placed, graph::Transpose{move->permutation});
  to.add_operator(node, {placed}, to.add_like(name, x), graph::View{}, "/view");
}

// Operand `i` with the code of the output: as it is, or by a table.
ValueIndex requantized(Lowering& to, const Node& node, int i, const Code& y) {
  const ValueIndex x = to.input(node, i);
  const Code code = to.code(node, i + 1, x);
  if (code == y) return x;
  graph::Table table;
  for (int bits = 0; bits < 256; ++bits) {
    const int32_t integer = code.elem_type == onnx::TensorProto::INT8 ? static_cast<int8_t>(bits) : bits;
    table.entries[static_cast<size_t>(bits)] = static_cast<uint8_t>(quantized(dequantized(integer, code), y));
  }
  const Shape shape = to.value(x).shape;
  const std::string suffix = fmt::format("/requantize_{}", (i - 2) / 3);
  const ValueIndex result =
      to.add_value(node.output(0) + suffix, shape, machine_type_of(y.elem_type), y.step, y.zero);
  to.add_operator(node, {x}, result, table, suffix);
  return result;
}

void lower_concat(Lowering& to, const Node& node) {
  std::vector<ValueIndex> inputs;
  if (node.op_type() == "QLinearConcat") {
    const Code y = to.output_code(node, 0, to.list().type(node.output(0)).elem_type);
    for (int i = 2; i + 2 < node.input_size(); i += 3) inputs.push_back(requantized(to, node, i, y));
  } else {
    for (int i = 0; i < node.input_size(); ++i) inputs.push_back(to.input(node, i));
  }
  if (inputs.empty()) throw CannotLower("has no inputs");
  const graph::Value first = to.value(inputs[0]);
  for (const ValueIndex input : inputs) {
    const graph::Value& other = to.value(input);
    if (other.type != first.type || other.scale != first.scale || other.zero_point != first.zero_point) {
      throw CannotLower("its inputs have different scales or zero points");
    }
  }
  const auto axis = front_axis(to.attributes(node).integer("axis", 1), first.shape.size());
  if (!axis) throw CannotLower("axis: expected one of its inputs'");
  to.add_operator(node, inputs, to.add_like(node.output(0), inputs[0]), graph::Concat{*axis});
}

void lower_view(Lowering& to, const Node& node) {
  const ValueIndex x = to.input(node, 0);
  to.add_operator(node, {x}, to.add_like(node.output(0), x), graph::View{});
}

}  // namespace

void lower_move(Lowering& to, const Node& node) {
  const std::string& name = node.op_type();
  if (name == "Slice") return lower_slice(to, node);
  if (name == "Split") return lower_split(to, node);
  if (name == "Pad") return lower_pad(to, node);
  if (name == "Resize" || name == "Upsample") return lower_resize(to, node);
  if (name == "Transpose") return lower_transpose(to, node);
  if (name == "DepthToSpace" || name == "SpaceToDepth") return lower_blocks(to, node);
  if (name == "Concat" || name == "QLinearConcat") return lower_concat(to, node);
  lower_view(to, node);
}

}  // namespace hwcvp::onnx_import
