#include <algorithm>
#include <cmath>
#include <map>

#include "platform/onnx/shapes/moves.h"
#include "platform/onnx/shapes/shape_rules.h"

namespace hwcvp::onnx_import {

using onnx::TensorProto;

namespace {

// Sizes of "Split": given, or as even as they can be.
std::optional<Dims> split_sizes(const NodeContext& context, int64_t extent) {
  if (context.has(1) || context.attributes().has("split")) return context.attribute_or_input("split", 1);
  const auto parts = static_cast<int64_t>(context.outputs());
  const int64_t part = (extent + parts - 1) / parts;
  Dims sizes(static_cast<size_t>(parts), part);
  sizes.back() = extent - part * (parts - 1);
  return sizes;
}

void reshape(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto shape = context.has(1) ? context.integers(1) : context.attribute_or_input("shape", 1);
  const auto input = context.dims(0);
  if (!shape) return;
  Dims dims = *shape;
  const bool zero_is_zero = context.attributes().integer("allowzero", 0) != 0;
  std::optional<size_t> open;
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == 0 && !zero_is_zero) {
      if (!input || i >= input->size()) return;
      dims[i] = (*input)[i];
    }
    if (dims[i] == -1) {
      if (open) return;
      open = i;
      dims[i] = 1;
    }
  }
  const int64_t known = element_product(dims).value_or(-1);
  const int64_t all = input ? element_product(*input).value_or(-1) : -1;
  if (known < 0) return;
  if (open) {
    if (all < 0 || known == 0 || all % known != 0) return;
    dims[*open] = all / known;
  } else if (all >= 0 && all != known) {
    return;
  }
  outputs[0].dims = dims;
}

void flatten(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  if (!input) return;
  const auto rank = static_cast<int64_t>(input->size());
  int64_t axis = context.attributes().integer("axis", 1);
  if (axis < 0) axis += rank;
  if (axis < 0 || axis > rank) return;
  const auto rows = element_product(Dims(input->begin(), input->begin() + axis));
  const auto columns = element_product(Dims(input->begin() + axis, input->end()));
  if (rows && columns) outputs[0].dims = Dims{*rows, *columns};
}

void squeeze(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  if (!input) return;
  std::vector<bool> removed(input->size(), false);
  if (context.has(1) || context.attributes().has("axes")) {
    const auto axes = context.attribute_or_input("axes", 1);
    if (!axes) return;
    for (const int64_t axis : *axes) {
      const auto front = front_axis(axis, input->size());
      if (!front || (*input)[*front] != 1) return;
      removed[*front] = true;
    }
  } else {
    for (size_t i = 0; i < input->size(); ++i) removed[i] = (*input)[i] == 1;
  }
  Dims dims;
  for (size_t i = 0; i < input->size(); ++i) {
    if (!removed[i]) dims.push_back((*input)[i]);
  }
  outputs[0].dims = dims;
}

void unsqueeze(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  const auto axes = context.attribute_or_input("axes", 1);
  if (!input || !axes) return;
  std::vector<bool> added(input->size() + axes->size(), false);
  for (const int64_t axis : *axes) {
    const auto front = front_axis(axis, added.size());
    if (!front || added[*front]) return;
    added[*front] = true;
  }
  Dims dims;
  auto from = input->begin();
  for (const bool one : added) dims.push_back(one ? 1 : *from++);
  outputs[0].dims = dims;
}

void transpose(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  if (!input) return;
  const auto permutation = read_permutation(context, input->size());
  if (!permutation) return;
  Dims dims;
  for (const size_t axis : *permutation) dims.push_back((*input)[axis]);
  outputs[0].dims = dims;
}

void concat_from(const NodeContext& context, int first, int step, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(first);
  auto dims = context.dims(first);
  if (!dims) return;
  const auto axis = front_axis(context.attributes().integer("axis", 1), dims->size());
  if (!axis) return;
  for (int i = first + step; i < context.inputs(); i += step) {
    const auto other = context.dims(i);
    if (!other || other->size() != dims->size()) return;
    for (size_t k = 0; k < dims->size(); ++k) {
      if (k != *axis && (*other)[k] != (*dims)[k]) return;
    }
    if (__builtin_add_overflow((*dims)[*axis], (*other)[*axis], &(*dims)[*axis])) return;
  }
  outputs[0].dims = dims;
}
void concat(const NodeContext& context, OutputTypes& outputs) { concat_from(context, 0, 1, outputs); }
// y_scale, y_zero_point, then tensor, scale, zero point of each.
void qlinear_concat(const NodeContext& context, OutputTypes& outputs) {
  concat_from(context, 2, 3, outputs);
  outputs[0].elem_type = context.elem_type(1);
}

