#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/onnx/network/codes.h"
#include "platform/onnx/network/function_columns.h"
#include "platform/onnx/network/passes.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

namespace {

// A constant of integers behind DequantizeLinear.
struct Weights {
  std::string integers, scale, zero_point;
  int64_t axis = 1;  // from the front, of scales for each channel
};

// Steps of biases that are those of the accumulators but for rounding.
constexpr float kSameStep = 1e-5F;

struct Limits {
  float least = -std::numeric_limits<float>::infinity(), most = std::numeric_limits<float>::infinity();
};

class Merger {
 public:
  explicit Merger(NodeList& list) : list_(list), uses_(list) {}

  void run() {
    for (size_t i = 0; i < list_.nodes.size(); ++i) {
      const Node node = list_.nodes[i];
      if (!is_quantize(node)) continue;
      const auto code = code_of(list_, node);
      if (!code) continue;
      if (auto merged = merge(node, *code)) list_.nodes[i] = std::move(*merged);
    }
    for (Node& node : list_.nodes) {
      if (!ends_in_numbers(node)) continue;
      const Node copy = node;  // the list's constants may grow
      auto merged = merge_product(copy, Code{});
      if (!merged) continue;
      merged->set_name(copy.name());
      merged->add_output(copy.output(0));
      list_.nodes[static_cast<size_t>(&node - list_.nodes.data())] = std::move(*merged);
    }
    list_.remove_unused();
  }

 private:
  // Nobody computes with what comes out but the host.
  bool ends_in_numbers(const Node& node) const {
    if (node.output_size() != 1) return false;
    const std::vector<size_t>& readers = uses_.readers(node.output(0));
    return (uses_.is_output(node.output(0)) || !readers.empty()) &&
           std::all_of(readers.begin(), readers.end(),
                       [&](size_t reader) { return operator_name(list_.nodes[reader]) == "Softmax"; });
  }

  const Node* maker(const std::string& value) const {
    const auto index = uses_.maker(value);
    return index ? &list_.nodes[*index] : nullptr;
  }

  // The integers behind a value, and how they are coded; nothing where it is not dequantized so.
  std::optional<std::pair<std::string, Code>> source(const std::string& value) {
    const Node* const node = maker(value);
    if (node == nullptr || !is_dequantize(*node) || list_.is_constant(node->input(0))) return {};
    const Node copy = *node;
    const auto code = code_of(list_, copy);
    if (!code) return {};
    return std::pair(copy.input(0), *code);
  }

  // Also of a constant with one scale for all of it.
  std::optional<std::pair<std::string, Code>> operand(const std::string& value) {
    const Node* const node = maker(value);
    if (node == nullptr || !is_dequantize(*node)) return {};
    const Node copy = *node;
    const auto code = code_of(list_, copy);
    if (!code) return {};
    return std::pair(copy.input(0), *code);
  }

  std::optional<Weights> weights(const std::string& value) {
    const Node* const found = maker(value);
    if (found == nullptr || !is_dequantize(*found) || !list_.is_constant(found->input(0))) return {};
    const Node node = *found;
    Weights weights;
    weights.integers = node.input(0);
    weights.scale = node.input(1);
    const ValueType type = list_.type(weights.integers);
    if (!is_eight_bits(type.elem_type) || !list_.is_constant(weights.scale) || !type.dims) return {};
    weights.zero_point =
        has_input(node, 2) ? node.input(2) : list_.add_scalar(weights.scale + "#zero", type.elem_type, 0);
    const Attributes attributes(node, list_.where(node));
    if (attributes.integer("block_size", 0) != 0) return {};
    weights.axis = attributes.integer("axis", 1);
    if (weights.axis < 0) weights.axis += static_cast<int64_t>(type.dims->size());
    return weights;
  }

  bool one_scale_or_along(const Weights& weights, int64_t axis) const {
    const auto scale = list_.constant(weights.scale);
    return scale != nullptr && (scale->size() == 1 || weights.axis == axis);
  }

