#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

using onnx::TensorProto;

namespace {

constexpr int64_t kMostExtent = INT32_MAX;

bool in_range(const Dims& values, int64_t least) {
  return std::all_of(values.begin(), values.end(),
                     [&](int64_t value) { return value >= least && value <= kMostExtent; });
}

// The padding of an axis whose output has ceil(input / stride) lines.
int64_t same_total(int64_t input, int64_t stride, int64_t extent) {
  const int64_t lines = (input + stride - 1) / stride;
  return std::max<int64_t>((lines - 1) * stride + extent - input, 0);
}

void window_output(const Dims& input, const Dims& kernel, const NodeContext& context, int32_t elem_type,
                   int64_t channels, OutputTypes& outputs) {
  const auto window = read_window(context, input, kernel);
  outputs[0].elem_type = elem_type;
  if (!window) return;
  Dims dims = {input[0], channels};
  dims.insert(dims.end(), window->output.begin(), window->output.end());
  outputs[0].dims = dims;
}

void convolution(const NodeContext& context, int x, int w, int32_t elem_type, OutputTypes& outputs) {
  const auto input = context.dims(x), weights = context.dims(w);
  outputs[0].elem_type = elem_type;
  if (!input || !weights || input->size() < 3 || input->size() != weights->size()) return;
  window_output(*input, Dims(weights->begin() + 2, weights->end()), context, elem_type, (*weights)[0],
                outputs);
}

void conv(const NodeContext& context, OutputTypes& outputs) {
  convolution(context, 0, 1, context.elem_type(0), outputs);
}
void conv_integer(const NodeContext& context, OutputTypes& outputs) {
  convolution(context, 0, 1, TensorProto::INT32, outputs);
}
void qlinear_conv(const NodeContext& context, OutputTypes& outputs) {
  convolution(context, 0, 3, context.elem_type(7), outputs);
}

void conv_transpose(const NodeContext& context, OutputTypes& outputs) {
  const auto input = context.dims(0), weights = context.dims(1);
  outputs[0].elem_type = context.elem_type(0);
  if (!input || !weights || input->size() < 3 || input->size() != weights->size()) return;
  const size_t axes = input->size() - 2;
  const Attributes& attributes = context.attributes();
  const auto or_all = [&](const char* name, int64_t otherwise, size_t count) {
    Dims values = attributes.list(name);
    return values.size() == count ? values : Dims(count, otherwise);
  };
  const Dims strides = or_all("strides", 1, axes), dilations = or_all("dilations", 1, axes),
             pads = or_all("pads", 0, 2 * axes), extra = or_all("output_padding", 0, axes),
             sizes = or_all("output_shape", -1, axes);
  const bool same = attributes.text("auto_pad", "NOTSET").rfind("SAME", 0) == 0;
  if (!in_range(*input, 1) || !in_range(*weights, 1) || !in_range(pads, 0) || !in_range(extra, 0)) return;
  Dims dims = {(*input)[0], (*weights)[1] * attributes.integer("group", 1)};
  for (size_t i = 0; i < axes; ++i) {
    const int64_t span = ((*weights)[i + 2] - 1) * dilations[i] + 1;
    int64_t size = strides[i] * ((*input)[i + 2] - 1) + extra[i] + span - pads[i] - pads[i + axes];
    if (same) size = (*input)[i + 2] * strides[i];
    if (sizes[i] > 0) size = sizes[i];
    if (size < 1) return;
    dims.push_back(size);
  }
  outputs[0].dims = dims;
}

void pool(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  const Dims kernel = context.attributes().list("kernel_shape");
  if (!input || input->size() < 3 || kernel.size() + 2 != input->size()) return;
  if (context.attributes().integer("channels_last", 0) != 0) {
    Dims first = {(*input)[0], input->back()};
    first.insert(first.end(), input->begin() + 1, input->end() - 1);
    window_output(first, kernel, context, outputs[0].elem_type, first[1], outputs);
    if (!outputs[0].dims) return;
    Dims& dims = *outputs[0].dims;
    std::rotate(dims.begin() + 1, dims.begin() + 2, dims.end());
    return;
  }
  window_output(*input, kernel, context, outputs[0].elem_type, (*input)[1], outputs);
  if (outputs.size() > 1) outputs[1] = {TensorProto::INT64, outputs[0].dims};
}

void global_pool(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = context.type(0);
  if (!outputs[0].dims || outputs[0].dims->size() < 3) return;
  Dims& dims = *outputs[0].dims;
  const bool last = context.attributes().integer("channels_last", 0) != 0;
  std::fill(dims.begin() + (last ? 1 : 2), dims.end() - (last ? 1 : 0), 1);
}

std::optional<Dims> product_dims(const std::optional<Dims>& a, const std::optional<Dims>& b) {
  if (!a || !b || a->empty() || b->empty()) return {};
  const Dims left = a->size() == 1 ? Dims{1, (*a)[0]} : *a, right = b->size() == 1 ? Dims{(*b)[0], 1} : *b;
  if (left.back() != right[right.size() - 2]) return {};
  auto dims = broadcast(Dims(left.begin(), left.end() - 2), Dims(right.begin(), right.end() - 2));
  if (!dims) return {};
  if (a->size() > 1) dims->push_back(left[left.size() - 2]);
  if (b->size() > 1) dims->push_back(right.back());
  return dims;
}

void matmul(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {context.elem_type(0), product_dims(context.dims(0), context.dims(1))};
}
void matmul_integer(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {TensorProto::INT32, product_dims(context.dims(0), context.dims(1))};
}
void matmul_integer_to_float(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {TensorProto::FLOAT, product_dims(context.dims(0), context.dims(1))};
}
void qlinear_matmul(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {context.elem_type(7), product_dims(context.dims(0), context.dims(3))};
}

void gemm_of(const NodeContext& context, int b_input, int32_t elem_type, OutputTypes& outputs) {
  outputs[0].elem_type = elem_type;
  const auto a = context.dims(0), b = context.dims(b_input);
  if (!a || !b || a->size() != 2 || b->size() != 2) return;
  const size_t row = context.attributes().integer("transA", 0) != 0 ? 1 : 0;
  const size_t column = context.attributes().integer("transB", 0) != 0 ? 0 : 1;
  outputs[0].dims = {(*a)[row], (*b)[column]};
}
void gemm(const NodeContext& context, OutputTypes& outputs) {
  gemm_of(context, 1, context.elem_type(0), outputs);
}
// a, a_scale, a_zero_point, b, b_scale, b_zero_point, c, y_scale, y_zero_point
void qgemm(const NodeContext& context, OutputTypes& outputs) {
  gemm_of(context, 3, context.has(8) ? context.elem_type(8) : TensorProto::FLOAT, outputs);
}

void reduce(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  if (!input) return;
  const Attributes& attributes = context.attributes();
  Dims axes;
  if (context.has(1) || attributes.has("axes")) {
    const auto given = context.attribute_or_input("axes", 1);
    if (!given) return;
    axes = *given;
  }
  if (axes.empty() && attributes.integer("noop_with_empty_axes", 0) != 0) {
    outputs[0].dims = input;
    return;
  }
  std::vector<bool> reduced(input->size(), axes.empty());
  for (const int64_t axis : axes) {
    const auto front = front_axis(axis, input->size());
    if (!front) return;
    reduced[*front] = true;
  }
  Dims dims;
  const bool keep = attributes.integer("keepdims", 1) != 0;
  for (size_t i = 0; i < input->size(); ++i) {
    if (!reduced[i]) dims.push_back((*input)[i]);
    if (reduced[i] && keep) dims.push_back(1);
  }
  outputs[0].dims = dims;
}

void arg_reduce(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = TensorProto::INT64;
  const auto input = context.dims(0);
  if (!input) return;
  const auto axis = front_axis(context.attributes().integer("axis", 0), input->size());
  if (!axis) return;
  Dims dims = *input;
  if (context.attributes().integer("keepdims", 1) != 0) {
    dims[*axis] = 1;
  } else {
    dims.erase(dims.begin() + static_cast<int64_t>(*axis));
  }
  outputs[0].dims = dims;
}

void top_k(const NodeContext& context, OutputTypes& outputs) {
  ValueType type = context.type(0);
  if (type.dims) {
    const auto axis = front_axis(context.attributes().integer("axis", -1), type.dims->size());
    Dims k = {context.attributes().integer("k", -1)};
    if (context.has(1)) k = context.integers(1).value_or(Dims{});
    if (axis && k.size() == 1 && k[0] >= 0) {
      (*type.dims)[*axis] = k[0];
    } else {
      type.dims.reset();
    }
  }
  outputs[0] = type;
  if (outputs.size() > 1) outputs[1] = {TensorProto::INT64, type.dims};
}

// X {steps, batch, inputs} -> Y {steps, directions, batch, hidden}, and the last states.
void recurrent(const NodeContext& context, OutputTypes& outputs) {
  for (ValueType& output : outputs) output.elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  const int64_t hidden = context.attributes().integer("hidden_size", 0);
  if (!input || input->size() != 3 || hidden < 1) return;
  const int64_t directions = context.attributes().text("direction", "forward") == "bidirectional" ? 2 : 1;
  const bool batch_first = context.attributes().integer("layout", 0) != 0;
  const int64_t steps = (*input)[batch_first ? 1 : 0], batch = (*input)[batch_first ? 0 : 1];
  const Dims last = batch_first ? Dims{batch, directions, hidden} : Dims{directions, batch, hidden};
  outputs[0].dims =
      batch_first ? Dims{batch, steps, directions, hidden} : Dims{steps, directions, batch, hidden};
  for (size_t i = 1; i < outputs.size(); ++i) outputs[i].dims = last;
}

// Scores {N, C, ...} and labels {N, ...}.
void loss(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {context.elem_type(0), Dims{}};
  if (context.attributes().text("reduction", "mean") == "none") outputs[0].dims = context.dims(1);
  if (outputs.size() > 1) outputs[1] = context.type(0);
}

// X {N, C, ...}, grid {N, ..., 2 or 3}.
void grid_sample(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0), grid = context.dims(1);
  if (!input || !grid || input->size() < 3 || grid->size() != input->size()) return;
  Dims dims = {(*input)[0], (*input)[1]};
  dims.insert(dims.end(), grid->begin() + 1, grid->end() - 1);
  outputs[0].dims = dims;
}

