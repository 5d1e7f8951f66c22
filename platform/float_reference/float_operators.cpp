#include "platform/float_reference/float_operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/float_reference/products.h"
#include "platform/onnx/shapes/evaluate.h"
#include "platform/onnx/shapes/moves.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

constexpr int64_t kMostBytes = int64_t{1} << 33;

Array convolved(const NodeContext& context, const ValueType& type, const std::string& where) {
  const Array& x = *context.constant(0);
  const Array& weights = *context.constant(1);
  const Dims kernel(weights.dims.begin() + 2, weights.dims.end());
  const auto window = read_window(context, x.dims, kernel);
  if (!window || kernel.size() > 2) throw InputError(where + ": expected a window over one or two axes");
  Array y(type.elem_type, *type.dims);
  const auto bias = context.has(2) ? context.constant(2) : nullptr;
  float_convolution(x, weights, bias.get(), *window, context.attributes().integer("group", 1), y);
  return y;
}

// Repeats `from` over y, as broadcasting does.
void spread_into(const Array& from, Array& y) {
  if (from.dims == y.dims) {
    y.bytes = from.bytes;
    return;
  }
  for (int64_t i = 0; i < y.size(); ++i) {
    int64_t rest = i, at = 0, stride = 1;
    for (size_t k = 0; k < y.dims.size(); ++k) {
      const size_t axis = y.dims.size() - 1 - k;
      const int64_t position = rest % y.dims[axis];
      rest /= y.dims[axis];
      if (k >= from.dims.size()) continue;
      const int64_t extent = from.dims[from.dims.size() - 1 - k];
      if (extent != 1) at += position * stride;
      stride *= extent;
    }
    floats(y)[i] = floats(from)[at];
  }
}

Array transposed(const Array& matrix) {
  Array result(matrix.elem_type, {matrix.dims[1], matrix.dims[0]});
  for (int64_t i = 0; i < matrix.dims[0]; ++i) {
    for (int64_t k = 0; k < matrix.dims[1]; ++k) {
      floats(result)[k * matrix.dims[0] + i] = floats(matrix)[i * matrix.dims[1] + k];
    }
  }
  return result;
}

Array scaled(Array array, double factor) {
  for (int64_t i = 0; i < array.size(); ++i) floats(array)[i] *= static_cast<float>(factor);
  return array;
}

Array gemm(const NodeContext& context, const ValueType& type) {
  const Attributes& attributes = context.attributes();
  Array a = scaled(*context.constant(0), attributes.number("alpha", 1));
  if (attributes.integer("transA", 0) != 0) a = transposed(a);
  const Array& b = *context.constant(1);
  Array y(type.elem_type, *type.dims);
  if (context.has(2)) spread_into(scaled(*context.constant(2), attributes.number("beta", 1)), y);
  add_float_product(floats(a), floats(b), attributes.integer("transB", 0) != 0, a.dims[0], a.dims[1],
                    y.dims[1], floats(y));
  return y;
}

Array matmul(const NodeContext& context, const ValueType& type, const std::string& where) {
  const Array& a = *context.constant(0);
  const Array& b = *context.constant(1);
  if (a.dims.size() < 2 || b.dims.size() < 2) throw InputError(where + ": expected matrices");
  Array y(type.elem_type, *type.dims);
  const int64_t inner = a.dims.back(), columns = b.dims.back();
  if (b.dims.size() == 2) {
    add_float_product(floats(a), floats(b), false, a.size() / inner, inner, columns, floats(y));
    return y;
  }
  if (!std::equal(a.dims.begin(), a.dims.end() - 2, b.dims.begin(), b.dims.end() - 2)) {
    throw InputError(where + ": expected as many matrices on both sides");
  }
  const int64_t rows = a.dims[a.dims.size() - 2];
  for (int64_t i = 0; i < a.size() / (rows * inner); ++i) {
    add_float_product(floats(a) + i * rows * inner, floats(b) + i * inner * columns, false, rows, inner,
                      columns, floats(y) + i * rows * columns);
  }
  return y;
}

