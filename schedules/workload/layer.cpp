#include "schedules/workload/layer.h"

#include <fmt/format.h>

#include <algorithm>
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
  return out_channels * (output_type == DataType::int32 ? 4 : 4 + 4 + 1);
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

  require_type(where, "input_type", input_type, input_type != DataType::int32, "int8 or int16");
  require_type(where, "weight_type", weight_type, weight_type != DataType::int32, "int8 or int16");
  require_type(where, "accumulator_type", accumulator_type, accumulator_type != DataType::int8,
               "int16 or int32");
  if (output_type == DataType::int32) {
    require_type(where, "output_type", output_type, accumulator_type == DataType::int32,
                 "int8 or int16 with int16 accumulators");
  }

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
         a.output_zero_point == b.output_zero_point && a.output_min == b.output_min &&
         a.output_max == b.output_max && a.scales == b.scales;
}

bool equal_but_name(Layer a, const Layer& b) {
  a.name = b.name;
  return a == b;
}

}  // namespace hwcvp
