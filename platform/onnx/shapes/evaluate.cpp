#include "platform/onnx/shapes/evaluate.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/shapes/moves.h"
#include "platform/onnx/shapes/rational_functions.h"

namespace hwcvp::onnx_import {

using onnx::TensorProto;

namespace {

using Arrays = std::vector<Array>;

Dims strides_of(const Dims& dims) {
  Dims strides(dims.size(), 1);
  for (size_t i = dims.size(); i-- > 1;) strides[i - 1] = strides[i] * dims[i];
  return strides;
}

// Element o of the output is element offset + sum of o[axis] * strides[axis] of the input.
Array walk(const Array& from, const Dims& dims, const Dims& strides, int64_t offset) {
  Array to(from.elem_type, dims);
  const auto width = static_cast<size_t>(element_bytes(from.elem_type));
  const int64_t count = to.size();
  Dims position(dims.size(), 0);
  int64_t at = offset;
  for (int64_t i = 0; i < count; ++i) {
    std::memcpy(to.bytes.data() + static_cast<size_t>(i) * width,
                from.bytes.data() + static_cast<size_t>(at) * width, width);
    for (size_t axis = dims.size(); axis-- > 0;) {
      at += strides[axis];
      if (++position[axis] < dims[axis]) break;
      at -= strides[axis] * dims[axis];
      position[axis] = 0;
    }
  }
  return to;
}

// Strides with which an array is read as one of the broadcast shape.
Dims broadcast_strides(const Dims& from, const Dims& to) {
  const Dims own = strides_of(from);
  Dims strides(to.size(), 0);
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i] != 1) strides[to.size() - from.size() + i] = own[i];
  }
  return strides;
}

Array spread(const Array& from, const Dims& to) {
  return walk(from, to, broadcast_strides(from.dims, to), 0);
}

Arrays same_elements(const NodeContext& context, const OutputTypes& types) {
  Array array = *context.constant(0);
  array.dims = *types[0].dims;
  return {array};
}

Arrays do_transpose(const NodeContext& context, const OutputTypes& types) {
  const Array& from = *context.constant(0);
  const Dims own = strides_of(from.dims);
  Dims strides;
  const auto permutation = read_permutation(context, from.dims.size());
  for (const size_t axis : *permutation) strides.push_back(own[axis]);
  return {walk(from, *types[0].dims, strides, 0)};
}

Arrays do_blocks(const NodeContext& context, const OutputTypes& types) {
  Array cut = *context.constant(0);
  const auto move = read_blocks(context, cut.dims);
  if (!move) return {};
  cut.dims = move->blocks;
  const Dims own = strides_of(cut.dims);
  Dims dims, strides;
  for (const size_t axis : move->permutation) {
    dims.push_back(cut.dims[axis]);
    strides.push_back(own[axis]);
  }
  Array moved = walk(cut, dims, strides, 0);
  moved.dims = *types[0].dims;
  return {std::move(moved)};
}

Arrays do_slice(const NodeContext& context, const OutputTypes& types) {
  const Array& from = *context.constant(0);
  const SliceRange range = *read_slice(context, from.dims);
  Dims strides = strides_of(from.dims);
  int64_t offset = 0;
  for (size_t i = 0; i < strides.size(); ++i) {
    offset += range.starts[i] * strides[i];
    strides[i] *= range.steps[i];
  }
  return {walk(from, *types[0].dims, strides, offset)};
}

Arrays do_split(const NodeContext& context, const OutputTypes& types) {
  const Array& from = *context.constant(0);
  const Dims strides = strides_of(from.dims);
  const size_t axis = *front_axis(context.attributes().integer("axis", 0), from.dims.size());
  Arrays parts;
  int64_t offset = 0;
  for (const ValueType& type : types) {
    parts.push_back(walk(from, *type.dims, strides, offset));
    offset += (*type.dims)[axis] * strides[axis];
  }
  return parts;
}

Arrays do_expand(const NodeContext& context, const OutputTypes& types) {
  return {spread(*context.constant(0), *types[0].dims)};
}

