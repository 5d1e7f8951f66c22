#include "platform/calibration/quantize_nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

using onnx::TensorProto;

constexpr int kMostWeight = 127;

ValueCode code_for(ValueRange::Limits limits, IntegerType type) {
  ValueCode code;
  code.type = type;
  code.scale = (limits.most - limits.least) / 255;
  if (!std::isnormal(code.scale)) code.scale = 1;  // all zero
  const float below = std::clamp(std::nearbyint(-limits.least / code.scale), 0.0F, 255.0F);
  code.zero_point = static_cast<int32_t>(below) + type.least();
  code.least = limits.least;
  code.most = limits.most;
  return code;
}

// Whether the limits lie outside what the code can hold.
bool is_redundant(const ClipLimits& limits, const ValueCode& code) {
  const float least = code.scale * static_cast<float>(code.type.least() - code.zero_point);
  const float most = code.scale * static_cast<float>(code.type.most() - code.zero_point);
  return limits.least <= least && limits.most >= most;
}

class Inserter {
 public:
  Inserter(NodeList& list, const CodePlan& plan, ValueCodes& codes, IntegerType type)
      : list_(list), plan_(plan), codes_(codes), type_(type) {}

  void run() {
    const std::vector<Node> nodes = list_.nodes;
    list_.nodes.clear();
    for (const std::string& input : list_.inputs) quantize_input(input);
    for (size_t i = 0; i < nodes.size(); ++i) add(nodes[i], plan_.kind(i));
  }

 private:
  std::string number(const std::string& name, int32_t elem_type, double value) {
    return list_.add_scalar(name, elem_type, value);
  }

  void push(const std::string& type, const std::string& name, const std::vector<std::string>& inputs,
            const std::string& output) {
    list_.nodes.push_back(make_node("", type, name, inputs, output));
  }

  // From `from` through integers to `to`.
  void quantize(const std::string& value, ValueCode& code, const std::string& from, const std::string& to) {
    const ValueType type = list_.type(value);
    code.integers = list_.new_value(value + "_quantized", {code.type.elem_type, type.dims});
    code.real = to;
    const std::string scale = number(value + "_scale", TensorProto::FLOAT, static_cast<double>(code.scale));
    const std::string zero = number(value + "_zero_point", code.type.elem_type, code.zero_point);
    push("QuantizeLinear", value + "_QuantizeLinear", {from, scale, zero}, code.integers);
    push("DequantizeLinear", value + "_DequantizeLinear", {code.integers, scale, zero}, to);
  }

  void quantize_input(const std::string& input) {
    const auto code = codes_.find(input);
    if (code == codes_.end()) return;
    const std::string real = list_.new_value(input + "_dequantized", list_.type(input));
    quantize(input, code->second, input, real);
    renamed_[input] = real;
  }

  void add(Node node, NodeKind kind) {
    for (std::string& input : *node.mutable_input()) {
      if (const auto found = renamed_.find(input); found != renamed_.end()) input = found->second;
    }
    if (kind == NodeKind::product) quantize_constants(node);
    if (kind == NodeKind::rounded) quantize_operands(node);
    const std::string output = node.output(0);
    std::vector<std::pair<std::string, std::string>>
        raw;  // outputs, and what they are before they are rounded
    for (std::string& made : *node.mutable_output()) {
      if (codes_.count(made) == 0) continue;
      raw.emplace_back(made, list_.new_value(made + "_real", list_.type(made)));
      made = raw.back().second;
    }
    const std::string limited = kind == NodeKind::other ? "" : plan_.limited(output);
    list_.nodes.push_back(std::move(node));
    for (const auto& [value, real] : raw) quantize(value, codes_.at(value), real, value);
    if (!limited.empty()) round_before(output, limited);
  }

  // The limit that reads `value` follows.
  void round_before(const std::string& value, const std::string& limited) {
    const auto reader = limits_.find(limited);
    ValueCode code = codes_.at(limited);
    if (reader != limits_.end() && is_redundant(reader->second, code)) return;
    const std::string real = list_.new_value(value + "_dequantized", list_.type(value));
    quantize(value, code, value, real);
    renamed_[value] = real;
  }

  void quantize_constants(Node& node) {
    const auto weights = list_.constant(node.input(1));
    const Attributes attributes(node, list_.where(node));
    const bool rows = node.op_type() == "Conv" || attributes.integer("transB", 0) != 0;
    const int64_t axis = rows ? 0 : 1;
    const int64_t channels = weights->dims[static_cast<size_t>(axis)];
    const int64_t inner = rows ? weights->size() / channels : 1;
    const auto channel_of = [&](int64_t i) { return i / inner % channels; };

    Array scales(TensorProto::FLOAT, {channels});
    std::vector<float> largest(static_cast<size_t>(channels), 0);
    for (int64_t i = 0; i < weights->size(); ++i) {
      float& most = largest[static_cast<size_t>(channel_of(i))];
      most = std::max(most, std::abs(static_cast<float>(weights->number(i))));
    }
    for (int64_t k = 0; k < channels; ++k) {
      const float scale = largest[static_cast<size_t>(k)] / kMostWeight;
      scales.set(k, std::isnormal(scale) ? static_cast<double>(scale) : 1.0);
    }
    Array integers(TensorProto::INT8, weights->dims);
    for (int64_t i = 0; i < integers.size(); ++i) {
      const double quotient = weights->number(i) / scales.number(channel_of(i));
      integers.set(i, std::clamp(std::nearbyint(quotient), -double{kMostWeight}, double{kMostWeight}));
    }
    const std::string name = node.input(1);
    const std::string scale = list_.add_constant(name + "_scale", scales);
    const std::string zero = list_.add_constant(name + "_zero_point", Array(TensorProto::INT8, {channels}));
    const std::string quantized = list_.add_constant(name + "_quantized", std::move(integers));
    const std::string real = list_.new_value(name + "_dequantized", {TensorProto::FLOAT, weights->dims});
    push("DequantizeLinear", real, {quantized, scale, zero}, real);
    set_integer(list_.nodes.back(), "axis", axis);
    node.set_input(1, real);
    if (has_input(node, 2)) quantize_bias(node, scales);
  }

