// A convolution layer in ONNX Conv terms, and the eight dimensions of its loop nest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hwcvp {

enum class DataType { int8, int16, int32, uint8, float32 };  // no layer has float32; tensors of the host do

// Size of one element in bytes: 1, 2 or 4.
constexpr int64_t bytes(DataType type) {
  return type == DataType::int8 || type == DataType::uint8 ? 1 : type == DataType::int16 ? 2 : 4;
}
// "int8", "int16", "int32", "uint8", "float32".
const char* to_string(DataType type);

// The numbers that an integer type holds.
struct IntegerLimits {
  int32_t least, most;
};
IntegerLimits limits(DataType type);

// Dimensions of the nest: batch, group, output channels per group, input channels per group, output rows and
// columns, filter rows and columns.
enum class Dim : uint8_t { B, G, K, C, OY, OX, FY, FX };
inline constexpr size_t kDimCount = 8;
inline constexpr std::array<Dim, kDimCount> kDims = {Dim::B,  Dim::G,  Dim::K,  Dim::C,
                                                     Dim::OY, Dim::OX, Dim::FY, Dim::FX};
// "B", "G", "K", "C", "OY", "OX", "FY", "FX".
const char* to_string(Dim dim);

constexpr size_t index(Dim dim) { return static_cast<size_t>(dim); }

// One value for each dimension.
template <typename T>
using PerDim = std::array<T, kDimCount>;

// The tensors that have a buffer.
enum class Tensor : uint8_t { input, weight, output };
inline constexpr size_t kTensorCount = 3;
inline constexpr std::array<Tensor, kTensorCount> kTensors = {Tensor::input, Tensor::weight, Tensor::output};
// "input", "weight", "output".
const char* to_string(Tensor tensor);

constexpr size_t index(Tensor tensor) { return static_cast<size_t>(tensor); }

// One value for each tensor.
template <typename T>
using PerTensor = std::array<T, kTensorCount>;

// A layer. All sizes are in elements. Axis pairs are {rows, columns}.
struct Layer {
  std::string name = "layer";
  int64_t batch = 1;
  int64_t in_channels = 1;  // of all groups together
  int64_t in_height = 1;
  int64_t in_width = 1;
  int64_t out_channels = 1;  // of all groups together
  std::array<int64_t, 2> kernel_shape = {1, 1};
  std::array<int64_t, 2> strides = {1, 1};
  std::array<int64_t, 2> dilations = {1, 1};
  std::array<int64_t, 4> pads = {0, 0, 0, 0};  // top, left, bottom, right
  int64_t group = 1;
  DataType input_type = DataType::int8;         // int8, uint8 or int16
  DataType weight_type = DataType::int8;        // int8 or int16
  DataType output_type = DataType::int8;        // int8, uint8, int16, or int32 for the raw accumulators
  DataType accumulator_type = DataType::int32;  // int32 or int16; partial sums wrap modulo its range

  // What stands for the real number 0 among the inputs, which padding is then; of inputs of 8 bits.
  int32_t input_zero_point = 0;

  // Requantization in single precision, by one factor for each output channel:
  //   output = limit(round_half_even(float(accumulator) * scale) + output_zero_point)
  // Empty: by multiplier and shift, as docs/hwc-programming.md defines it; what follows is then as here.
  std::vector<float> scales;
  int32_t output_zero_point = 0;
  std::optional<int32_t> output_min, output_max;  // none: the output type's own limits

  bool single_precision() const { return !scales.empty(); }
  // Limits of the outputs in single precision.
  IntegerLimits output_limits() const;

  // Output rows and columns: floor((in + pads - dilation*(kernel-1) - 1)/stride) + 1.
  int64_t out_height() const;
  int64_t out_width() const;

  // Extent of a dimension of the nest.
  int64_t extent(Dim dim) const;
  PerDim<int64_t> extents() const;

  // Multiply-accumulate operations, padding included.
  int64_t macs() const;

  // Whole tensors, in elements, as they lie in memory.
  int64_t input_elements() const;
  int64_t weight_elements() const;
  int64_t output_elements() const;

  // Bytes of the per-output-channel constants as they lie in memory: bias (4), and where the output is
  // requantized (output_type is not int32) also multiplier (4) and shift (1), or scale (4).
  int64_t params_bytes() const;

  // Bytes that no schedule of a legal layer exceeds, per-output-channel constants included; at most 2^62.
  int64_t most_moved_bytes() const;

  // True where an axis (0 rows, 1 columns) has a kernel extent of 1, so that input lines are counted on the
  // grid of the outputs: the lines in the gaps of a stride are never fetched.
  bool subsampled(int axis) const { return kernel_shape[static_cast<size_t>(axis)] == 1; }

  // Throws InputError, with a line that begins with `where` and names the field, unless the layer is legal:
  // sizes positive and below 2^31, channels divisible by group, kernel inside the padded input, types
  // allowed, zero points and limits within them, one scale above 0 for each output channel where there are
  // any, and products (MACs, tensor bytes) small enough that no count of this project can overflow 63 bits.
  void validate(const std::string& where) const;
};

bool operator==(const Layer& a, const Layer& b);

// The layer without what changes neither the bytes nor the cycles of any schedule: its name, and the values
// of zero points, scales and limits, though not that there are any.
Layer work_of(Layer layer);
// Layers of which every schedule moves the same bytes in the same cycles.
bool equal_work(const Layer& a, const Layer& b);

}  // namespace hwcvp