Arrays do_concat(const NodeContext& context, const OutputTypes& types) {
  Array to(types[0].elem_type, *types[0].dims);
  const size_t axis = *front_axis(context.attributes().integer("axis", 1), to.dims.size());
  int64_t outer = 1;
  for (size_t i = 0; i < axis; ++i) outer *= to.dims[i];
  const int64_t row = outer == 0 ? 0 : static_cast<int64_t>(to.bytes.size()) / outer;
  int64_t offset = 0;
  for (int k = 0; k < context.inputs(); ++k) {
    const auto from = context.constant(k);
    if (from->elem_type != to.elem_type) return {};
    const int64_t part = outer == 0 ? 0 : static_cast<int64_t>(from->bytes.size()) / outer;
    for (int64_t i = 0; i < outer; ++i) {
      std::copy_n(from->bytes.begin() + i * part, part, to.bytes.begin() + i * row + offset);
    }
    offset += part;
  }
  return {to};
}

Arrays do_gather(const NodeContext& context, const OutputTypes& types) {
  const auto from = context.constant(0), indices = context.constant(1);
  if (!is_integer_type(indices->elem_type)) return {};
  const size_t axis = *front_axis(context.attributes().integer("axis", 0), from->dims.size());
  int64_t outer = 1, inner = element_bytes(from->elem_type);
  for (size_t i = 0; i < axis; ++i) outer *= from->dims[i];
  for (size_t i = axis + 1; i < from->dims.size(); ++i) inner *= from->dims[i];
  const int64_t extent = from->dims[axis];
  Array to(from->elem_type, *types[0].dims);
  auto out = to.bytes.begin();
  for (int64_t i = 0; i < outer; ++i) {
    for (int64_t k = 0; k < indices->size(); ++k) {
      int64_t index = indices->integer(k);
      if (index < 0) index += extent;
      if (index < 0 || index >= extent) return {};
      out = std::copy_n(from->bytes.begin() + (i * extent + index) * inner, inner, out);
    }
  }
  return {to};
}

Arrays do_cast(const NodeContext& context, const OutputTypes& types) {
  const auto from = context.constant(0);
  Array to(types[0].elem_type, from->dims);
  for (int64_t i = 0; i < to.size(); ++i) {
    if (is_integer_type(from->elem_type)) {
      to.set_integer(i, from->integer(i));
    } else {
      to.set(i, from->number(i));
    }
  }
  return {to};
}

Arrays do_constant_of_shape(const NodeContext& context, const OutputTypes& types) {
  const TensorProto* const value = context.attributes().tensor("value");
  Array one(types[0].elem_type, {1});
  if (value != nullptr) {
    const auto given = read_array(*value, ".", "value");
    if (!given || given->size() != 1) return {};
    one = *given;
    one.dims = {1};
  }
  return {spread(one, *types[0].dims)};
}

Arrays do_where(const NodeContext& context, const OutputTypes& types) {
  const Dims& dims = *types[0].dims;
  const auto a = context.constant(1), b = context.constant(2);
  if (a->elem_type != b->elem_type || context.constant(0)->elem_type != TensorProto::BOOL) return {};
  const Array condition = spread(*context.constant(0), dims), other = spread(*b, dims);
  Array to = spread(*a, dims);
  const auto width = static_cast<size_t>(element_bytes(to.elem_type));
  for (size_t i = 0; i < static_cast<size_t>(to.size()); ++i) {
    if (condition.bytes[i] == 0) std::memcpy(&to.bytes[i * width], &other.bytes[i * width], width);
  }
  return {to};
}

