#include "platform/onnx/layer_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "platform/onnx/file/attributes.h"
#include "platform/onnx/file/tensor_elements.h"
#include "platform/onnx/file/text.h"
#include "platform/onnx/operands.h"
#include "platform/tensor/tensor.h"
#include "schedules/workload/error.h"

namespace hwcvp::onnx_import {

using onnx::TensorProto;

namespace {

bool is_floating(int32_t elem_type) {
  return elem_type == TensorProto::FLOAT || elem_type == TensorProto::DOUBLE ||
         elem_type == TensorProto::FLOAT16;
}

// Integers of one or two bytes that the machine can hold, less a zero point.
bool is_small_integer(int32_t elem_type) {
  return elem_type == TensorProto::INT8 || elem_type == TensorProto::UINT8 || elem_type == TensorProto::INT16;
}

DataType machine_type(int32_t elem_type) {
  return elem_type == TensorProto::INT16 ? DataType::int16 : DataType::int8;
}

void require_type(const std::string& where, int32_t elem_type) {
  if (!is_floating(elem_type) && !is_small_integer(elem_type)) {
    throw InputError(fmt::format("{}: expected float16, float32, float64, int8, uint8 or int16, found {}",
                                 where, type_name(elem_type)));
  }
}

double largest(DataType type) { return type == DataType::int8 ? INT8_MAX : INT16_MAX; }

// The zero point of a code for all of a tensor, 0 where there is none.
int64_t zero_point_of(const LayerSource& source, const Quantization& code, const char* what) {
  if (code.zero_point == nullptr) return 0;
  const std::string where = fmt::format("{}: {} zero point", source.where, what);
  if (code.zero_point->data_type() != code.elem_type) {
    throw InputError(fmt::format("{}: expected {}, found {}", where, type_name(code.elem_type),
                                 type_name(code.zero_point->data_type())));
  }
  return static_cast<int64_t>(scalar(*code.zero_point, source.folder, where));
}

double scale_of(const LayerSource& source, const Quantization& code, const char* what) {
  if (code.scale == nullptr) return 1;
  return scale_scalar(*code.scale, source.folder, fmt::format("{}: {} scale", source.where, what));
}

// Smallest and largest integer of the types above, less the zero point.
struct Range {
  int64_t least, most;
};
Range range_of(int32_t elem_type, int64_t zero_point) {
  Range range = {INT8_MIN, INT8_MAX};
  if (elem_type == TensorProto::UINT8) range = {0, UINT8_MAX};
  if (elem_type == TensorProto::INT16) range = {INT16_MIN, INT16_MAX};
  return {range.least - zero_point, range.most - zero_point};
}
Range range_of(DataType type) {
  return range_of(type == DataType::int16 ? TensorProto::INT16 : TensorProto::INT8, 0);
}

// True for a code that differs between channels.
bool varies(const Quantization& code) {
  return (code.scale != nullptr && element_count(*code.scale) > 1) ||
         (code.zero_point != nullptr && element_count(*code.zero_point) > 1);
}

void require_channel_axis(const LayerSource& source, const Quantization& code, int64_t channel_axis) {
  const int64_t axis = code.axis < 0 ? code.axis + source.weights.tensor->dims_size() : code.axis;
  if (axis != channel_axis) {
    throw InputError(
        fmt::format("{}: weights: axis: expected scales along axis {}, the output channels, found {}",
                    source.where, channel_axis, axis));
  }
}

}  // namespace

std::vector<int64_t> require_shape(const ImportContext& context, const std::string& value, const char* what,
                                   const std::string& where) {
  const auto shape = context.graph.shape(value);
  if (!shape) {
    throw InputError(fmt::format("{}: {} \"{}\": expected fixed dimensions, found none that can be inferred",
                                 where, what, printable(value)));
  }
  return *shape;
}

void set_input_code(LayerSource& source, const Quantization& code) {
  if (!is_small_integer(code.elem_type)) {
    throw InputError(fmt::format("{}: input: expected int8, uint8 or int16, found {}", source.where,
                                 type_name(code.elem_type)));
  }
  source.layer.input_type = machine_type(code.elem_type);
  source.input_scale = scale_of(source, code, "input");
  const int64_t zero_point = zero_point_of(source, code, "input");
  const Range values = range_of(code.elem_type, zero_point), held = range_of(source.layer.input_type);
  source.input_least = values.least;
  source.input_most = values.most;
  if (values.least == held.least && values.most == held.most) return;
  if (code.elem_type == TensorProto::INT16) {
    source.input_least = held.least;
    source.input_most = held.most;
    source.notes.push_back(fmt::format("inputs stand for input - {}", zero_point));
    return;
  }
  source.layer.input_type = code.elem_type == TensorProto::UINT8 ? DataType::uint8 : DataType::int8;
  source.layer.input_zero_point = static_cast<int32_t>(zero_point);
  source.zero_points = true;
}

void set_output_code(LayerSource& source, const Quantization& code) {
  if (!is_small_integer(code.elem_type)) {
    throw InputError(fmt::format("{}: output: expected int8, uint8 or int16, found {}", source.where,
                                 type_name(code.elem_type)));
  }
  source.layer.output_type = machine_type(code.elem_type);
  source.output_scale = scale_of(source, code, "output");
  const int64_t zero_point = zero_point_of(source, code, "output");
  const Range values = range_of(code.elem_type, zero_point), held = range_of(source.layer.output_type);
  if (values.least == held.least && values.most == held.most) return;
  if (code.elem_type != TensorProto::INT16) {
    source.layer.output_type = code.elem_type == TensorProto::UINT8 ? DataType::uint8 : DataType::int8;
    source.layer.output_zero_point = static_cast<int32_t>(zero_point);
    source.zero_points = true;
  } else {
    source.notes.push_back(
        fmt::format("outputs stand for output - {} and saturate at {} and {}, not at {} and {}", zero_point,
                    held.least, held.most, values.least, values.most));
  }
}

void set_weight_code(LayerSource& source, const Quantization& code, int64_t channel_axis) {
  const std::string where = source.where + ": weights";
  if (!is_small_integer(code.elem_type)) {
    throw InputError(
        fmt::format("{}: expected int8, uint8 or int16, found {}", where, type_name(code.elem_type)));
  }
  if (code.zero_point != nullptr && code.zero_point->data_type() != code.elem_type) {
    throw InputError(fmt::format("{} zero point: expected {}, found {}", where, type_name(code.elem_type),
                                 type_name(code.zero_point->data_type())));
  }
  if (varies(code)) require_channel_axis(source, code, channel_axis);
  source.layer.weight_type = machine_type(code.elem_type);
  if (source.weights.tensor != nullptr) source.weights.quantization = code;
}

void set_input(LayerSource& source, const ImportContext& context, const std::string& x) {
  if (const auto code = context.graph.dequantized_from(x)) return set_input_code(source, *code);
  Quantization code;
  code.elem_type = context.graph.elem_type(x);
  require_type(source.where + ": input", code.elem_type);
  if (!is_floating(code.elem_type)) return set_input_code(source, code);
  source.layer.input_type = context.float_type;
  source.input_scale = 1 / largest(context.float_type);  // inputs stand for numbers in [-1, 1]
  source.input_least = range_of(context.float_type).least;
  source.input_most = range_of(context.float_type).most;
}

void set_output(LayerSource& source, const ImportContext& context, const std::string& y) {
  if (const auto code = context.graph.quantized_to(y)) return set_output_code(source, *code);
  const int32_t elem_type = context.graph.elem_type(y);
  source.layer.output_type = source.layer.input_type;
  if (source.layer.input_type == DataType::uint8) source.layer.output_type = DataType::int8;
  if (elem_type == TensorProto::INT32) source.layer.output_type = DataType::int32;
  if (is_small_integer(elem_type)) source.layer.output_type = machine_type(elem_type);
}

void set_weights(LayerSource& source, const ImportContext& context, const std::string& w,
                 int64_t channel_axis) {
  const Constant* const weights = context.graph.constant(w);
  if (weights == nullptr) {
    source.notes.emplace_back("weights are not in the file: pseudo-random");
  } else {
    source.weights.tensor = weights->tensor;
    if (weights->quantization) return set_weight_code(source, *weights->quantization, channel_axis);
  }
  const int32_t elem_type = context.graph.elem_type(w);
  require_type(source.where + ": weights", elem_type);
  source.layer.weight_type = is_floating(elem_type) ? context.float_type : machine_type(elem_type);
}

void set_bias(LayerSource& source, const ImportContext& context, const std::string& value) {
  const Constant* const bias = context.graph.constant(value);
  if (bias == nullptr) {
    source.notes.emplace_back("bias is not in the file: zero");
    return;
  }
  source.bias.tensor = bias->tensor;
  source.bias.quantization = bias->quantization;
}

void check_output_shape(const LayerSource& source, const ImportContext& context, const std::string& y,
                        const std::vector<int64_t>& expected) {
  const auto found = context.graph.shape(y);
  if (found && *found != expected) {
    throw InputError(fmt::format("{}: output \"{}\": expected {}, found {}", source.where, printable(y),
                                 to_string(expected), to_string(*found)));
  }
}

}  // namespace hwcvp::onnx_import
