#include "schedules/bursts/tensor_layout.h"

#include <fmt/format.h>

#include <charconv>

#include "schedules/math/division.h"
#include "schedules/math/lattice_sums.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

// Lays out one dimension after the other, innermost first.
class DenseOrder {
 public:
  explicit DenseOrder(int64_t element_bytes) : bytes_(element_bytes) {}

  // The stride of a dimension of that extent.
  int64_t add(int64_t extent) {
    const auto stride = static_cast<int64_t>(bytes_);
    if (bytes_ < kMost) bytes_ *= extent;
    return stride;
  }
  bool too_large() const { return bytes_ >= kMost; }
  int64_t bytes() const { return static_cast<int64_t>(bytes_); }

 private:
  static constexpr int128 kMost = int128{1} << 62;
  int128 bytes_;
};

// Axes from the innermost one out.
PerTensorAxis<size_t> axis_order(Tensor tensor, TensorLayout::Order order) {
  if (tensor == Tensor::weight) {
    if (order == TensorLayout::Order::nhwc) return {2, 4, 3, 1, 0};
    return {4, 3, 2, 1, 0};
  }
  if (order == TensorLayout::Order::nhwc) return {2, 1, 4, 3, 0};
  return {4, 3, 2, 1, 0};
}

TensorStrides plain_strides(const PerTensorAxis<int64_t>& extent, const PerTensorAxis<size_t>& order,
                            DenseOrder& dense) {
  TensorStrides strides;
  for (const size_t axis : order) strides.stride[axis] = dense.add(extent[axis]);
  return strides;
}

TensorStrides blocked_strides(const PerTensorAxis<int64_t>& extent, Tensor tensor, int64_t block,
                              const std::string& where, DenseOrder& dense) {
  // Channels of weights are within a group; those of the others pass from group to group.
  const int64_t groups = tensor == Tensor::weight ? 1 : extent[1];
  const int64_t channels = extent[2];
  const bool blocks_of_groups = groups > 1 && channels < block;
  if (groups > 1 && (blocks_of_groups ? block % channels : channels % block) != 0) {
    throw InputError(
        fmt::format("{}: {} channels of {} groups in blocks of {}: expected groups of whole blocks, or "
                    "blocks of whole groups",
                    where, to_string(tensor), groups, block));
  }
  TensorStrides strides;
  TensorStrides::Blocks blocks;
  if (blocks_of_groups) {
    blocks.axis = 1;
    blocks.size = block / channels;
    strides.stride[2] = dense.add(channels);
  } else {
    blocks.axis = 2;
    blocks.size = block;
  }
  strides.stride[blocks.axis] = dense.add(blocks.size);
  strides.stride[4] = dense.add(extent[4]);
  strides.stride[3] = dense.add(extent[3]);
  blocks.stride = dense.add(ceil_div(extent[blocks.axis], blocks.size));
  if (!blocks_of_groups) strides.stride[1] = dense.add(extent[1]);
  strides.stride[0] = dense.add(extent[0]);
  if (blocks.stride != blocks.size * strides.stride[blocks.axis]) strides.blocks = blocks;
  return strides;
}

}  // namespace

bool operator==(const TensorLayout& a, const TensorLayout& b) {
  return a.order == b.order && a.block == b.block;
}

std::string to_string(const TensorLayout& layout) {
  if (layout.order == TensorLayout::Order::nchwc) return fmt::format("nchw{}c", layout.block);
  return layout.order == TensorLayout::Order::nhwc ? "nhwc" : "nchw";
}

TensorLayout parse_layout(const std::string& text, const std::string& where) {
  if (text == "nchw") return {};
  if (text == "nhwc") return {TensorLayout::Order::nhwc, 0};
  const TensorLayout blocked = [&text]() -> TensorLayout {
    int64_t block = 0;
    if (text.size() < 6 || text.compare(0, 4, "nchw") != 0 || text.back() != 'c') return {};
    std::from_chars(text.data() + 4, text.data() + text.size() - 1, block);
    return {TensorLayout::Order::nchwc, block};
  }();
  if (blocked.block < 2 || blocked.block > TensorLayout::kMostBlock || to_string(blocked) != text) {
    throw InputError(
        fmt::format("{}: expected nchw, nhwc, or blocks of 2 to {} channels such as nchw8c, found \"{}\"",
                    where, TensorLayout::kMostBlock, shown(text)));
  }
  return blocked;
}

PerTensorAxis<int64_t> memory_extents(const Layer& layer, Tensor tensor) {
  const int64_t in_channels = layer.extent(Dim::C);
  const int64_t out_channels = layer.extent(Dim::K);
  switch (tensor) {
    case Tensor::input:
      return {layer.batch, layer.group, in_channels, layer.in_height, layer.in_width};
    case Tensor::weight:
      return {layer.group, out_channels, in_channels, layer.kernel_shape[0], layer.kernel_shape[1]};
    case Tensor::output:
      break;
  }
  return {layer.batch, layer.group, out_channels, layer.out_height(), layer.out_width()};
}

int64_t TensorStrides::offset(size_t axis, int64_t coordinate) const {
  if (!blocks || blocks->axis != axis) return coordinate * stride[axis];
  return coordinate / blocks->size * blocks->stride + coordinate % blocks->size * stride[axis];
}

TensorStrides tensor_strides(const Layer& layer, Tensor tensor, int64_t element_bytes,
                             const TensorLayout& layout, const std::string& where) {
  const PerTensorAxis<int64_t> extent = memory_extents(layer, tensor);
  DenseOrder dense(element_bytes);
  TensorStrides strides = layout.order == TensorLayout::Order::nchwc
                              ? blocked_strides(extent, tensor, layout.block, where, dense)
                              : plain_strides(extent, axis_order(tensor, layout.order), dense);
  if (dense.too_large()) {
    throw InputError(fmt::format("{}: the {} takes 2^62 bytes or more as {}", where, to_string(tensor),
                                 to_string(layout)));
  }
  strides.bytes = dense.bytes();
  return strides;
}

}  // namespace hwcvp