void roi_align(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0), rois = context.dims(1);
  if (!input || !rois || input->size() != 4 || rois->size() != 2) return;
  const Attributes& attributes = context.attributes();
  outputs[0].dims = Dims{(*rois)[0], (*input)[1], attributes.integer("output_height", 1),
                         attributes.integer("output_width", 1)};
}

void one_hot(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(2);
  auto dims = context.dims(0);
  const auto depth = context.numbers(1);
  if (!dims || !depth || depth->size() != 1 || !((*depth)[0] >= 0 && (*depth)[0] <= kMostExtent)) return;
  const auto axis = front_axis(context.attributes().integer("axis", -1), dims->size() + 1);
  if (!axis) return;
  dims->insert(dims->begin() + static_cast<int64_t>(*axis), static_cast<int64_t>((*depth)[0]));
  outputs[0].dims = dims;
}

// Terms of single letters, with an output given or made of the letters that stand once; no "...".
void einsum(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  std::string equation = context.attributes().text("equation", "");
  equation.erase(std::remove(equation.begin(), equation.end(), ' '), equation.end());
  if (equation.find('.') != std::string::npos) return;
  const size_t arrow = equation.find("->");
  std::map<char, int64_t> extents;
  std::map<char, int> counts;
  int input = 0;
  size_t axis = 0;
  for (const char letter : equation.substr(0, arrow)) {
    if (letter == ',') {
      ++input;
      axis = 0;
      continue;
    }
    const auto dims = context.dims(input);
    if (!dims || axis >= dims->size()) return;
    extents[letter] = std::max(extents[letter], (*dims)[axis++]);
    ++counts[letter];
  }
  std::string result;
  if (arrow != std::string::npos) result = equation.substr(arrow + 2);
  for (const auto& [letter, count] : counts) {
    if (arrow == std::string::npos && count == 1) result += letter;
  }
  Dims dims;
  for (const char letter : result) {
    if (extents.count(letter) == 0) return;
    dims.push_back(extents[letter]);
  }
  outputs[0].dims = dims;
}

