#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "platform/float_reference/float_operators.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

namespace {

// A window over an image of two axes; one axis is an image of one row.
struct Plane {
  int64_t rows, columns, out_rows, out_columns;
  int64_t kernel[2], strides[2], dilations[2], before[2];
};

struct PoolKind {
  bool average;
  bool count_padding;
};

float pool_window(const float* x, const Plane& plane, int64_t oy, int64_t ox, const PoolKind& kind) {
  double sum = 0;
  float largest = -std::numeric_limits<float>::infinity();
  int64_t count = 0;
  for (int64_t fy = 0; fy < plane.kernel[0]; ++fy) {
    const int64_t y = oy * plane.strides[0] + fy * plane.dilations[0] - plane.before[0];
    if (y < 0 || y >= plane.rows) continue;
    for (int64_t fx = 0; fx < plane.kernel[1]; ++fx) {
      const int64_t column = ox * plane.strides[1] + fx * plane.dilations[1] - plane.before[1];
      if (column < 0 || column >= plane.columns) continue;
      const float value = x[y * plane.columns + column];
      sum += static_cast<double>(value);
      largest = std::max(largest, value);
      ++count;
    }
  }
  if (!kind.average) return largest;
  if (kind.count_padding) count = plane.kernel[0] * plane.kernel[1];
  return static_cast<float>(sum / static_cast<double>(std::max<int64_t>(count, 1)));
}

Plane whole(const Dims& dims) {
  int64_t area = 1;
  for (size_t i = 2; i < dims.size(); ++i) area *= dims[i];
  return {1, area, 1, 1, {1, area}, {1, 1}, {1, 1}, {0, 0}};
}

Plane plane_of(const Dims& input, const Window& window) {
  const size_t axes = window.kernel.size();
  const auto at = [axes](const Dims& values, size_t axis, int64_t otherwise) {
    return axes == 1 ? (axis == 0 ? otherwise : values[0]) : values[axis];
  };
  Plane plane{};
  plane.rows = axes == 1 ? 1 : input[2];
  plane.columns = input.back();
  plane.out_rows = at(window.output, 0, 1);
  plane.out_columns = at(window.output, 1, 1);
  for (size_t axis = 0; axis < 2; ++axis) {
    plane.kernel[axis] = at(window.kernel, axis, 1);
    plane.strides[axis] = at(window.strides, axis, 1);
    plane.dilations[axis] = at(window.dilations, axis, 1);
    plane.before[axis] = at(window.pads, axis, 0);
  }
  return plane;
}

}  // namespace

bool is_windowed(const std::string& op_type) {
  return op_type == "MaxPool" || op_type == "AveragePool" || op_type == "GlobalAveragePool" ||
         op_type == "GlobalMaxPool";
}

Array pooled(const NodeContext& context, const ValueType& type, const std::string& where) {
  const std::string& name = context.node().op_type();
  const Array& x = *context.constant(0);
  Plane plane = whole(x.dims);
  if (name.rfind("Global", 0) != 0) {
    const Dims kernel = context.attributes().list("kernel_shape");
    const auto window = read_window(context, x.dims, kernel);
    if (!window || kernel.size() > 2) throw InputError(where + ": expected a window over one or two axes");
    Window known = *window;
    known.output.assign(type.dims->begin() + 2, type.dims->end());
    plane = plane_of(x.dims, known);
  }
  const PoolKind kind = {name.find("Average") != std::string::npos,
                         context.attributes().integer("count_include_pad", 0) != 0};
  Array y(type.elem_type, *type.dims);
  const int64_t planes = x.dims[0] * x.dims[1];
  float* out = floats(y);
  for (int64_t p = 0; p < planes; ++p) {
    const float* const in = floats(x) + p * plane.rows * plane.columns;
    for (int64_t oy = 0; oy < plane.out_rows; ++oy) {
      for (int64_t ox = 0; ox < plane.out_columns; ++ox) *out++ = pool_window(in, plane, oy, ox, kind);
    }
  }
  return y;
}

// The nearest element; by a whole factor, all coordinate modes agree.
Array resized(const NodeContext& context, const ValueType& type, const std::string& where) {
  const Array& x = *context.constant(0);
  const Dims& to = *type.dims;
  if (context.attributes().text("mode", "nearest") != "nearest" || x.dims.size() != to.size()) {
    throw InputError(where + ": expected the nearest element");
  }
  Dims factors;
  for (size_t i = 0; i < to.size(); ++i) {
    if (x.dims[i] == 0 || to[i] % x.dims[i] != 0) throw InputError(where + ": expected whole factors");
    factors.push_back(to[i] / x.dims[i]);
  }
  Array y(type.elem_type, to);
  Dims position(to.size(), 0);
  for (int64_t i = 0; i < y.size(); ++i) {
    int64_t from = 0;
    for (size_t axis = 0; axis < to.size(); ++axis)
      from = from * x.dims[axis] + position[axis] / factors[axis];
    floats(y)[i] = floats(x)[from];
    for (size_t axis = to.size(); axis-- > 0;) {
      if (++position[axis] < to[axis]) break;
      position[axis] = 0;
    }
  }
  return y;
}

}  // namespace hwcvp::onnx_import
