#include "platform/memory_map.h"

#include <fmt/format.h>

#include "schedules/error.h"

namespace hwcvp {

namespace {

constexpr uint64_t align_up(uint64_t address) {
  return (address + memory_map::kTensorAlignment - 1) & ~(memory_map::kTensorAlignment - 1);
}

}  // namespace

TensorPlacement place_tensors(const Layer& layer, int64_t dram_bytes) {
  TensorBytes sizes;
  sizes.params = layer.params_bytes();
  sizes.input = layer.input_elements() * bytes(layer.input_type);
  sizes.weight = layer.weight_elements() * bytes(layer.weight_type);
  sizes.output = layer.output_elements() * bytes(layer.output_type);
  sizes.psum = layer.output_elements() * bytes(layer.accumulator_type);
  return place_tensors(sizes, layer.name, dram_bytes);
}

TensorPlacement place_tensors(const TensorBytes& sizes, const std::string& layer_name, int64_t dram_bytes) {
  uint64_t next = memory_map::kControlBase + memory_map::kControlBytes;
  const auto place = [&next](int64_t bytes_needed) {
    const AddressWindow window{next, static_cast<uint64_t>(bytes_needed)};
    next = align_up(next + window.bytes);
    return window;
  };
  TensorPlacement placement;
  placement.params = place(sizes.params);
  placement.input = place(sizes.input);
  placement.weight = place(sizes.weight);
  placement.output = place(sizes.output);
  placement.psum = place(sizes.psum);

  const uint64_t needed = next - memory_map::kDramBase;
  if (needed > static_cast<uint64_t>(dram_bytes)) {
    throw InputError(fmt::format("layer {}: needs {} bytes of DRAM, expected at most dram.size_bytes, {}",
                                 layer_name, needed, dram_bytes));
  }
  return placement;
}

}  // namespace hwcvp