void split(const NodeContext& context, OutputTypes& outputs) {
  for (ValueType& output : outputs) output.elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  if (!input) return;
  const auto axis = front_axis(context.attributes().integer("axis", 0), input->size());
  if (!axis) return;
  const auto sizes = split_sizes(context, (*input)[*axis]);
  if (!sizes || sizes->size() != outputs.size()) return;
  int64_t left = (*input)[*axis];
  for (const int64_t size : *sizes) {
    if (size < 0 || size > left) return;
    left -= size;
  }
  if (left != 0) return;
  for (size_t i = 0; i < outputs.size(); ++i) {
    outputs[i].dims = input;
    (*outputs[i].dims)[*axis] = (*sizes)[i];
  }
}

void slice(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  if (!input) return;
  const auto range = read_slice(context, *input);
  if (range) outputs[0].dims = range->extents;
}

void pad(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  auto dims = context.dims(0);
  if (!dims) return;
  const auto pads = read_pad(context, dims->size());
  if (!pads) return;
  for (size_t i = 0; i < dims->size(); ++i) {
    const int64_t before = (*pads)[i], after = (*pads)[i + dims->size()];
    if (std::abs(before) > INT32_MAX || std::abs(after) > INT32_MAX) return;
    (*dims)[i] += before + after;
    if ((*dims)[i] < 0) return;
  }
  outputs[0].dims = dims;
}

void gather(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0), indices = context.dims(1);
  if (!input || !indices) return;
  const auto axis = front_axis(context.attributes().integer("axis", 0), input->size());
  if (!axis) return;
  Dims dims(input->begin(), input->begin() + static_cast<int64_t>(*axis));
  dims.insert(dims.end(), indices->begin(), indices->end());
  dims.insert(dims.end(), input->begin() + static_cast<int64_t>(*axis) + 1, input->end());
  outputs[0].dims = dims;
}

void gather_elements(const NodeContext& context, OutputTypes& outputs) {
  outputs[0] = {context.elem_type(0), context.dims(1)};
}

void gather_nd(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0), indices = context.dims(1);
  const int64_t batch = context.attributes().integer("batch_dims", 0);
  if (!input || !indices || indices->empty() || batch < 0) return;
  const int64_t from = batch + indices->back();
  if (from < 0 || from > static_cast<int64_t>(input->size())) return;
  Dims dims(indices->begin(), indices->end() - 1);
  dims.insert(dims.end(), input->begin() + from, input->end());
  outputs[0].dims = dims;
}

void expand(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0), shape = context.integers(1);
  if (input && shape) outputs[0].dims = broadcast(*input, *shape);
}

void tile(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0), repeats = context.integers(1);
  if (!input || !repeats || repeats->size() != input->size()) return;
  Dims dims;
  for (size_t i = 0; i < input->size(); ++i) {
    int64_t extent = 0;
    if ((*repeats)[i] < 0 || __builtin_mul_overflow((*input)[i], (*repeats)[i], &extent)) return;
    dims.push_back(extent);
  }
  outputs[0].dims = dims;
}

void shape(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = TensorProto::INT64;
  if (const auto input = context.dims(0)) {
    outputs[0].dims = Dims{static_cast<int64_t>(shape_part(context, *input).size())};
  }
}

void size(const NodeContext& /*context*/, OutputTypes& outputs) { outputs[0] = {TensorProto::INT64, Dims{}}; }

void constant_of_shape(const NodeContext& context, OutputTypes& outputs) {
  const onnx::TensorProto* const value = context.attributes().tensor("value");
  outputs[0] = {value != nullptr ? value->data_type() : TensorProto::FLOAT, context.integers(0)};
}

void depth_to_space(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  const int64_t block = context.attributes().integer("blocksize", 0);
  if (!input || input->size() != 4 || block < 1 || block > (*input)[1] || (*input)[1] % (block * block) != 0)
    return;
  outputs[0].dims =
      Dims{(*input)[0], (*input)[1] / (block * block), (*input)[2] * block, (*input)[3] * block};
}