  // Int32 in steps of the accumulators: as the file has it, or made of its numbers where it has other steps
  // or none. Nothing where they are not constant.
  std::optional<std::string> bias(const std::string& value, const Code& x, const Weights& w, double factor) {
    const Node* const node = maker(value);
    const bool coded = node != nullptr && is_dequantize(*node);
    const std::string integers = coded ? node->input(0) : "";
    const auto stored = list_.constant(coded ? integers : value);
    const auto own_scales = coded ? list_.constant(node->input(1)) : nullptr;
    const auto zero = coded && has_input(*node, 2) ? list_.constant(node->input(2)) : nullptr;
    for (int64_t i = 0; zero != nullptr && i < zero->size(); ++i) {
      if (zero->number(i) != 0) return {};
    }
    const auto scales = list_.constant(w.scale);
    if (stored == nullptr || scales == nullptr || (coded && own_scales == nullptr)) return {};
    if (stored->elem_type != onnx::TensorProto::INT32 && !is_floating_type(stored->elem_type)) return {};
    const auto fits = [&](const Array& array) { return array.size() == 1 || array.size() == stored->size(); };
    if (!fits(*scales) || (coded && !fits(*own_scales))) return {};
    const auto at = [](const Array& array, int64_t i) {
      return static_cast<float>(array.number(array.size() == 1 ? 0 : i));
    };
    Array made(onnx::TensorProto::INT32, stored->dims);
    bool as_it_is = coded;
    for (int64_t i = 0; i < made.size(); ++i) {
      const float step = x.step * at(*scales, i) * static_cast<float>(factor);
      const float own = coded ? at(*own_scales, i) : 1.0F;
      as_it_is = as_it_is && std::abs(own / step - 1) < kSameStep;
      const double number = stored->number(i) * static_cast<double>(own) / static_cast<double>(step);
      made.set(i, std::clamp(std::nearbyint(number), -2147483648.0, 2147483647.0));
    }
    if (as_it_is) return integers;
    return list_.add_constant(value + kMadeUp, std::move(made));
  }

  // Whether the node only limits its input to constants.
  bool limits_of(const Node& node, Limits& limits) const {
    const std::string name = operator_name(node);
    if (name == "Relu") {
      limits.least = std::max(limits.least, 0.0F);
      limits.most = std::max(limits.most, 0.0F);
      return true;
    }
    if (name != "Clip") return false;
    const Attributes attributes(node, list_.where(node));
    Limits own;
    if (attributes.has("min")) own.least = static_cast<float>(attributes.number("min", 0));
    if (attributes.has("max")) own.most = static_cast<float>(attributes.number("max", 0));
    for (int i = 1; i < 3; ++i) {
      if (!has_input(node, i)) continue;
      const auto array = list_.constant(node.input(i));
      if (array == nullptr || array->size() != 1) return false;
      (i == 1 ? own.least : own.most) = static_cast<float>(array->number(0));
    }
    // What comes later limits these as well.
    const auto limited = [&](float value) { return std::min(std::max(value, limits.least), limits.most); };
    limits = {limited(own.least), limited(own.most)};
    return true;
  }

  std::optional<Node> merge(const Node& quantize, const Code& y) {
    if (auto table = merge_function(quantize, y)) return table;
    Limits limits;
    const Node* base = maker(quantize.input(0));
    while (base != nullptr && has_input(*base, 0) && limits_of(*base, limits)) base = maker(base->input(0));
    if (base == nullptr) return {};
    const Node node = *base;  // the list's constants may grow
    auto merged = merge_operator(node, y);
    if (!merged) return {};
    merged->set_name(node.name());
    merged->add_output(quantize.output(0));
    if (std::isfinite(limits.least)) set_integer(*merged, "output_min", quantized(limits.least, y));
    if (std::isfinite(limits.most)) set_integer(*merged, "output_max", quantized(limits.most, y));
    list_.set_type(quantize.output(0), {y.elem_type, list_.type(quantize.output(0)).dims});
    return merged;
  }

