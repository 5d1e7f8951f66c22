#include "schedules/workload/layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr int64_t kMaxSize = std::numeric_limits<int32_t>::max();

// No schedule moves more elements than this of any kind, nor does a tensor hold more: the total of a layer is
// then at most sixteen times as many bytes, which is 2^62.
constexpr int64_t kMaxCount = int64_t{1} << 58;

[[noreturn]] void fail(const std::string& where, const std::string& field, const std::string& problem) {
  throw InputError(fmt::format("{}: {}: {}", where, field, problem));
}

void require_size(const std::string& where, const std::string& field, int64_t value, int64_t least) {
  if (value < least || value > kMaxSize) {
    fail(where, field,
         fmt::format("expected an integer between {} and {}, found {}", least, kMaxSize, value));
  }
}

void require_type(const std::string& where, const char* field, DataType type, bool allowed,
                  const char* expected) {
  if (!allowed) {
    fail(where, field, fmt::format("expected {}, found {}", expected, to_string(type)));
  }
}

void require_within(const std::string& where, const char* field, int32_t value, DataType type) {
  const IntegerLimits range = limits(type);
  if (value < range.least || value > range.most) {
    fail(where, field,
         fmt::format("expected {} to {}, the numbers of {}, found {}", range.least, range.most,
                     to_string(type), value));
  }
}

// Fields that have a meaning with scales alone.
void require_unset(const Layer& layer, const std::string& where) {
  const auto require = [&where](const char* field, bool unset) {
    if (!unset) fail(where, field, "expected none without scales");
  };
  require_type(where, "output_type", layer.output_type, layer.output_type != DataType::uint8,
               "scales with uint8 outputs");
  require("output_zero_point", layer.output_zero_point == 0);
  require("output_min", !layer.output_min);
  require("output_max", !layer.output_max);
}

void require_single_precision(const Layer& layer, const std::string& where) {
  if (bytes(layer.output_type) != 1 || layer.accumulator_type != DataType::int32) {
    fail(where, "scales",
         fmt::format("expected none but with outputs of int8 or uint8 from int32 accumulators, found {} "
                     "from {}",
                     to_string(layer.output_type), to_string(layer.accumulator_type)));
  }
  if (static_cast<int64_t>(layer.scales.size()) != layer.out_channels) {
    fail(where, "scales",
         fmt::format("expected one number, or one for each of {} output channels, found {}",
                     layer.out_channels, layer.scales.size()));
  }
  for (size_t i = 0; i < layer.scales.size(); ++i) {
    if (!std::isfinite(layer.scales[i]) || layer.scales[i] <= 0) {
      fail(where, fmt::format("scales[{}]", i),
           fmt::format("expected a finite number above 0 in single precision, found {}", layer.scales[i]));
    }
  }
  require_within(where, "output_zero_point", layer.output_zero_point, layer.output_type);
  if (layer.output_min) require_within(where, "output_min", *layer.output_min, layer.output_type);
  if (layer.output_max) require_within(where, "output_max", *layer.output_max, layer.output_type);
  const IntegerLimits range = layer.output_limits();
  if (range.least > range.most) {
    fail(where, layer.output_max ? "output_max" : "output_min",
         fmt::format("expected limits in ascending order, found {} to {}", range.least, range.most));
  }
}

void require_numbers(const Layer& layer, const std::string& where) {
  if (bytes(layer.input_type) == 1) {
    require_within(where, "input_zero_point", layer.input_zero_point, layer.input_type);
  } else if (layer.input_zero_point != 0) {
    fail(where, "input_zero_point",
         fmt::format("expected 0 with inputs of {}, found {}", to_string(layer.input_type),
                     layer.input_zero_point));
  }
  if (layer.single_precision()) {
    require_single_precision(layer, where);
  } else {
    require_unset(layer, where);
  }
}

int64_t output_lines(int64_t in, int64_t pads, int64_t dilation, int64_t kernel, int64_t stride) {
  return (in + pads - dilation * (kernel - 1) - 1) / stride + 1;
}