Arrays do_quantize(const NodeContext& context, const OutputTypes& types) {
  const auto from = context.constant(0), scale = context.constant(1), zero = context.constant(2);
  if (!is_integer_type(types[0].elem_type) || element_bytes(types[0].elem_type) > 2) return {};
  const auto axis = front_axis(context.attributes().integer("axis", 1), from->dims.size());
  int64_t inner = 1, channels = 1;
  if (scale->size() != 1) {
    if (!axis || scale->size() != from->dims[*axis]) return {};
    channels = scale->size();
    for (size_t i = *axis + 1; i < from->dims.size(); ++i) inner *= from->dims[i];
  }
  if (zero != nullptr && zero->size() != scale->size()) return {};
  Array to(types[0].elem_type, from->dims);
  const bool is_signed = to.elem_type == TensorProto::INT8 || to.elem_type == TensorProto::INT16;
  const double range = std::ldexp(1.0, static_cast<int>(8 * element_bytes(to.elem_type)));
  const double least = is_signed ? -range / 2 : 0;
  for (int64_t i = 0; i < to.size(); ++i) {
    const int64_t channel = channels == 1 ? 0 : i / inner % channels;
    const float quotient = static_cast<float>(from->number(i)) / static_cast<float>(scale->number(channel));
    const double value =
        std::nearbyint(static_cast<double>(quotient)) + (zero == nullptr ? 0.0 : zero->number(channel));
    to.set(i, std::clamp(value, least, least + range - 1));
  }
  return {to};
}

Arrays do_range(const NodeContext& context, int64_t most_bytes) {
  const auto start = context.constant(0), limit = context.constant(1), step = context.constant(2);
  if (start->size() != 1 || limit->size() != 1 || step->size() != 1 || step->number(0) == 0) return {};
  const double count = std::ceil((limit->number(0) - start->number(0)) / step->number(0));
  if (!(count * 8 <= static_cast<double>(most_bytes))) return {};
  Array to(start->elem_type, {static_cast<int64_t>(std::max(count, 0.0))});
  for (int64_t i = 0; i < to.size(); ++i) {
    if (is_integer_type(to.elem_type)) {
      to.set_integer(i, start->integer(0) + i * step->integer(0));
    } else {
      to.set(i, start->number(0) + static_cast<double>(i) * step->number(0));
    }
  }
  return {to};
}

Arrays do_reduce(const NodeContext& context, const OutputTypes& types) {
  const std::string& name = context.node().op_type();
  const auto from = context.constant(0);
  Dims axes;
  if (context.has(1) || context.attributes().has("axes")) axes = *context.attribute_or_input("axes", 1);
  Dims kept = from->dims;
  for (size_t i = 0; i < kept.size(); ++i) {
    bool reduced = axes.empty();
    for (const int64_t axis : axes) reduced = reduced || *front_axis(axis, kept.size()) == i;
    if (reduced) kept[i] = 1;
  }
  Array to(types[0].elem_type, *types[0].dims);
  std::vector<double> results(static_cast<size_t>(to.size()), name == "ReduceProd" ? 1.0 : 0.0);
  std::vector<int64_t> counts(results.size(), 0);
  const Dims strides = broadcast_strides(kept, from->dims);
  Dims position(from->dims.size(), 0);
  for (int64_t i = 0; i < from->size(); ++i) {
    int64_t at = 0, rest = i;
    for (size_t axis = from->dims.size(); axis-- > 0;) {
      at += rest % from->dims[axis] * strides[axis];
      rest /= from->dims[axis];
    }
    double& result = results[static_cast<size_t>(at)];
    const double value = from->number(i);
    const bool first = counts[static_cast<size_t>(at)]++ == 0;
    if (name == "ReduceProd") {
      result *= value;
    } else if (name == "ReduceMax") {
      result = first ? value : std::max(result, value);
    } else if (name == "ReduceMin") {
      result = first ? value : std::min(result, value);
    } else if (name == "ReduceSum" || name == "ReduceMean") {
      result += value;
    } else if (name == "ReduceL2" || name == "ReduceSumSquare") {
      result += value * value;
    } else {
      return {};
    }
  }
  for (size_t i = 0; i < results.size(); ++i) {
    if (name == "ReduceMean") results[i] /= static_cast<double>(counts[i]);
    if (name == "ReduceL2") results[i] = std::sqrt(results[i]);
    to.set(static_cast<int64_t>(i), results[i]);
  }
  return {to};
}