const std::map<std::string, ShapeRule>& rules() {
  static const std::map<std::string, ShapeRule> all = [] {
    std::map<std::string, ShapeRule> named = {
        {"Conv", conv},
        {"ConvInteger", conv_integer},
        {"QLinearConv", qlinear_conv},
        {"com.microsoft.QLinearConv", qlinear_conv},
        {"com.microsoft.FusedConv", conv},
        {"ConvTranspose", conv_transpose},
        {"MaxPool", pool},
        {"AveragePool", pool},
        {"LpPool", pool},
        {"com.microsoft.QLinearAveragePool", pool},
        {"GlobalAveragePool", global_pool},
        {"GlobalMaxPool", global_pool},
        {"GlobalLpPool", global_pool},
        {"com.microsoft.QLinearGlobalAveragePool", global_pool},
        {"MatMul", matmul},
        {"MatMulInteger", matmul_integer},
        {"com.microsoft.MatMulIntegerToFloat", matmul_integer_to_float},
        {"com.microsoft.DynamicQuantizeMatMul", matmul_integer_to_float},
        {"QLinearMatMul", qlinear_matmul},
        {"com.microsoft.QLinearMatMul", qlinear_matmul},
        {"Gemm", gemm},
        {"com.microsoft.FusedGemm", gemm},
        {"com.microsoft.FusedMatMul", matmul},
        {"com.microsoft.QGemm", qgemm},
        {"com.microsoft.QLinearReduceMean", reduce},
        {"ArgMax", arg_reduce},
        {"ArgMin", arg_reduce},
        {"TopK", top_k},
        {"LSTM", recurrent},
        {"GRU", recurrent},
        {"RNN", recurrent},
        {"SoftmaxCrossEntropyLoss", loss},
        {"NegativeLogLikelihoodLoss", loss},
        {"GridSample", grid_sample},
        {"RoiAlign", roi_align},
        {"OneHot", one_hot},
        {"Einsum", einsum},
    };
    for (const char* const name : {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax",
                                   "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"}) {
      named[name] = reduce;
    }
    return named;
  }();
  return all;
}

}  // namespace

