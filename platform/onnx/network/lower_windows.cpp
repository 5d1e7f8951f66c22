#include <fmt/format.h>

#include <algorithm>

#include "platform/onnx/network/lowering.h"
#include "platform/onnx/shapes/shape_rules.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

using graph::Pooling;
using graph::ValueIndex;

namespace {

// Channels of an image of rows and columns; a line has one row.
Layer channels_of(const graph::Value& value) {
  if (value.shape.size() < 3 || value.shape.size() > 4) {
    throw CannotLower(
        fmt::format("expected an image of one or two dimensions, found rank {}", value.shape.size()));
  }
  Layer layer;
  layer.batch = value.shape[0];
  layer.in_channels = layer.out_channels = layer.group = value.shape[1];
  layer.in_height = value.shape.size() == 4 ? value.shape[2] : 1;
  layer.in_width = value.shape.back();
  layer.input_type = layer.output_type = value.type;
  layer.input_zero_point = layer.output_zero_point = value.zero_point;
  return layer;
}

// The window's axes; one of a line moves along its columns. Where the output is rounded up, windows may hang
// over the end: padding that no window reads whole.
void set_window(Layer& layer, const Window& window, const Dims& input) {
  const bool line = window.kernel.size() == 1;
  for (size_t i = 0; i < window.kernel.size(); ++i) {
    const size_t axis = line ? 1 : i;
    const int64_t span = (window.kernel[i] - 1) * window.dilations[i] + 1;
    const int64_t reach = (window.output[i] - 1) * window.strides[i] + span;
    layer.kernel_shape[axis] = window.kernel[i];
    layer.strides[axis] = window.strides[i];
    layer.dilations[axis] = window.dilations[i];
    layer.pads[axis] = window.pads[i];
    layer.pads[axis + 2] =
        std::max(window.pads[i + window.kernel.size()], reach - input[i + 2] - window.pads[i]);
  }
}

bool hangs_over(const Layer& layer, const Window& window) {
  const bool line = window.kernel.size() == 1;
  for (size_t i = 0; i < window.kernel.size(); ++i) {
    if (layer.pads[(line ? 1 : i) + 2] != window.pads[i + window.kernel.size()]) return true;
  }
  return false;
}

void add_pooling(Lowering& to, const Node& node, ValueIndex x, ValueIndex y, Pooling pooling) {
  pooling.layer.name = node.name();
  const graph::Value& output = to.value(y);
  pooling.layer.output_type = output.type;
  pooling.layer.output_zero_point = output.zero_point;
  const Attributes attributes = to.attributes(node);
  if (attributes.has("output_min")) {
    pooling.layer.output_min = static_cast<int32_t>(attributes.integer("output_min", 0));
  }
  if (attributes.has("output_max")) {
    pooling.layer.output_max = static_cast<int32_t>(attributes.integer("output_max", 0));
  }
  if (element_product(output_shape(pooling.layer)) != element_product(output.shape)) {
    throw CannotLower("its output has another shape than its operand gives");
  }
  Layer geometry = pooling.layer;  // codes are those of the values, and not requantized by factors
  geometry.input_type = geometry.output_type = DataType::int8;
  geometry.input_zero_point = geometry.output_zero_point = 0;
  geometry.output_min = geometry.output_max = std::nullopt;
  try {
    geometry.validate("layer");
  } catch (const InputError& error) {
    throw CannotLower(error.what());
  }
  to.add_operator(node, {x}, y, std::move(pooling));
}

void set_whole_window(Layer& layer) { layer.kernel_shape = {layer.in_height, layer.in_width}; }

// Of rows and columns, and of nothing else.
void require_image_axes(const Node& node, const Attributes& attributes, size_t rank) {
  Dims axes = attributes.list("axes");
  for (int64_t& axis : axes) axis += axis < 0 ? static_cast<int64_t>(rank) : 0;
  std::sort(axes.begin(), axes.end());
  Dims expected;
  for (size_t i = 2; i < rank; ++i) expected.push_back(static_cast<int64_t>(i));
  if (axes != expected) {
    throw CannotLower(fmt::format("{}: expected a mean over rows and columns", node.op_type()));
  }
}

void lower_reduced(Lowering& to, const Node& node, ValueIndex x, const Code& code, Pooling pooling) {
  const Attributes attributes = to.attributes(node);
  const Shape input = to.value(x).shape;
  require_image_axes(node, attributes, input.size());
  pooling.kind = Pooling::Kind::global_average;
  set_whole_window(pooling.layer);
  if (attributes.integer("keepdims", 1) != 0) {
    add_pooling(to, node, x, to.add_value(node.output(0), code), std::move(pooling));
    return;
  }
  Shape kept(input.size(), 1);
  kept[0] = input[0];
  kept[1] = input[1];
  const ValueIndex mean =
      to.add_value(node.output(0) + "#kept", kept, machine_type_of(code.elem_type), code.step, code.zero);
  add_pooling(to, node, x, mean, std::move(pooling));
  to.add_operator(node, {mean}, to.add_like(node.output(0), mean), graph::View{}, "/view");
}

}  // namespace

void lower_pooling(Lowering& to, const Node& node) {
  const std::string& name = node.op_type();
  if (to.attributes(node).integer("channels_last", 0) != 0) throw CannotLower("channels_last is set");
  if (node.output_size() != 1) throw CannotLower("more than one output");
  const ValueIndex x = to.input(node, 0);
  Pooling pooling;
  pooling.layer = channels_of(to.value(x));
  if (to.value(x).type != DataType::int8 && to.value(x).type != DataType::uint8) {
    throw CannotLower("expected int8 or uint8, found " + std::string(to_string(to.value(x).type)));
  }
  const bool maximum = name == "MaxPool" || name == "GlobalMaxPool";
  if (name == "QLinearReduceMean") {
    to.code(node, 1, x);
    return lower_reduced(to, node, x, to.output_code(node, 3, to.list().type(node.output(0)).elem_type),
                         std::move(pooling));
  }
  if (name == "GlobalMaxPool" || name == "QLinearGlobalAveragePool") {
    set_whole_window(pooling.layer);
    pooling.kind = maximum ? Pooling::Kind::max : Pooling::Kind::global_average;
  } else {
    const Shape input = to.value(x).shape;
    const auto window = read_window(to.list().context(node), input, to.attributes(node).list("kernel_shape"));
    if (!window) throw CannotLower("its attributes do not fit its operand");
    set_window(pooling.layer, *window, input);
    pooling.kind = maximum ? Pooling::Kind::max : Pooling::Kind::average;
    pooling.count_include_pad = to.attributes(node).integer("count_include_pad", 0) != 0;
    if (pooling.count_include_pad && hangs_over(pooling.layer, *window)) {
      throw CannotLower("ceil_mode: windows that hang over the end, with padding counted");
    }
  }
  if (maximum) return add_pooling(to, node, x, to.add_like(node.output(0), x), std::move(pooling));
  to.code(node, 1, x);
  const Code code = to.output_code(node, 3, to.list().type(node.output(0)).elem_type);
  add_pooling(to, node, x, to.add_value(node.output(0), code), std::move(pooling));
}

}  // namespace hwcvp::onnx_import