int64_t integer_result(const std::string& name, int64_t a, int64_t b, bool& known) {
  int64_t result = 0;
  if (name == "Add") {
    known = !__builtin_add_overflow(a, b, &result);
  } else if (name == "Sub") {
    known = !__builtin_sub_overflow(a, b, &result);
  } else if (name == "Mul") {
    known = !__builtin_mul_overflow(a, b, &result);
  } else if (name == "Div" || name == "Mod") {
    known = b != 0 && !(a == INT64_MIN && b == -1);
    if (!known) return 0;
    result = name == "Div" ? a / b : a % b;
    if (name == "Mod" && result != 0 && (result < 0) != (b < 0)) result += b;
  } else if (name == "Min" || name == "Max") {
    result = name == "Min" ? std::min(a, b) : std::max(a, b);
  } else if (name == "And" || name == "Or") {
    result = name == "And" ? (a != 0 && b != 0) : (a != 0 || b != 0);
  } else if (name == "Equal" || name == "Greater" || name == "Less") {
    result = name == "Equal" ? a == b : name == "Greater" ? a > b : a < b;
  } else if (name == "GreaterOrEqual" || name == "LessOrEqual") {
    result = name == "GreaterOrEqual" ? a >= b : a <= b;
  } else {
    known = false;
  }
  return result;
}

bool is_comparison(const std::string& name) {
  return name == "Equal" || name == "Greater" || name == "Less" || name == "GreaterOrEqual" ||
         name == "LessOrEqual";
}

Arrays do_binary(const NodeContext& context, const OutputTypes& types) {
  const std::string& name = context.node().op_type();
  const Dims& dims = *types[0].dims;
  if (context.attributes().integer("fmod", 0) != 0) return {};
  Array result = spread(*context.constant(0), dims);
  for (int k = 1; k < context.inputs(); ++k) {
    if (context.constant(k)->elem_type != context.constant(0)->elem_type) return {};
    const Array other = spread(*context.constant(k), dims);
    Array next(types[0].elem_type, dims);
    const auto function = binary_function(name);
    for (int64_t i = 0; i < next.size(); ++i) {
      if (is_integer_type(result.elem_type)) {
        bool known = true;
        next.set_integer(i, integer_result(name, result.integer(i), other.integer(i), known));
        if (!known) return {};
      } else if (is_comparison(name)) {
        const double a = result.number(i), b = other.number(i);
        next.set(i, name == "Equal"            ? a == b
                    : name == "Greater"        ? a > b
                    : name == "Less"           ? a < b
                    : name == "GreaterOrEqual" ? a >= b
                                               : a <= b);
      } else if (function != nullptr) {
        next.set(i, function(result.number(i), other.number(i)));
      } else {
        return {};
      }
    }
    result = next;
  }
  return {result};
}

Arrays do_unary(const NodeContext& context, const OutputTypes& types) {
  const auto from = context.constant(0);
  const auto function = unary_function(context.node(), "");
  if (function == nullptr || types[0].elem_type != from->elem_type) return {};
  if (from->elem_type == TensorProto::INT64 && context.node().op_type() != "Neg") return {};
  Array to(types[0].elem_type, from->dims);
  for (int64_t i = 0; i < to.size(); ++i) to.set(i, function(from->number(i)));
  return {to};
}

using Maker = Arrays (*)(const NodeContext&, const OutputTypes&);