  // Constants beside a tensor, by their own range.
  void quantize_operands(Node& node) {
    for (std::string& input : *node.mutable_input()) {
      const auto constant = input.empty() ? nullptr : list_.constant(input);
      if (constant == nullptr) continue;
      ValueRange::Limits limits;
      for (int64_t i = 0; i < constant->size(); ++i) {
        limits.least = std::min(limits.least, static_cast<float>(constant->number(i)));
        limits.most = std::max(limits.most, static_cast<float>(constant->number(i)));
      }
      const ValueCode code = code_for(limits, type_);
      Array integers(type_.elem_type, constant->dims);
      for (int64_t i = 0; i < integers.size(); ++i) {
        const float steps = static_cast<float>(constant->number(i)) / code.scale;
        integers.set(i, std::clamp(std::nearbyint(static_cast<double>(steps)) + code.zero_point,
                                   static_cast<double>(type_.least()), static_cast<double>(type_.most())));
      }
      const std::string name = input;
      const std::string scale = number(name + "_scale", TensorProto::FLOAT, static_cast<double>(code.scale));
      const std::string zero = number(name + "_zero_point", type_.elem_type, code.zero_point);
      const std::string quantized = list_.add_constant(name + "_quantized", std::move(integers));
      input = list_.new_value(name + "_dequantized", {TensorProto::FLOAT, constant->dims});
      push("DequantizeLinear", input, {quantized, scale, zero}, input);
    }
  }

  void quantize_bias(Node& node, const Array& weight_scales) {
    const auto bias = list_.constant(node.input(2));
    const float x_scale = scale_of(node.input(0));
    Array scales(TensorProto::FLOAT, {weight_scales.size()});
    Array integers(TensorProto::INT32, {weight_scales.size()});
    for (int64_t k = 0; k < scales.size(); ++k) {
      const float scale = x_scale * static_cast<float>(weight_scales.number(k));
      scales.set(k, static_cast<double>(scale));
      const double quotient = bias->number(bias->size() == 1 ? 0 : k) / static_cast<double>(scale);
      integers.set(k, std::clamp(std::nearbyint(quotient), -2147483648.0, 2147483647.0));
    }
    const std::string name = node.input(2);
    const std::string scale = list_.add_constant(name + "_scale", std::move(scales));
    const std::string quantized = list_.add_constant(name + "_quantized", std::move(integers));
    const std::string real =
        list_.new_value(name + "_dequantized", {TensorProto::FLOAT, Dims{weight_scales.size()}});
    push("DequantizeLinear", real, {quantized, scale}, real);
    set_integer(list_.nodes.back(), "axis", 0);
    node.set_input(2, real);
  }

  // Of the dequantized value of this name.
  float scale_of(const std::string& real) const {
    for (const auto& [value, code] : codes_) {
      if (code.real == real) return code.scale;
    }
    return 1;
  }

  NodeList& list_;
  const CodePlan& plan_;
  ValueCodes& codes_;
  const IntegerType type_;
  std::map<std::string, std::string> renamed_;

 public:
  std::map<std::string, ClipLimits> limits_;  // of each Relu or Clip, by its output
};

}  // namespace

ValueCodes choose_codes(const NodeList& list, const CodePlan& plan,
                        const std::map<std::string, ValueRange>& ranges, double percent, IntegerType type) {
  std::vector<std::string> values = list.inputs;
  for (const Node& node : list.nodes) {
    values.insert(values.end(), node.output().begin(), node.output().end());
  }
  std::map<std::string, ValueRange> groups;
  for (const std::string& value : values) {
    if (!plan.has_code(value)) continue;
    const auto range = ranges.find(value);
    if (range == ranges.end()) throw InputError(fmt::format("{}: value {}: not seen", list.path, value));
    groups[plan.group(value)].see(range->second);
  }
  ValueCodes codes;
  for (const std::string& value : values) {
    if (plan.has_code(value)) codes[value] = code_for(groups.at(plan.group(value)).limits(percent), type);
  }
  return codes;
}

void quantize_nodes(NodeList& list, const CodePlan& plan, ValueCodes& codes, IntegerType type) {
  Inserter inserter(list, plan, codes, type);
  for (const Node& node : list.nodes) {
    if (const auto limits = clip_limits(list, node)) inserter.limits_[node.output(0)] = *limits;
  }
  inserter.run();
}

}  // namespace hwcvp::onnx_import
