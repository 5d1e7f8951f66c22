// How tensors lie in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "schedules/workload/layer.h"

namespace hwcvp {

// The order of a tensor's elements in memory, dense, named with the innermost dimension last. N is the batch,
// or the output channels of weights; C the channels, of weights the input channels of a group.
struct TensorLayout {
  enum class Order : uint8_t {
    nchw,
    nhwc,
    nchwc  // NCHW in blocks of channels that stand innermost; the last block may be padded
  };
  static constexpr int64_t kMostBlock = 256;

  Order order = Order::nchw;
  int64_t block = 0;  // channels of a block; 0 but for nchwc, where it is 2 to kMostBlock
};

bool operator==(const TensorLayout& a, const TensorLayout& b);
inline bool operator!=(const TensorLayout& a, const TensorLayout& b) { return !(a == b); }

// "nchw", "nhwc", or with blocks of 8 channels "nchw8c".
std::string to_string(const TensorLayout& layout);
// Throws InputError, with a line that begins with `where`, for anything that to_string() does not give.
TensorLayout parse_layout(const std::string& text, const std::string& where);

// The layouts of a layer's tensors. Partial sums lie as the outputs do.
using TensorLayouts = PerTensor<TensorLayout>;

// Axes on which regions are boxes: input B, G, C, Y, X; weight G, K, C, FY, FX; output B, G, K, OY, OX.
inline constexpr size_t kTensorAxes = 5;
template <typename T>
using PerTensorAxis = std::array<T, kTensorAxes>;

// The extents of a whole tensor in memory on these axes, in elements.
PerTensorAxis<int64_t> memory_extents(const Layer& layer, Tensor tensor);

// Distances in memory, in bytes.
struct TensorStrides {
  // One axis cut into blocks: element i of it is at i / size * block_stride + i % size * stride.
  struct Blocks {
    size_t axis = 0;
    int64_t size = 0;  // elements
    int64_t stride = 0;
  };
  PerTensorAxis<int64_t> stride{};  // from an element to the next; on the axis in blocks, within a block
  std::optional<Blocks> blocks;
  int64_t bytes = 0;  // of the tensor, padding of blocks included

  // Of a coordinate on an axis, from coordinate 0.
  int64_t offset(size_t axis, int64_t coordinate) const;
};

// The strides of a tensor with elements of that size. Where blocks divide nothing, as on images of one pixel,
// there are none. Blocks of input and output hold channels of all groups: where the channels of a group are
// more than a block they must be whole blocks, else a block must hold whole groups. Throws InputError, with a
// line that begins with `where`, where that does not work out or the tensor takes 2^62 bytes or more.
TensorStrides tensor_strides(const Layer& layer, Tensor tensor, int64_t element_bytes,
                             const TensorLayout& layout, const std::string& where);

}  // namespace hwcvp