// Before operator set 13, all axes from the given one on make up one.
Array softmax(const NodeContext& context, const ValueType& type) {
  const Array& x = *context.constant(0);
  const bool one_axis = context.operator_set() >= 13;
  const auto axis = *front_axis(context.attributes().integer("axis", one_axis ? -1 : 1), x.dims.size());
  int64_t inner = 1;
  int64_t extent = 1;
  for (size_t i = axis; i < x.dims.size(); ++i) (one_axis && i > axis ? inner : extent) *= x.dims[i];
  Array y(type.elem_type, *type.dims);
  for (int64_t outer = 0; outer < x.size() / (inner * extent); ++outer) {
    for (int64_t k = 0; k < inner; ++k) {
      const float* const in = floats(x) + outer * extent * inner + k;
      float* const out = floats(y) + outer * extent * inner + k;
      float largest = -std::numeric_limits<float>::infinity();
      for (int64_t i = 0; i < extent; ++i) largest = std::max(largest, in[i * inner]);
      double sum = 0;
      for (int64_t i = 0; i < extent; ++i) sum += std::exp(static_cast<double>(in[i * inner] - largest));
      for (int64_t i = 0; i < extent; ++i) {
        out[i * inner] = static_cast<float>(std::exp(static_cast<double>(in[i * inner] - largest)) / sum);
      }
    }
  }
  return y;
}

// The number of an attribute, or of the input that it is since operator set 11.
std::optional<float> limit(const NodeContext& context, const char* name, int i) {
  if (context.has(i)) return static_cast<float>(context.constant(i)->number(0));
  if (context.attributes().has(name)) return static_cast<float>(context.attributes().number(name, 0));
  return {};
}

Array clipped(const NodeContext& context) {
  Array y = *context.constant(0);
  const float least = limit(context, "min", 1).value_or(-std::numeric_limits<float>::infinity());
  const float most = limit(context, "max", 2).value_or(std::numeric_limits<float>::infinity());
  for (int64_t i = 0; i < y.size(); ++i) floats(y)[i] = std::min(std::max(floats(y)[i], least), most);
  return y;
}

Array normalized(const NodeContext& context) {
  Array y = *context.constant(0);
  const double epsilon = context.attributes().number("epsilon", 1e-5F);
  int64_t inner = 1;
  for (size_t i = 2; i < y.dims.size(); ++i) inner *= y.dims[i];
  for (int64_t i = 0; i < y.size(); ++i) {
    const int64_t c = i / inner % y.dims[1];
    const double factor =
        context.constant(1)->number(c) / std::sqrt(context.constant(4)->number(c) + epsilon);
    const double centred = static_cast<double>(floats(y)[i]) - context.constant(3)->number(c);
    floats(y)[i] = static_cast<float>(centred * factor + context.constant(2)->number(c));
  }
  return y;
}

Array dequantized_array(const NodeContext& context, const ValueType& type, const std::string& where) {
  const Array& x = *context.constant(0);
  const Array& scale = *context.constant(1);
  const auto zero = context.has(2) ? context.constant(2) : nullptr;
  int64_t inner = x.size();
  if (scale.size() > 1) {
    const auto axis = front_axis(context.attributes().integer("axis", 1), x.dims.size());
    if (!axis || x.dims[*axis] != scale.size()) throw InputError(where + ": expected a scale for each line");
    inner = 1;
    for (size_t i = *axis + 1; i < x.dims.size(); ++i) inner *= x.dims[i];
  }
  Array y(type.elem_type, x.dims);
  if (scale.size() == 1 && x.elem_type == onnx::TensorProto::UINT8) {
    const auto factor = static_cast<float>(scale.number(0));
    const int zero_point = zero == nullptr ? 0 : static_cast<int>(zero->integer(0));
    for (size_t i = 0; i < x.bytes.size(); ++i) {
      floats(y)[i] = static_cast<float>(static_cast<uint8_t>(x.bytes[i]) - zero_point) * factor;
    }
    return y;
  }
  for (int64_t i = 0; i < y.size(); ++i) {
    const int64_t c = i / inner % scale.size();
    const int64_t centred = x.integer(i) - (zero == nullptr ? 0 : zero->integer(c));
    floats(y)[i] = static_cast<float>(centred) * static_cast<float>(scale.number(c));
  }
  return y;
}