  std::optional<Node> merge_product(const Node& node, const Code& y) {
    const std::string name = operator_name(node);
    if (name == "Conv") return merge_conv(node, y);
    if (name == "Gemm") return merge_gemm(node, y);
    if (name == "MatMul") return merge_matmul(node, nullptr, y);
    if (name == "Add") return merge_biased_matmul(node, y);
    return {};
  }

  std::optional<Node> merge_operator(const Node& node, const Code& y) {
    if (auto product = merge_product(node, y)) return product;
    const std::string name = operator_name(node);
    if (name == "Add" || name == "Mul" || name == "Sub") return merge_binary(node, y);
    if (name == "AveragePool" || name == "GlobalAveragePool" || name == "ReduceMean")
      return merge_mean(node, y);
    if (name == "Concat") return merge_concat(node, y);
    return {};
  }

  static Node with_inputs(const std::string& domain, const std::string& op_type,
                          const std::vector<std::string>& inputs) {
    Node node = make_node(domain, op_type, "", inputs, "");
    node.clear_output();
    return node;
  }

  std::optional<Node> merge_conv(const Node& node, const Code& y) {
    if (!has_input(node, 1)) return {};
    const auto x = source(node.input(0));
    const auto w = weights(node.input(1));
    if (!x || !w || !one_scale_or_along(*w, 0)) return {};
    Node merged = with_inputs("", "QLinearConv",
                              {x->first, x->second.scale, x->second.zero_point, w->integers, w->scale,
                               w->zero_point, y.scale, y.zero_point});
    *merged.mutable_attribute() = node.attribute();
    if (has_input(node, 2)) {
      const auto integers = bias(node.input(2), x->second, *w, 1);
      if (!integers) return {};
      merged.add_input(*integers);
    }
    return merged;
  }

  std::optional<Node> merge_gemm(const Node& node, const Code& y) {
    if (!has_input(node, 1)) return {};
    const Attributes attributes(node, list_.where(node));
    const auto a = source(node.input(0));
    const auto b = weights(node.input(1));
    if (!a || !b || !one_scale_or_along(*b, attributes.integer("transB", 0) != 0 ? 0 : 1)) return {};
    if (has_input(node, 2) && attributes.number("beta", 1) != 1) return {};
    std::string c;
    if (has_input(node, 2)) {
      const auto integers = bias(node.input(2), a->second, *b, attributes.number("alpha", 1));
      if (!integers) return {};
      c = *integers;
    }
    Node merged = with_inputs("com.microsoft", "QGemm",
                              {a->first, a->second.scale, a->second.zero_point, b->integers, b->scale,
                               b->zero_point, c, y.scale, y.zero_point});
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (attribute.name() != "beta") *merged.add_attribute() = attribute;
    }
    return merged;
  }

  // With or without a bias that is added.
  std::optional<Node> merge_matmul(const Node& node, const std::string* added, const Code& y) {
    if (!has_input(node, 1)) return {};
    const auto a = source(node.input(0));
    const auto b = weights(node.input(1));
    const auto dims = list_.type(node.input(1)).dims;
    if (!a || !b || !dims || dims->size() < 2 ||
        !one_scale_or_along(*b, static_cast<int64_t>(dims->size()) - 1)) {
      return {};
    }
    if (added == nullptr) {
      return with_inputs("", "QLinearMatMul",
                         {a->first, a->second.scale, a->second.zero_point, b->integers, b->scale,
                          b->zero_point, y.scale, y.zero_point});
    }
    const auto c = bias(*added, a->second, *b, 1);
    if (!c || dims->size() != 2) return {};
    return with_inputs("com.microsoft", "QGemm",
                       {a->first, a->second.scale, a->second.zero_point, b->integers, b->scale, b->zero_point,
                        *c, y.scale, y.zero_point});
  }