void space_to_depth(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  const int64_t block = context.attributes().integer("blocksize", 0);
  if (!input || input->size() != 4 || block < 1 || block > std::min((*input)[2], (*input)[3])) return;
  outputs[0].dims = Dims{(*input)[0], (*input)[1] * block * block, (*input)[2] / block, (*input)[3] / block};
}

// Resize of operator set 11 and later: X, roi, scales, sizes; of 10 and Upsample: X, scales.
void resize(const NodeContext& context, OutputTypes& outputs) {
  outputs[0].elem_type = context.elem_type(0);
  const auto input = context.dims(0);
  if (!input) return;
  const Attributes& attributes = context.attributes();
  const bool late = context.node().op_type() == "Resize" && context.operator_set() >= 11;
  Dims axes = attributes.list("axes");
  if (axes.empty()) {
    for (size_t i = 0; i < input->size(); ++i) axes.push_back(static_cast<int64_t>(i));
  }
  std::optional<std::vector<double>> scales = context.numbers(late ? 2 : 1);
  if (attributes.has("scales")) scales = attributes.number_list("scales");
  std::optional<Dims> sizes;
  if (late && context.has(3)) sizes = context.integers(3);
  if (scales && scales->empty()) scales.reset();
  Dims dims = *input;
  if (sizes) {
    if (sizes->size() != axes.size()) return;
    const std::string policy = attributes.text("keep_aspect_ratio_policy", "stretch");
    double factor = 0;
    for (size_t i = 0; i < axes.size(); ++i) {
      const auto axis = front_axis(axes[i], dims.size());
      if (!axis || (*input)[*axis] == 0) return;
      const double ratio = static_cast<double>((*sizes)[i]) / static_cast<double>((*input)[*axis]);
      if (i == 0) factor = ratio;
      factor = policy == "not_larger" ? std::min(factor, ratio) : std::max(factor, ratio);
    }
    for (size_t i = 0; i < axes.size(); ++i) {
      const size_t axis = *front_axis(axes[i], dims.size());
      dims[axis] = policy == "stretch"
                       ? (*sizes)[i]
                       : static_cast<int64_t>(std::round(static_cast<double>((*input)[axis]) * factor));
      if (dims[axis] < 1) return;
    }
  } else if (scales) {
    if (scales->size() != axes.size()) return;
    for (size_t i = 0; i < axes.size(); ++i) {
      const auto axis = front_axis(axes[i], dims.size());
      if (!axis) return;
      const double extent = std::floor(static_cast<double>((*input)[*axis]) * (*scales)[i]);
      if (!(extent >= 1 && extent <= INT32_MAX)) return;
      dims[*axis] = static_cast<int64_t>(extent);
    }
  } else {
    return;
  }
  outputs[0].dims = dims;
}

const std::map<std::string, ShapeRule>& rules_of_moves() {
  static const std::map<std::string, ShapeRule> all = {
      {"Reshape", reshape},
      {"Flatten", flatten},
      {"Squeeze", squeeze},
      {"Unsqueeze", unsqueeze},
      {"Transpose", transpose},
      {"Concat", concat},
      {"com.microsoft.QLinearConcat", qlinear_concat},
      {"Split", split},
      {"Slice", slice},
      {"Pad", pad},
      {"Gather", gather},
      {"GatherElements", gather_elements},
      {"GatherND", gather_nd},
      {"Expand", expand},
      {"Tile", tile},
      {"Shape", shape},
      {"Size", size},
      {"ConstantOfShape", constant_of_shape},
      {"DepthToSpace", depth_to_space},
      {"SpaceToDepth", space_to_depth},
      {"Resize", resize},
      {"Upsample", resize},
  };
  return all;
}

}  // namespace

ShapeRule move_rule(const std::string& operator_name) {
  const auto found = rules_of_moves().find(operator_name);
  return found == rules_of_moves().end() ? nullptr : found->second;
}

