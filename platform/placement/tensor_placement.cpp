#include "platform/placement/tensor_placement.h"

#include <fmt/format.h>

#include "schedules/workload/error.h"

namespace hwcvp {

TensorPlacement place_tensors(const Layer& layer, int64_t dram_bytes, const TensorLayouts& layouts,
                              int64_t alignment) {
  const auto size = [&](Tensor tensor, DataType type) {
    const std::string where = "layer " + layer.name;
    return tensor_strides(layer, tensor, bytes(type), layouts[index(tensor)], where).bytes;
  };
  TensorBytes sizes;
  sizes.params = layer.params_bytes();
  sizes.input = size(Tensor::input, layer.input_type);
  sizes.weight = size(Tensor::weight, layer.weight_type);
  sizes.output = size(Tensor::output, layer.output_type);
  sizes.psum = size(Tensor::output, layer.accumulator_type);
  return place_tensors(sizes, layer.name, dram_bytes, alignment);
}

TensorPlacement place_tensors(const TensorBytes& sizes, const std::string& layer_name, int64_t dram_bytes,
                              int64_t alignment) {
  const uint64_t mask = static_cast<uint64_t>(alignment) - 1;
  uint64_t next = memory_map::kControlBase + memory_map::kControlBytes;
  const auto place = [&next, mask](int64_t bytes_needed) {
    const AddressWindow window{next, static_cast<uint64_t>(bytes_needed)};
    next = (next + window.bytes + mask) & ~mask;
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

TensorPlacement place_tensors(const Layer& layer, const TensorLayouts& layouts,
                              const PlatformConfig& config) {
  return place_tensors(layer, config.dram.size_bytes, layouts, config.layout.alignment_bytes);
}

TensorBases bases_of(const TensorPlacement& placement) {
  const auto base = [](const AddressWindow& window) { return static_cast<int64_t>(window.base); };
  return {base(placement.params), base(placement.input), base(placement.weight), base(placement.output),
          base(placement.psum)};
}

TrafficClass class_of(Carried carried) {
  switch (carried) {
    case Carried::input:
      return TrafficClass::input;
    case Carried::weight:
      return TrafficClass::weight;
    case Carried::output:
      return TrafficClass::output;
    case Carried::psum:
      return TrafficClass::psum;
    case Carried::params:
      return TrafficClass::params;
  }
  return TrafficClass::other;
}

}  // namespace hwcvp