  std::optional<Node> merge_biased_matmul(const Node& node, const Code& y) {
    for (int i = 0; i < 2 && has_input(node, 1); ++i) {
      const Node* const product = maker(node.input(i));
      if (product == nullptr || operator_name(*product) != "MatMul") continue;
      const Node copy = *product;
      // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): the node changes below
      const std::string added = node.input(1 - i);
      // One number for each column, the same for all rows.
      const auto bias_dims = list_.type(added).dims, dims = list_.type(copy.output(0)).dims;
      if (!bias_dims || !dims || dims->empty() || element_product(*bias_dims) != dims->back()) continue;
      if (bias_dims->empty() || bias_dims->back() != dims->back()) continue;
      if (auto merged = merge_matmul(copy, &added, y)) return merged;
    }
    return {};
  }

  std::optional<Node> merge_binary(const Node& node, const Code& y) {
    if (!has_input(node, 1)) return {};
    const auto a = operand(node.input(0)), b = operand(node.input(1));
    if (!a || !b) return {};
    const bool subtracts = node.op_type() == "Sub";
    return with_inputs(subtracts ? "hwcvp" : "com.microsoft", "QLinear" + node.op_type(),
                       {a->first, a->second.scale, a->second.zero_point, b->first, b->second.scale,
                        b->second.zero_point, y.scale, y.zero_point});
  }

  std::optional<Node> merge_mean(const Node& node, const Code& y) {
    const auto x = source(node.input(0));
    if (!x) return {};
    Node merged = with_inputs("com.microsoft", "QLinear" + node.op_type(),
                              {x->first, x->second.scale, x->second.zero_point, y.scale, y.zero_point});
    *merged.mutable_attribute() = node.attribute();
    if (node.op_type() == "ReduceMean" && has_input(node, 1)) {
      const auto axes = list_.context(node).integers(1);
      if (!axes) return {};
      onnx::AttributeProto& attribute = *merged.add_attribute();
      attribute.set_name("axes");
      attribute.set_type(onnx::AttributeProto::INTS);
      for (const int64_t axis : *axes) attribute.add_ints(axis);
    }
    return merged;
  }

  std::optional<Node> merge_concat(const Node& node, const Code& y) {
    std::vector<std::string> inputs = {y.scale, y.zero_point};
    for (const std::string& input : node.input()) {
      const auto x = source(input);
      if (!x) return {};
      inputs.insert(inputs.end(), {x->first, x->second.scale, x->second.zero_point});
    }
    Node merged = with_inputs("com.microsoft", "QLinearConcat", inputs);
    *merged.mutable_attribute() = node.attribute();
    return merged;
  }

  // All that stands between one 8-bit tensor and QuantizeLinear works on single elements.
  std::optional<Node> merge_function(const Node& quantize, const Code& y) {
    FunctionColumns columns(list_, uses_);
    const auto column = columns.column(quantize.input(0));
    if (!column || columns.source().empty()) return {};
    if (columns.code() == y && columns.is_plain(quantize.input(0))) {
      return make_node("", "Identity", quantize.name(), {columns.source()}, quantize.output(0));
    }
    Array entries(onnx::TensorProto::UINT8, {256});
    for (int64_t i = 0; i < 256; ++i) entries.set_integer(i, quantized((*column)[static_cast<size_t>(i)], y));
    const Node* const made_by = maker(quantize.input(0));
    const std::string name = is_dequantize(*made_by) ? quantize.name() : made_by->name();
    return make_node(
        "hwcvp", "Table", name,
        {columns.source(), list_.add_constant(quantize.output(0) + "#entries", std::move(entries)), y.scale,
         y.zero_point},
        quantize.output(0));
  }

  NodeList& list_;
  const Uses uses_;
};

}  // namespace

void merge_quantization(NodeList& list) {
  Merger(list).run();
  remove_identities(list);
}

}  // namespace hwcvp::onnx_import