std::optional<BlockMove> read_blocks(const NodeContext& context, const Dims& image) {
  const int64_t block = context.attributes().integer("blocksize", 0);
  if (image.size() != 4 || block < 1) return {};
  const int64_t n = image[0], c = image[1], h = image[2], w = image[3];
  if (context.node().op_type() == "SpaceToDepth") {
    if (h % block != 0 || w % block != 0) return {};
    return BlockMove{{n, c, h / block, block, w / block, block}, {0, 3, 5, 1, 2, 4}};
  }
  if (block > c || c % (block * block) != 0) return {};
  const int64_t channels = c / (block * block);
  if (context.attributes().text("mode", "DCR") == "CRD") {
    return BlockMove{{n, channels, block, block, h, w}, {0, 1, 4, 2, 5, 3}};
  }
  return BlockMove{{n, block, block, channels, h, w}, {0, 3, 4, 1, 5, 2}};
}

std::optional<std::vector<size_t>> read_permutation(const NodeContext& context, size_t rank) {
  const Dims given = context.attributes().list("perm");
  std::vector<size_t> permutation;
  for (size_t i = 0; i < rank; ++i) permutation.push_back(rank - 1 - i);
  if (!context.attributes().has("perm")) return permutation;
  if (given.size() != rank) return {};
  std::vector<bool> taken(rank, false);
  for (size_t i = 0; i < rank; ++i) {
    const auto axis = front_axis(given[i], rank);
    if (!axis || taken[*axis]) return {};
    taken[*axis] = true;
    permutation[i] = *axis;
  }
  return permutation;
}

std::optional<SliceRange> read_slice(const NodeContext& context, const Dims& input) {
  const auto starts = context.attribute_or_input("starts", 1), ends = context.attribute_or_input("ends", 2);
  if (!starts || !ends || starts->size() != ends->size()) return {};
  Dims axes, steps(starts->size(), 1);
  for (size_t i = 0; i < starts->size(); ++i) axes.push_back(static_cast<int64_t>(i));
  if (context.has(3) || context.attributes().has("axes")) {
    const auto given = context.attribute_or_input("axes", 3);
    if (!given) return {};
    axes = *given;
  }
  if (context.has(4)) {
    const auto given = context.integers(4);
    if (!given) return {};
    steps = *given;
  }
  if (axes.size() != starts->size() || steps.size() != starts->size()) return {};
  SliceRange range = {Dims(input.size(), 0), Dims(input.size(), 1), input};
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto axis = front_axis(axes[i], input.size());
    if (!axis || steps[i] == 0 || steps[i] == INT64_MIN) return {};
    const int64_t extent = input[*axis], step = steps[i];
    int64_t start = (*starts)[i], end = (*ends)[i];
    if (start < 0) start += extent;
    if (end < 0) end = end < -extent ? (step > 0 ? 0 : -1) : end + extent;
    if (step > 0) {
      start = std::clamp<int64_t>(start, 0, extent);
      end = std::clamp<int64_t>(end, 0, extent);
    } else {
      start = std::clamp<int64_t>(start, 0, extent - 1);
      end = std::clamp<int64_t>(end, -1, extent - 1);
    }
    const int64_t distance = step > 0 ? end - start : start - end, stride = std::abs(step);
    range.starts[*axis] = start;
    range.steps[*axis] = step;
    range.extents[*axis] = distance <= 0 ? 0 : (distance - 1) / stride + 1;
  }
  return range;
}

std::optional<Dims> read_pad(const NodeContext& context, size_t rank) {
  auto given = context.attribute_or_input("pads", 1);
  if (!given) return {};
  if (!context.has(3)) {
    if (given->size() != 2 * rank) return {};
    return given;
  }
  const auto axes = context.integers(3);
  if (!axes || given->size() != 2 * axes->size()) return {};
  Dims pads(2 * rank, 0);
  for (size_t i = 0; i < axes->size(); ++i) {
    const auto axis = front_axis((*axes)[i], rank);
    if (!axis) return {};
    pads[*axis] = (*given)[i];
    pads[*axis + rank] = (*given)[i + axes->size()];
  }
  return pads;
}

Dims shape_part(const NodeContext& context, const Dims& dims) {
  const auto rank = static_cast<int64_t>(dims.size());
  const auto position = [&](const char* name, int64_t otherwise) {
    int64_t value = context.attributes().integer(name, otherwise);
    if (value < 0) value = value < -rank ? 0 : value + rank;
    return std::clamp<int64_t>(value, 0, rank);
  };
  const int64_t start = position("start", 0), end = std::max(position("end", rank), start);
  return {dims.begin() + start, dims.begin() + end};
}

}  // namespace hwcvp::onnx_import