void require_axis(const Layer& layer, const std::string& where, size_t axis) {
  const char* field = axis == 0 ? "in_height" : "in_width";
  const int64_t padded =
      (axis == 0 ? layer.in_height : layer.in_width) + layer.pads[axis] + layer.pads[axis + 2];
  if (padded > kMaxSize) {
    fail(where, field, fmt::format("expected at most {} with padding, found {}", kMaxSize, padded));
  }
  const int64_t span = layer.dilations[axis] * (layer.kernel_shape[axis] - 1) + 1;
  if (span > padded) {
    fail(where, fmt::format("kernel_shape[{}]", axis),
         fmt::format("expected the dilated kernel to fit in the padded input of {}, found an extent of {}",
                     padded, span));
  }
}

// Fails unless the product of the factors, all positive, is at most kMaxCount.
template <size_t N>
void require_product(const std::string& where, const char* what, const std::array<int64_t, N>& factors) {
  int64_t product = 1;
  for (const int64_t factor : factors) {
    if (__builtin_mul_overflow(product, factor, &product) || product > kMaxCount) {
      throw InputError(fmt::format("{}: expected at most 2^58 {}", where, what));
    }
  }
}

// Input lines that one output line adds at most to a region on this axis.
int64_t lines_per_step(const Layer& layer, size_t axis) {
  if (layer.kernel_shape[axis] == 1) return 1;
  return std::min(std::max(layer.strides[axis], layer.dilations[axis]),
                  axis == 0 ? layer.in_height : layer.in_width);
}

}  // namespace

const char* to_string(DataType type) {
  switch (type) {
    case DataType::int8:
      return "int8";
    case DataType::int16:
      return "int16";
    case DataType::int32:
      return "int32";
    case DataType::uint8:
      return "uint8";
    case DataType::float32:
      break;
  }
  return "float32";
}

IntegerLimits limits(DataType type) {
  switch (type) {
    case DataType::int8:
      return {-128, 127};
    case DataType::uint8:
      return {0, 255};
    case DataType::int16:
      return {-32768, 32767};
    case DataType::int32:
    case DataType::float32:
      break;
  }
  return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
}

const char* to_string(Dim dim) {
  static constexpr std::array<const char*, kDimCount> kNames = {"B", "G", "K", "C", "OY", "OX", "FY", "FX"};
  return kNames[index(dim)];
}

const char* to_string(Tensor tensor) {
  static constexpr std::array<const char*, kTensorCount> kNames = {"input", "weight", "output"};
  return kNames[index(tensor)];
}

int64_t Layer::out_height() const {
  return output_lines(in_height, pads[0] + pads[2], dilations[0], kernel_shape[0], strides[0]);
}

int64_t Layer::out_width() const {
  return output_lines(in_width, pads[1] + pads[3], dilations[1], kernel_shape[1], strides[1]);
}

int64_t Layer::extent(Dim dim) const { return extents()[index(dim)]; }

PerDim<int64_t> Layer::extents() const {
  return {batch,        group,       out_channels / group, in_channels / group,
          out_height(), out_width(), kernel_shape[0],      kernel_shape[1]};
}

int64_t Layer::macs() const {
  int64_t product = 1;
  for (const int64_t value : extents()) product *= value;
  return product;
}

int64_t Layer::input_elements() const { return batch * in_channels * in_height * in_width; }

int64_t Layer::weight_elements() const {
  return out_channels * (in_channels / group) * kernel_shape[0] * kernel_shape[1];
}

int64_t Layer::output_elements() const { return batch * out_channels * out_height() * out_width(); }

int64_t Layer::params_bytes() const {
  return out_channels * (output_type == DataType::int32 ? 4 : single_precision() ? 4 + 4 : 4 + 4 + 1);
}

IntegerLimits Layer::output_limits() const {
  const IntegerLimits range = limits(output_type);
  return {output_min.value_or(range.least), output_max.value_or(range.most)};
}

int64_t Layer::most_moved_bytes() const {
  // Each multiply-accumulate moves at most one weight, the input lines of one step, and a partial sum there
  // and back, 12 bytes in all. An output leaves once in place of a partial sum, and what its constants take
  // besides is within the other 4.
  const int64_t elements = std::max({macs() * lines_per_step(*this, 0) * lines_per_step(*this, 1),
                                     input_elements(), weight_elements(), output_elements()});
  return 16 * elements;
}

