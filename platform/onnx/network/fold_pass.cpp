#include <cmath>

#include "platform/onnx/network/passes.h"

namespace hwcvp::onnx_import {

namespace {

// y = x * factor + offset, for each output channel.
struct Affine {
  std::vector<double> factors, offsets;
};

// One number, or one for each channel in the axis behind the batch; empty for other constants.
std::vector<double> per_channel(const NodeList& list, const std::string& value, int64_t channels,
                                size_t rank) {
  const auto array = list.constant(value);
  if (array == nullptr || !is_floating_type(array->elem_type)) return {};
  if (array->size() == 1 && array->dims.size() <= rank) {
    return std::vector<double>(static_cast<size_t>(channels), array->number(0));
  }
  // {C, 1, 1} or {1, C, 1, 1}.
  Dims dims = array->dims;
  if (dims.size() + 1 == rank) dims.insert(dims.begin(), 1);
  if (dims.size() != rank || array->size() != channels || dims[1] != channels) return {};
  std::vector<double> values;
  for (int64_t i = 0; i < channels; ++i) values.push_back(array->number(i));
  return values;
}

std::optional<Affine> normalization(const NodeList& list, const Node& node, size_t channels) {
  std::vector<std::vector<double>> parts;
  for (int i = 1; i < 5; ++i) {
    const auto array = has_input(node, i) ? list.constant(node.input(i)) : nullptr;
    if (array == nullptr || array->size() != static_cast<int64_t>(channels)) return {};
    std::vector<double> part;
    for (int64_t k = 0; k < array->size(); ++k) part.push_back(array->number(k));
    parts.push_back(part);
  }
  const double epsilon = Attributes(node, list.where(node)).number("epsilon", 1e-5F);
  Affine affine;
  for (size_t c = 0; c < channels; ++c) {
    affine.factors.push_back(parts[0][c] / std::sqrt(parts[3][c] + epsilon));
    affine.offsets.push_back(parts[1][c] - parts[2][c] * affine.factors[c]);
  }
  return affine;
}

// What a node does to the convolution's output, where that is a product and a sum for each channel.
std::optional<Affine> affine_of(const NodeList& list, const Node& node, const std::string& convolved,
                                int64_t channels, size_t rank) {
  if (!node.domain().empty() || node.output_size() < 1) return {};
  const auto count = static_cast<size_t>(channels);
  if (node.op_type() == "BatchNormalization") {
    if (node.input(0) != convolved || Attributes(node, list.where(node)).integer("training_mode", 0) != 0)
      return {};
    return normalization(list, node, count);
  }
  if (node.input_size() != 2 || node.input(0) == node.input(1)) return {};
  const bool first = node.input(0) == convolved;
  const std::vector<double> values = per_channel(list, node.input(first ? 1 : 0), channels, rank);
  if (values.empty()) return {};
  Affine affine = {std::vector<double>(count, 1), std::vector<double>(count, 0)};
  for (size_t c = 0; c < count; ++c) {
    if (node.op_type() == "Mul") {
      affine.factors[c] = values[c];
    } else if (node.op_type() == "Div" && first && values[c] != 0) {
      affine.factors[c] = 1 / values[c];
    } else if (node.op_type() == "Add") {
      affine.offsets[c] = values[c];
    } else if (node.op_type() == "Sub") {
      affine.offsets[c] = first ? -values[c] : values[c];
      affine.factors[c] = first ? 1 : -1;
    } else {
      return {};
    }
  }
  return affine;
}

void apply(NodeList& list, Node& convolution, const Affine& affine) {
  Array weights = *list.constant(convolution.input(1));
  const auto channels = static_cast<int64_t>(affine.factors.size());
  const int64_t per_output = weights.size() / channels;
  for (int64_t i = 0; i < weights.size(); ++i) {
    weights.set(i, weights.number(i) * affine.factors[static_cast<size_t>(i / per_output)]);
  }
  Array bias(weights.elem_type, {channels});
  const auto before = has_input(convolution, 2) ? list.constant(convolution.input(2)) : nullptr;
  for (int64_t c = 0; c < channels; ++c) {
    const auto channel = static_cast<size_t>(c);
    const double old = before == nullptr ? 0.0 : before->number(c);
    bias.set(c, old * affine.factors[channel] + affine.offsets[channel]);
  }
  const std::string stem = convolution.input(1);
  convolution.set_input(1, list.add_constant(stem + "#folded", std::move(weights)));
  const std::string name = list.add_constant(stem + "#bias", std::move(bias));
  if (convolution.input_size() > 2) {
    convolution.set_input(2, name);
  } else {
    convolution.add_input(name);
  }
}

// Whether weights and bias are numbers in the file.
bool can_be_folded_into(const NodeList& list, const Node& node) {
  if (!node.domain().empty() || node.op_type() != "Conv" || !has_input(node, 1)) return false;
  const auto weights = list.constant(node.input(1));
  if (weights == nullptr || !is_floating_type(weights->elem_type) || weights->dims.size() < 3) return false;
  if (weights->dims[0] < 1 || weights->size() == 0) return false;
  if (!has_input(node, 2)) return true;
  const auto bias = list.constant(node.input(2));
  return bias != nullptr && bias->size() == weights->dims[0];
}

}  // namespace

void fold_into_convolutions(NodeList& list) {
  const Uses uses(list);
  for (Node& node : list.nodes) {
    if (!can_be_folded_into(list, node)) continue;
    while (const auto reader = uses.only_reader(node.output(0))) {
      Node& next = list.nodes[*reader];
      const Dims dims = list.constant(node.input(1))->dims;
      const auto affine = affine_of(list, next, node.output(0), dims[0], dims.size());
      if (!affine) break;
      apply(list, node, *affine);
      node.set_output(0, next.output(0));
      next.Clear();
    }
  }
  list.remove_unused();
}

}  // namespace hwcvp::onnx_import
