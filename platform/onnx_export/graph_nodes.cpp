#include <fmt/format.h>

#include <utility>

#include "platform/onnx_export/operator_nodes.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp::onnx_export {

namespace {

float real(const graph::Value& value, int32_t integer) {
  return static_cast<float>(integer - value.zero_point) * value.scale;
}

// The activation that leaves the limits, on real numbers; `real_name` itself where there is none.
std::string activation(ModelWriter& writer, const graph::Value& value, const Limits& limits,
                       const std::string& real_name) {
  if (limits.least == value.zero_point && !limits.most) {
    return ModelWriter::output_of(writer.node("Relu", "relu", {real_name}));
  }
  if (!limits.least && !limits.most) return real_name;
  const IntegerLimits range = hwcvp::limits(value.type);
  const float least = real(value, limits.least.value_or(range.least));
  const float most = real(value, limits.most.value_or(range.most));
  const std::string min = writer.constant("min", std::vector<float>{least}, true);
  const std::string max = writer.constant("max", std::vector<float>{most}, true);
  return ModelWriter::output_of(writer.node("Clip", "clip", {real_name, min, max}));
}

// Writes the nodes of one kind of action.
struct ActionWriter {
  ModelWriter& writer;
  const Source& source;

  // A node on real numbers between the integers of inputs and output.
  void on_real_numbers(onnx::NodeProto& node) const {
    writer.quantize(ModelWriter::output_of(node), source.output());
  }
  std::vector<std::string> real_inputs() const {
    std::vector<std::string> names;
    for (size_t i = 0; i < source.op.inputs.size(); ++i) {
      names.push_back(writer.dequantized(source.input(i), fmt::format("input_{}", i)));
    }
    return names;
  }

  void operator()(const graph::Convolution& convolution) const {
    write_convolution(writer, source, convolution);
  }

  void operator()(const graph::Pooling& pooling) const {
    const bool one_dimensional = source.input(0).shape.size() == 3;
    switch (pooling.kind) {
      case graph::Pooling::Kind::max: {
        onnx::NodeProto& node = writer.main_node("MaxPool", real_inputs());
        set_window(node, pooling.layer, one_dimensional, true);
        return write_limited(writer, source, limits_of(pooling.layer), ModelWriter::output_of(node));
      }
      case graph::Pooling::Kind::average: {
        if (pooling.layer.dilations != std::array<int64_t, 2>{1, 1}) {
          source.refuse("expected averages without dilation, which operator set 17 has not");
        }
        onnx::NodeProto& node = writer.main_node("AveragePool", real_inputs());
        set_window(node, pooling.layer, one_dimensional, false);
        set_attribute(node, "count_include_pad", int64_t{pooling.count_include_pad});
        return write_limited(writer, source, limits_of(pooling.layer), ModelWriter::output_of(node));
      }
      case graph::Pooling::Kind::global_average: {
        onnx::NodeProto& node = writer.main_node("GlobalAveragePool", real_inputs());
        return write_limited(writer, source, limits_of(pooling.layer), ModelWriter::output_of(node));
      }
    }
  }

  void operator()(const graph::Binary& binary) const {
    const char* type = binary.kind == graph::Binary::Kind::add        ? "Add"
                       : binary.kind == graph::Binary::Kind::subtract ? "Sub"
                                                                      : "Mul";
    const onnx::NodeProto& node = writer.main_node(type, real_inputs());
    write_limited(writer, source, {binary.output_min, binary.output_max}, ModelWriter::output_of(node));
  }

  // An index below zero counts from the end, which is where the bits of negative numbers have their entries.
  void operator()(const graph::Table& table) const {
    if (writer.is_floating_point()) source.refuse("expected no table in floating point");
    onnx::NodeProto& index = writer.node("Cast", "index", {source.input(0).name});
    set_attribute(index, "to", int64_t{onnx::TensorProto::INT32});
    const std::string entries = writer.constant("entries", source.output().type, {256}, table.entries.data());
    writer.main_node("Gather", {entries, ModelWriter::output_of(index)}, source.output().name);
  }

  void operator()(const graph::Concat& concat) const {
    onnx::NodeProto& node = writer.main_node("Concat", real_inputs());
    set_attribute(node, "axis", static_cast<int64_t>(concat.axis));
    on_real_numbers(node);
  }

  void operator()(const graph::Slice& slice) const {
    std::vector<int64_t> ends;
    std::vector<int64_t> axes;
    for (size_t axis = 0; axis < slice.starts.size(); ++axis) {
      const int64_t last = (source.output().shape[axis] - 1) * slice.steps[axis];
      ends.push_back(slice.starts[axis] + last + 1);
      axes.push_back(static_cast<int64_t>(axis));
    }
    std::vector<std::string> inputs = real_inputs();
    inputs.push_back(writer.constant("starts", slice.starts));
    inputs.push_back(writer.constant("ends", ends));
    inputs.push_back(writer.constant("axes", axes));
    inputs.push_back(writer.constant("steps", slice.steps));
    on_real_numbers(writer.main_node("Slice", std::move(inputs)));
  }