void Layer::validate(const std::string& where) const {
  require_size(where, "batch", batch, 1);
  require_size(where, "in_channels", in_channels, 1);
  require_size(where, "in_height", in_height, 1);
  require_size(where, "in_width", in_width, 1);
  require_size(where, "out_channels", out_channels, 1);
  require_size(where, "group", group, 1);
  for (size_t axis = 0; axis < 2; ++axis) {
    require_size(where, fmt::format("kernel_shape[{}]", axis), kernel_shape[axis], 1);
    require_size(where, fmt::format("strides[{}]", axis), strides[axis], 1);
    require_size(where, fmt::format("dilations[{}]", axis), dilations[axis], 1);
  }
  for (size_t side = 0; side < pads.size(); ++side) {
    require_size(where, fmt::format("pads[{}]", side), pads[side], 0);
  }

  if (in_channels % group != 0) {
    fail(where, "in_channels", fmt::format("expected a multiple of group {}, found {}", group, in_channels));
  }
  if (out_channels % group != 0) {
    fail(where, "out_channels",
         fmt::format("expected a multiple of group {}, found {}", group, out_channels));
  }
  require_axis(*this, where, 0);
  require_axis(*this, where, 1);

  const auto one_of = [](DataType type, std::initializer_list<DataType> types) {
    return std::find(types.begin(), types.end(), type) != types.end();
  };
  require_type(where, "input_type", input_type,
               one_of(input_type, {DataType::int8, DataType::uint8, DataType::int16}),
               "int8, uint8 or int16");
  require_type(where, "weight_type", weight_type, one_of(weight_type, {DataType::int8, DataType::int16}),
               "int8 or int16");
  require_type(where, "output_type", output_type, output_type != DataType::float32,
               "int8, uint8, int16 or int32");
  require_type(where, "accumulator_type", accumulator_type,
               one_of(accumulator_type, {DataType::int16, DataType::int32}), "int16 or int32");
  if (output_type == DataType::int32) {
    require_type(where, "output_type", output_type, accumulator_type == DataType::int32,
                 "int8 or int16 with int16 accumulators");
  }
  require_numbers(*this, where);

  require_product(where, "input elements", std::array{batch, in_channels, in_height, in_width});
  require_product(where, "weights",
                  std::array{out_channels, in_channels / group, kernel_shape[0], kernel_shape[1]});
  require_product(where, "output elements", std::array{batch, out_channels, out_height(), out_width()});
  require_product(
      where, "multiply-accumulates, counted with the input lines that a stride or a dilation spans",
      std::array{batch, out_channels, in_channels / group, out_height(), out_width(), kernel_shape[0],
                 kernel_shape[1], lines_per_step(*this, 0), lines_per_step(*this, 1)});
}

bool operator==(const Layer& a, const Layer& b) {
  return a.name == b.name && a.batch == b.batch && a.in_channels == b.in_channels &&
         a.in_height == b.in_height && a.in_width == b.in_width && a.out_channels == b.out_channels &&
         a.kernel_shape == b.kernel_shape && a.strides == b.strides && a.dilations == b.dilations &&
         a.pads == b.pads && a.group == b.group && a.input_type == b.input_type &&
         a.weight_type == b.weight_type && a.output_type == b.output_type &&
         a.accumulator_type == b.accumulator_type && a.input_zero_point == b.input_zero_point &&
         a.scales == b.scales && a.output_zero_point == b.output_zero_point && a.output_min == b.output_min &&
         a.output_max == b.output_max;
}

Layer work_of(Layer layer) {
  layer.name = Layer().name;
  // In single precision the accelerator is told of every zero point, else of one that is not 0.
  layer.input_zero_point = layer.input_zero_point != 0 && !layer.single_precision() ? 1 : 0;
  std::fill(layer.scales.begin(), layer.scales.end(), 1.0F);
  layer.output_zero_point = 0;
  layer.output_min.reset();
  layer.output_max.reset();
  return layer;
}

bool equal_work(const Layer& a, const Layer& b) { return work_of(a) == work_of(b); }

}  // namespace hwcvp