const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all = [] {
    std::map<std::string, Maker> named = {
        {"Transpose", do_transpose},
        {"DepthToSpace", do_blocks},
        {"SpaceToDepth", do_blocks},
        {"Slice", do_slice},
        {"Split", do_split},
        {"Expand", do_expand},
        {"Concat", do_concat},
        {"Gather", do_gather},
        {"Cast", do_cast},
        {"Where", do_where},
        {"ConstantOfShape", do_constant_of_shape},
        {"Clip", nullptr},
        {"QuantizeLinear", do_quantize},
    };
    for (const char* const name : {"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"}) {
      named[name] = same_elements;
    }
    for (const char* const name : {"Add", "And", "Div", "Equal", "Greater", "GreaterOrEqual", "Less",
                                   "LessOrEqual", "Max", "Min", "Mod", "Mul", "Or", "Pow", "Sub"}) {
      named[name] = do_binary;
    }
    for (const char* const name : {"Abs", "Ceil", "Exp", "Floor", "Log", "Neg", "Reciprocal", "Relu", "Round",
                                   "Sigmoid", "Sqrt", "Tanh"}) {
      named[name] = do_unary;
    }
    for (const char* const name :
         {"ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"}) {
      named[name] = do_reduce;
    }
    return named;
  }();
  return all;
}

bool inputs_known(const NodeContext& context) {
  for (int i = 0; i < context.inputs(); ++i) {
    if (context.has(i) && context.constant(i) == nullptr) return false;
  }
  return context.has(0);
}

// What Shape and Size tell; nothing where the shape is not known.
Arrays shape_numbers(const NodeContext& context) {
  const auto dims = context.dims(0);
  if (!dims) return {};
  const bool all = context.node().op_type() == "Size";
  const Dims numbers = all ? Dims{element_product(*dims).value_or(-1)} : shape_part(context, *dims);
  if (all && numbers[0] < 0) return {};
  Array array(TensorProto::INT64, all ? Dims{} : Dims{static_cast<int64_t>(numbers.size())});
  for (size_t i = 0; i < numbers.size(); ++i) array.set_integer(static_cast<int64_t>(i), numbers[i]);
  return {array};
}

}  // namespace

std::vector<Array> evaluate(const NodeContext& context, const OutputTypes& types, int64_t most_bytes) {
  const onnx::NodeProto& node = context.node();
  if (!node.domain().empty()) return {};
  if (node.op_type() == "Shape" || node.op_type() == "Size") return shape_numbers(context);
  if (!inputs_known(context)) return {};
  if (node.op_type() == "Range") {
    return context.inputs() == 3 ? do_range(context, most_bytes) : Arrays{};
  }
  const auto maker = makers().find(node.op_type());
  if (maker == makers().end() || maker->second == nullptr) return {};
  for (const ValueType& type : types) {
    if (!type.dims || element_bytes(type.elem_type) == 0) return {};
    const auto count = element_product(*type.dims);
    if (!count || *count > most_bytes / element_bytes(type.elem_type)) return {};
  }
  return maker->second(context, types);
}

std::optional<Array> constant_of(const onnx::NodeProto& node, const std::string& folder,
                                 const std::string& where) {
  const Attributes attributes(node, where);
  if (const TensorProto* const value = attributes.tensor("value")) return read_array(*value, folder, where);
  const bool one_integer = attributes.has("value_int"), one_number = attributes.has("value_float");
  if (one_integer || attributes.has("value_ints")) {
    const Dims values =
        one_integer ? Dims{attributes.integer("value_int", 0)} : attributes.list("value_ints");
    Array array(TensorProto::INT64, one_integer ? Dims{} : Dims{static_cast<int64_t>(values.size())});
    for (size_t i = 0; i < values.size(); ++i) array.set_integer(static_cast<int64_t>(i), values[i]);
    return array;
  }
  if (one_number || attributes.has("value_floats")) {
    const std::vector<double> values = one_number ? std::vector<double>{attributes.number("value_float", 0)}
                                                  : attributes.number_list("value_floats");
    Array array(TensorProto::FLOAT, one_number ? Dims{} : Dims{static_cast<int64_t>(values.size())});
    for (size_t i = 0; i < values.size(); ++i) array.set(static_cast<int64_t>(i), values[i]);
    return array;
  }
  return {};
}