  void operator()(const graph::Transpose& transpose) const {
    onnx::NodeProto& node = writer.main_node("Transpose", real_inputs());
    set_attribute(node, "perm",
                  std::vector<int64_t>(transpose.permutation.begin(), transpose.permutation.end()));
    on_real_numbers(node);
  }

  void operator()(const graph::Pad& pad) const {
    std::vector<int64_t> pads = pad.before;
    for (size_t axis = 0; axis < pad.before.size(); ++axis) {
      pads.push_back(source.output().shape[axis] - source.input(0).shape[axis] - pad.before[axis]);
    }
    std::vector<std::string> inputs = real_inputs();
    inputs.push_back(writer.constant("pads", pads));
    inputs.push_back(
        writer.constant("pad_value", std::vector<float>{real(source.input(0), pad.value)}, true));
    on_real_numbers(writer.main_node("Pad", std::move(inputs)));
  }

  void operator()(const graph::Resize& resize) const {
    std::vector<float> scales(source.input(0).shape.size(), 1.0F);
    if (scales.size() != 4) source.refuse("expected an image of four dimensions");
    scales[2] = static_cast<float>(resize.rows);
    scales[3] = static_cast<float>(resize.columns);
    std::vector<std::string> inputs = real_inputs();
    inputs.emplace_back();
    inputs.push_back(writer.constant("scales", scales));
    onnx::NodeProto& node = writer.main_node("Resize", std::move(inputs));
    set_attribute(node, "mode", "nearest");
    set_attribute(node, "coordinate_transformation_mode", "asymmetric");
    set_attribute(node, "nearest_mode", "floor");
    on_real_numbers(node);
  }

  void operator()(const graph::View&) const {
    std::vector<std::string> inputs = real_inputs();
    inputs.push_back(writer.constant("shape", source.output().shape));
    on_real_numbers(writer.main_node("Reshape", std::move(inputs)));
  }

  void operator()(const graph::Quantize&) const {
    writer.quantize(source.input(0).name, source.output(), "", "output");
  }

  void operator()(const graph::Dequantize& dequantize) const {
    const graph::Value& in = source.input(0);
    if (!dequantize.scales.empty()) source.refuse("expected one scale, not those of accumulators");
    if (writer.is_floating_point()) {
      writer.main_node("Identity", {in.name}, source.output().name);
      return;
    }
    const std::string scale = writer.constant("scale", std::vector<float>{in.scale}, true);
    const std::string zero = writer.zero_point("zero_point", in.type, in.zero_point);
    writer.main_node("DequantizeLinear", {in.name, scale, zero}, source.output().name);
  }

  void operator()(const graph::Softmax& softmax) const {
    onnx::NodeProto& node = writer.main_node("Softmax", {source.input(0).name}, source.output().name);
    set_attribute(node, "axis", static_cast<int64_t>(softmax.axis));
  }
};

}  // namespace

void Source::refuse(const std::string& problem) const {
  throw InputError(
      fmt::format("{}: operator {} ({}): {}", shown(graph.name), shown(op.name), shown(op.type), problem));
}

bool are_tight(const Source& source, const Limits& limits) {
  const IntegerLimits range = hwcvp::limits(source.output().type);
  return limits.least.value_or(range.least) > range.least || limits.most.value_or(range.most) < range.most;
}

void write_limits(ModelWriter& writer, const Source& source, const Limits& limits,
                  const std::string& quantized, const std::string& name) {
  graph::Value unlimited = source.output();
  unlimited.name = quantized;
  const std::string real_name = writer.dequantized(unlimited, "unlimited_real");
  writer.quantize(activation(writer, source.output(), limits, real_name), source.output(), name, "limited");
}

void write_limited(ModelWriter& writer, const Source& source, const Limits& limits,
                   const std::string& real_name, const std::string& name) {
  const graph::Value& out = source.output();
  if (writer.is_floating_point() || !are_tight(source, limits)) {
    return writer.quantize(activation(writer, out, limits, real_name), out, name);
  }
  const std::string unlimited = writer.fresh("unlimited");
  writer.quantize(real_name, out, unlimited);
  write_limits(writer, source, limits, unlimited, name);
}

void write_operator(ModelWriter& writer, const Source& source) {
  writer.begin(source.op);
  std::visit(ActionWriter{writer, source}, source.op.action);
}

void set_window(onnx::NodeProto& node, const Layer& layer, bool one_dimensional, bool dilations) {
  const auto axes = [one_dimensional](const std::array<int64_t, 2>& both) {
    return one_dimensional ? std::vector<int64_t>{both[1]} : std::vector<int64_t>{both[0], both[1]};
  };
  set_attribute(node, "kernel_shape", axes(layer.kernel_shape));
  set_attribute(node, "strides", axes(layer.strides));
  if (dilations) set_attribute(node, "dilations", axes(layer.dilations));
  const std::array<int64_t, 4>& pads = layer.pads;
  set_attribute(node, "pads",
                one_dimensional ? std::vector<int64_t>{pads[1], pads[3]}
                                : std::vector<int64_t>{pads[0], pads[1], pads[2], pads[3]});
}

}  // namespace hwcvp::onnx_export