// Of a whole tensor to uint8; others are left to evaluate().
std::optional<Array> quantized_array(const NodeContext& context, const ValueType& type) {
  if (type.elem_type != onnx::TensorProto::UINT8 || context.constant(1)->size() != 1 || !context.has(2)) {
    return {};
  }
  const Array& x = *context.constant(0);
  const auto scale = static_cast<float>(context.constant(1)->number(0));
  const auto zero = static_cast<float>(context.constant(2)->number(0));
  Array y(type.elem_type, x.dims);
  for (int64_t i = 0; i < y.size(); ++i) {
    const float integer = std::nearbyint(floats(x)[i] / scale) + zero;
    const float limited = integer > 255 ? 255 : integer > 0 ? integer : 0;  // also of what is no number
    y.bytes[static_cast<size_t>(i)] = static_cast<char>(static_cast<uint8_t>(limited));
  }
  return y;
}

Array padded(const NodeContext& context, const ValueType& type, const std::string& where) {
  const Array& x = *context.constant(0);
  const auto pads = read_pad(context, x.dims.size());
  if (!pads || context.attributes().text("mode", "constant") != "constant") {
    throw InputError(where + ": expected padding with a constant");
  }
  Array y(type.elem_type, *type.dims);
  const float value = limit(context, "value", 2).value_or(0);
  std::fill_n(floats(y), y.size(), value);
  for (int64_t i = 0; i < y.size(); ++i) {
    int64_t rest = i, at = 0, stride = 1;
    bool inside = true;
    for (size_t axis = y.dims.size(); axis-- > 0;) {
      const int64_t position = rest % y.dims[axis] - (*pads)[axis];
      rest /= y.dims[axis];
      inside = inside && position >= 0 && position < x.dims[axis];
      at += position * stride;
      stride *= x.dims[axis];
    }
    if (inside) floats(y)[i] = floats(x)[at];
  }
  return y;
}

Array elementwise(const NodeContext& context, const std::function<double(double)>& function) {
  Array y = *context.constant(0);
  for (int64_t i = 0; i < y.size(); ++i) {
    floats(y)[i] = static_cast<float>(function(static_cast<double>(floats(y)[i])));
  }
  return y;
}

Array combined(const NodeContext& context, const ValueType& type, double (*function)(double, double)) {
  Array y(type.elem_type, *type.dims);
  spread_into(*context.constant(0), y);
  for (int k = 1; k < context.inputs(); ++k) {
    Array other(type.elem_type, *type.dims);
    spread_into(*context.constant(k), other);
    for (int64_t i = 0; i < y.size(); ++i) {
      floats(y)[i] = static_cast<float>(
          function(static_cast<double>(floats(y)[i]), static_cast<double>(floats(other)[i])));
    }
  }
  return y;
}

}  // namespace

std::vector<Array> float_outputs(const NodeContext& context, const OutputTypes& types,
                                 const std::string& where) {
  const onnx::NodeProto& node = context.node();
  const std::string& name = node.op_type();
  const auto refuse = [&] {
    throw InputError(where + ": expected an operator that can be carried out in floating point");
  };
  const ValueType& type = types.at(0);
  if (!node.domain().empty() || !type.dims) refuse();
  if (name == "DequantizeLinear") return {dequantized_array(context, type, where)};
  if (name == "QuantizeLinear") {
    if (auto quantized = quantized_array(context, type)) return {std::move(*quantized)};
  }
  if (type.elem_type == onnx::TensorProto::FLOAT && context.has(0) &&
      context.elem_type(0) == onnx::TensorProto::FLOAT) {
    if (name == "Conv") return {convolved(context, type, where)};
    if (name == "Gemm") return {gemm(context, type)};
    if (name == "MatMul") return {matmul(context, type, where)};
    if (is_windowed(name) && types.size() == 1) return {pooled(context, type, where)};
    if (name == "Softmax") return {softmax(context, type)};
    if (name == "Clip") return {clipped(context)};
    if (name == "BatchNormalization") return {normalized(context)};
    if (name == "Pad") return {padded(context, type, where)};
    if (name == "Resize" || name == "Upsample") return {resized(context, type, where)};
    if (const auto function = unary_function(node, where)) return {elementwise(context, function)};
    if (const auto function = binary_function(name == "Sum" ? "Add" : name)) {
      return {combined(context, type, function)};
    }
  }
  std::vector<Array> outputs = evaluate(context, types, kMostBytes);
  if (outputs.size() < types.size()) refuse();
  return outputs;
}

}  // namespace hwcvp::onnx_import