double (*binary_function(const std::string& operator_name))(double, double) {
  using Function = double (*)(double, double);
  static const std::map<std::string, Function> functions = {
      {"Add", [](double a, double b) { return a + b; }},
      {"Sub", [](double a, double b) { return a - b; }},
      {"Mul", [](double a, double b) { return a * b; }},
      {"Div", [](double a, double b) { return a / b; }},
      {"Pow", [](double a, double b) { return std::pow(a, b); }},
      {"Min", [](double a, double b) { return std::min(a, b); }},
      {"Max", [](double a, double b) { return std::max(a, b); }},
      {"PRelu", [](double a, double b) { return a < 0 ? a * b : a; }},
  };
  const auto found = functions.find(operator_name);
  return found == functions.end() ? nullptr : found->second;
}

std::function<double(double)> unary_function(const onnx::NodeProto& node, const std::string& where) {
  const Attributes attributes(node, where);
  const auto number = [&](const char* name, double otherwise) {
    return attributes.number(name, static_cast<double>(static_cast<float>(otherwise)));
  };
  const std::string& name = node.op_type();
  static const std::map<std::string, double (*)(double)> plain = {
      {"Abs", [](double x) { return std::abs(x); }},
      {"Ceil", [](double x) { return std::ceil(x); }},
      {"Cos", [](double x) { return std::cos(x); }},
      {"Erf", [](double x) { return std::erf(x); }},
      {"Exp", [](double x) { return std::exp(x); }},
      {"Floor", [](double x) { return std::floor(x); }},
      {"HardSwish", [](double x) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); }},
      {"Identity", [](double x) { return x; }},
      {"Log", [](double x) { return std::log(x); }},
      {"Mish", [](double x) { return x * std::tanh(std::log1p(std::exp(x))); }},
      {"Neg", [](double x) { return -x; }},
      {"Reciprocal", [](double x) { return 1 / x; }},
      {"Relu", [](double x) { return std::max(x, 0.0); }},
      {"Round", [](double x) { return std::nearbyint(x); }},
      {"Sigmoid", [](double x) { return static_cast<double>(rational_sigmoid(static_cast<float>(x))); }},
      {"Sign", [](double x) { return x > 0   ? 1.0
                                     : x < 0 ? -1.0
                                             : 0.0; }},
      {"Sin", [](double x) { return std::sin(x); }},
      {"Softplus", [](double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }},
      {"Softsign", [](double x) { return x / (1 + std::abs(x)); }},
      {"Sqrt", [](double x) { return std::sqrt(x); }},
      {"Tanh", [](double x) { return static_cast<double>(rational_tanh(static_cast<float>(x))); }},
  };
  if (const auto found = plain.find(name); found != plain.end()) return found->second;
  if (name == "LeakyRelu") {
    return [alpha = number("alpha", 0.01)](double x) { return x < 0 ? alpha * x : x; };
  }
  if (name == "Elu") {
    return [alpha = number("alpha", 1)](double x) { return x < 0 ? alpha * std::expm1(x) : x; };
  }
  if (name == "Celu") {
    return [alpha = number("alpha", 1)](double x) {
      return std::max(0.0, x) + std::min(0.0, alpha * std::expm1(x / alpha));
    };
  }
  if (name == "Selu") {
    return [alpha = number("alpha", 1.67326319217681884765625),
            gamma = number("gamma", 1.05070102214813232421875)](double x) {
      return gamma * (x > 0 ? x : alpha * std::expm1(x));
    };
  }
  if (name == "ThresholdedRelu") {
    return [alpha = number("alpha", 1)](double x) { return x > alpha ? x : 0.0; };
  }
  if (name == "HardSigmoid") {
    return [alpha = number("alpha", 0.2), beta = number("beta", 0.5)](double x) {
      return std::clamp(alpha * x + beta, 0.0, 1.0);
    };
  }
  if (name == "Gelu") {
    if (attributes.text("approximate", "none") == "tanh") {
      return [](double x) {
        return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
      };
    }
    return [](double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); };
  }
  return {};
}

}  // namespace hwcvp::onnx_import