std::optional<Window> read_window(const NodeContext& context, const Dims& input, const Dims& kernel) {
  const Attributes& attributes = context.attributes();
  const size_t axes = input.size() - 2;
  const auto or_ones = [&](const char* name) {
    const Dims values = attributes.list(name);
    return values.empty() ? Dims(axes, 1) : values;
  };
  Window window;
  window.kernel = kernel;
  window.strides = or_ones("strides");
  window.dilations = or_ones("dilations");
  window.pads = attributes.list("pads");
  if (window.pads.empty()) window.pads = Dims(2 * axes, 0);
  const Dims given = attributes.list("kernel_shape");
  if ((!given.empty() && given != kernel) || kernel.size() != axes || window.strides.size() != axes ||
      window.dilations.size() != axes || window.pads.size() != 2 * axes) {
    return {};
  }
  if (!in_range(input, 1) || !in_range(kernel, 1) || !in_range(window.strides, 1) ||
      !in_range(window.dilations, 1) || !in_range(window.pads, 0)) {
    return {};
  }
  const std::string auto_pad = attributes.text("auto_pad", "NOTSET");
  const bool up = attributes.integer("ceil_mode", 0) != 0;
  for (size_t i = 0; i < axes; ++i) {
    const int64_t size = input[i + 2], stride = window.strides[i];
    const int64_t span = (kernel[i] - 1) * window.dilations[i] + 1;
    int64_t &before = window.pads[i], &after = window.pads[i + axes];
    if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
      const int64_t total = same_total(size, stride, span);
      before = auto_pad == "SAME_LOWER" ? total - total / 2 : total / 2;
      after = total - before;
    } else if (auto_pad == "VALID") {
      before = after = 0;
    }
    const int64_t steps = size + before + after - span;
    if (steps < 0) return {};
    int64_t lines = steps / stride + 1;
    // Rounded up, unless the last window would begin in the padding behind the image.
    if (up && steps % stride != 0 && lines * stride < size + before) ++lines;
    window.output.push_back(lines);
  }
  return window;
}

ShapeRule shape_rule(const std::string& operator_name) {
  if (const ShapeRule rule = elementwise_rule(operator_name)) return rule;
  if (const ShapeRule rule = move_rule(operator_name)) return rule;
  const auto found = rules().find(operator_name);
  return found == rules().end() ? nullptr : found->second;
}

}  // namespace hwcvp::onnx_import
