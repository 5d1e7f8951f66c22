#include "models/hwc/layer_configuration.h"

#include <algorithm>
#include <cstring>

#include "models/hwc/region.h"
#include "models/registers/register_file.h"
#include "registers/hwc.h"

namespace hwcvp::hwc {

namespace {

constexpr uint32_t kWord = 4;

uint64_t address(const registers::RegisterFile& registers, uint32_t low) {
  return registers.get(low) | uint64_t{registers.get(low + kWord)} << 32;
}

PerAxis<int64_t> per_axis(const registers::RegisterFile& registers, uint32_t first) {
  PerAxis<int64_t> values{};
  for (uint32_t axis = 0; axis < kAxes; ++axis) values[axis] = registers.get(first + axis * kWord);
  return values;
}

InputAxis input_axis(const registers::RegisterFile& registers, uint32_t stride, uint32_t dilation,
                     uint32_t pad, uint32_t first, uint32_t end) {
  InputAxis axis;
  axis.stride = registers.get(stride);
  axis.dilation = registers.get(dilation);
  axis.pad = registers.get(pad);
  axis.first = registers.get(first);
  axis.end = registers.get(end);
  return axis;
}

Error bad(uint32_t offset) { return {HWC_ERROR_BAD_CONFIGURATION, offset}; }

Error decode_memory(const registers::RegisterFile& registers, uint32_t base, uint32_t stride, uint32_t blocks,
                    MemoryLayout& memory) {
  // The fields of all tensors' registers are alike.
  memory.base = address(registers, base);
  memory.stride = per_axis(registers, stride);
  memory.blocks.size = registers.get(blocks) & HWC_INPUT_BLOCKS_SIZE_MASK;
  memory.blocks.axis = (registers.get(blocks) & HWC_INPUT_BLOCKS_AXIS_MASK) >> HWC_INPUT_BLOCKS_AXIS_LSB;
  memory.blocks.stride = registers.get(blocks + kWord);
  if (memory.blocks.axis >= kAxes) return bad(blocks);
  return {};
}

Error decode_types(uint32_t types, LayerConfiguration& configuration) {
  const auto field = [types](uint32_t mask, uint32_t lsb) { return (types & mask) >> lsb; };
  const uint32_t output = field(HWC_TYPES_OUTPUT_MASK, HWC_TYPES_OUTPUT_LSB);
  const bool narrow = field(HWC_TYPES_ACCUMULATOR_MASK, HWC_TYPES_ACCUMULATOR_LSB) != 0;
  const bool single_precision = (types & HWC_TYPES_SINGLE_PRECISION_MASK) != 0;
  if (output > 2 || (output == 2 && narrow)) return bad(HWC_TYPES);
  if ((types & HWC_TYPES_INPUT_MASK) != 0 && (types & HWC_TYPES_INPUT_UNSIGNED_MASK) != 0)
    return bad(HWC_TYPES);
  if (single_precision && (output != 0 || narrow)) return bad(HWC_TYPES);
  configuration.input.element_bytes = 1 + field(HWC_TYPES_INPUT_MASK, HWC_TYPES_INPUT_LSB);
  configuration.weight.element_bytes = 1 + field(HWC_TYPES_WEIGHT_MASK, HWC_TYPES_WEIGHT_LSB);
  configuration.output.element_bytes = narrow ? 2 : 4;
  configuration.output_bytes = int64_t{1} << output;
  configuration.requantized = output != 2;
  configuration.relu = field(HWC_TYPES_RELU_MASK, HWC_TYPES_RELU_LSB) != 0;
  configuration.single_precision = single_precision;
  configuration.input_unsigned = (types & HWC_TYPES_INPUT_UNSIGNED_MASK) != 0;
  configuration.output_unsigned = (types & HWC_TYPES_OUTPUT_UNSIGNED_MASK) != 0;
  return {};
}

float single_precision(uint32_t bits) {
  float value = 0;
  static_assert(sizeof value == sizeof bits);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// The integers of a type of 8 bits.
struct ByteRange {
  explicit ByteRange(bool is_unsigned) : least(is_unsigned ? 0 : -128), most(is_unsigned ? 255 : 127) {}
  bool contains(int32_t value) const { return value >= least && value <= most; }
  int32_t least, most;
};

// What a convolution expects of zero points and limits. Limits are made those of the type, and of RELU.
Error check_numbers(LayerConfiguration& configuration) {
  const ByteRange inputs(configuration.input_unsigned);
  const bool bytes = configuration.input.element_bytes == 1;
  if (bytes ? !inputs.contains(configuration.input_zero) : configuration.input_zero != 0) {
    return bad(HWC_INPUT_ZERO);
  }
  if (!configuration.single_precision) return configuration.output_unsigned ? bad(HWC_TYPES) : Error{};
  const ByteRange outputs(configuration.output_unsigned);
  if (!outputs.contains(configuration.output_zero)) return bad(HWC_OUTPUT_ZERO);
  configuration.output_min = std::max(configuration.output_min, outputs.least);
  configuration.output_max = std::min(configuration.output_max, outputs.most);
  if (configuration.output_min > configuration.output_max) return bad(HWC_OUTPUT_MAX);
  if (configuration.relu) {
    const int32_t from_zero = std::max(configuration.output_min, configuration.output_zero);
    configuration.output_min = std::min(from_zero, configuration.output_max);
  }
  return {};
}

// What a vector operation expects of types, zero points and limits, which are made those of the type.
Error check_vector(LayerConfiguration& configuration) {
  const VectorOperation& vector = configuration.vector;
  if ((vector.swapped || vector.second_from_weights) && !vector.of_two()) return bad(HWC_VECTOR_OPERATION);
  if (configuration.input.element_bytes != 1 || configuration.output_bytes != 1 ||
      configuration.output.element_bytes != 4 || configuration.relu ||
      (vector.second_from_weights && configuration.weight.element_bytes != 1)) {
    return bad(HWC_TYPES);
  }
  const ByteRange inputs(configuration.input_unsigned);
  const ByteRange outputs(configuration.output_unsigned);
  if (!inputs.contains(configuration.input_zero)) return bad(HWC_INPUT_ZERO);
  if (!inputs.contains(vector.second_zero)) return bad(HWC_SECOND_ZERO);
  if (!outputs.contains(configuration.output_zero)) return bad(HWC_OUTPUT_ZERO);
  configuration.output_min = std::max(configuration.output_min, outputs.least);
  configuration.output_max = std::min(configuration.output_max, outputs.most);
  if (configuration.output_min > configuration.output_max) return bad(HWC_OUTPUT_MIN);
  return {};
}

Error decode_vector(const registers::RegisterFile& registers, LayerConfiguration& configuration) {
  const uint32_t operation = registers.get(HWC_VECTOR_OPERATION);
  const uint32_t kind =
      (operation & HWC_VECTOR_OPERATION_OPERATION_MASK) >> HWC_VECTOR_OPERATION_OPERATION_LSB;
  VectorOperation& vector = configuration.vector;
  vector = {};
  if (kind == HWC_OPERATION_CONVOLUTION) return {};
  if (kind > HWC_OPERATION_COPY) return bad(HWC_VECTOR_OPERATION);
  vector.kind = static_cast<VectorOperation::Kind>(kind);
  vector.swapped = (operation & HWC_VECTOR_OPERATION_SWAPPED_MASK) != 0;
  vector.second_from_weights = (operation & HWC_VECTOR_OPERATION_SECOND_FROM_WEIGHTS_MASK) != 0;
  vector.second_zero = static_cast<int32_t>(registers.get(HWC_SECOND_ZERO));
  for (uint32_t i = 0; i < vector.scale.size(); ++i) {
    vector.scale[i] = single_precision(registers.get(HWC_SCALE + i * kWord));
  }
  vector.fixed = single_precision(registers.get(HWC_FIXED));
  vector.window_count = registers.get(HWC_WINDOW_COUNT);
  return check_vector(configuration);
}

// A slot without elements.
enum class Empty { allowed, refused };

Error decode_slots(const registers::RegisterFile& registers, uint32_t extent, uint32_t slots, Empty empty,
                   SlotLayout& layout) {
  layout.extent = per_axis(registers, extent);
  layout.slots = registers.get(slots);
  layout.offset = 0;
  layout.empty = false;
  for (uint32_t axis = 0; axis < kAxes; ++axis) {
    if (layout.extent[axis] != 0) continue;
    if (empty == Empty::refused) return bad(extent + axis * kWord);
    layout.empty = true;
  }
  if (layout.empty) layout.extent.fill(1);
  if (layout.slots != 1 && layout.slots != 2) return bad(slots);
  return {};
}

// Bytes of all slots, or more than `limit` if they are more.
uint64_t bytes_up_to(const SlotLayout& layout, uint64_t limit) {
  if (layout.empty) return 0;
  uint64_t bytes = static_cast<uint64_t>(layout.slots * layout.element_bytes);
  for (const int64_t extent : layout.extent) {
    if (static_cast<uint64_t>(extent) > limit / bytes) return limit + 1;
    bytes *= static_cast<uint64_t>(extent);
  }
  return bytes;
}

// The tensors with slots of a layer.
struct Placed {
  SlotLayout* layout;
  uint32_t offset_register;
};

bool overlap(const SlotLayout& a, const SlotLayout& b) {
  const int64_t a_end = a.offset + a.slots * a.slot_bytes();
  const int64_t b_end = b.offset + b.slots * b.slot_bytes();
  return std::max(a.offset, b.offset) < std::min(a_end, b_end);
}

// Where the slots lie: where the registers say, or behind one another, those with wider elements first, so
// that every element is aligned.
Error place_slots(const registers::RegisterFile& registers, uint64_t buffer_bytes,
                  const std::vector<Region>& regions, LayerConfiguration& configuration) {
  std::array<Placed, 3> placed = {{{&configuration.output, HWC_OUTPUT_BUFFER},
                                   {&configuration.input, HWC_INPUT_BUFFER},
                                   {&configuration.weight, HWC_WEIGHT_BUFFER}}};
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return a.layout->element_bytes > b.layout->element_bytes;
  });
  int64_t packed = 0;
  for (const Placed& tensor : placed) {
    SlotLayout& layout = *tensor.layout;
    const bool has_slots = &layout != &configuration.input || configuration.input_region < 0;
    if (!has_slots || layout.empty) continue;
    const int64_t bytes = layout.slots * layout.slot_bytes();
    const uint32_t offset = registers.get(tensor.offset_register);
    layout.offset = offset == HWC_NONE ? packed : int64_t{offset};
    packed += bytes;
    if (layout.offset % layout.element_bytes != 0) return bad(tensor.offset_register);
    if (static_cast<uint64_t>(layout.offset + bytes) > buffer_bytes)
      return {HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES};
    for (const Placed& other : placed) {
      if (&other == &tensor) break;
      const bool there = other.layout != &configuration.input || configuration.input_region < 0;
      if (there && !other.layout->empty && overlap(layout, *other.layout)) return bad(tensor.offset_register);
    }
    for (const Region& region : regions) {
      if (region.defined() && overlap(layout, region.layout)) return bad(tensor.offset_register);
    }
  }
  return {};
}

// A register that names a region, or none.
Error decode_region(const registers::RegisterFile& registers, uint32_t offset,
                    const std::vector<Region>& regions, int64_t& region) {
  const uint32_t number = registers.get(offset);
  region = number == HWC_NONE ? -1 : int64_t{number};
  if (region >= 0 && (number >= regions.size() || !regions[number].defined())) return bad(offset);
  return {};
}

// What of the layer lies in regions.
Error use_regions(const registers::RegisterFile& registers, const std::vector<Region>& regions,
                  LayerConfiguration& configuration) {
  Error error = decode_region(registers, HWC_INPUT_REGION, regions, configuration.input_region);
  if (error.code == 0)
    error = decode_region(registers, HWC_SECOND_REGION, regions, configuration.second_region);
  if (error.code == 0)
    error = decode_region(registers, HWC_OUTPUT_REGION, regions, configuration.output_region);
  if (error.code != 0) return error;
  configuration.output_channel = registers.get(HWC_OUTPUT_CHANNEL);
  if (configuration.second_region >= 0 && (configuration.input_region < 0 || !configuration.vector.of_two() ||
                                           configuration.vector.second_from_weights)) {
    return bad(HWC_SECOND_REGION);
  }
  if (configuration.output_region >= 0 && (configuration.output_bytes != 1 || !configuration.requantized)) {
    return bad(HWC_OUTPUT_REGION);
  }
  if (configuration.input_region < 0) return {};
  if (configuration.input.element_bytes != 1) return bad(HWC_INPUT_REGION);
  const int64_t groups = configuration.input.extent[1];
  const int64_t channels = configuration.second_region >= 0 ? 1 : configuration.input.extent[2];
  const auto divided = [&](int64_t number) {
    SlotLayout layout = regions[static_cast<size_t>(number)].layout;
    layout.extent[1] = groups;
    layout.extent[2] = channels;
    return layout;
  };
  const auto holds = [&](int64_t number) {
    const Region& region = regions[static_cast<size_t>(number)];
    return groups <= region.channels() / channels;
  };
  if (!holds(configuration.input_region)) return bad(HWC_INPUT_EXTENT);
  configuration.input = divided(configuration.input_region);
  if (configuration.second_region < 0) return {};
  if (!holds(configuration.second_region)) return bad(HWC_INPUT_EXTENT);
  configuration.second = divided(configuration.second_region);
  return {};
}

}  // namespace

Error decode_regions(const std::vector<RegionRegisters>& registers, uint64_t buffer_bytes,
                     std::vector<Region>& regions) {
  for (size_t i = 0; i < registers.size(); ++i) {
    const RegionRegisters& from = registers[i];
    Region& region = regions[i];
    region = {};
    region.layout.extent.fill(1);
    region.layout.empty = from.channels == 0;
    if (region.layout.empty) continue;
    if (from.lines == 0) return bad(HWC_REGION_LINES);
    if (from.columns == 0) return bad(HWC_REGION_COLUMNS);
    region.layout.extent = {1, 1, from.channels, from.lines, from.columns};
    region.layout.offset = from.base;
    region.memory.base = from.memory;
    region.memory.stride = {from.stride[0], 0, from.stride[1], from.stride[2], from.stride[3]};
    if (bytes_up_to(region.layout, buffer_bytes) + from.base > buffer_bytes)
      return {HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES};
    for (size_t j = 0; j < i; ++j) {
      if (regions[j].defined() && overlap(regions[j].layout, region.layout)) return bad(HWC_REGION_BASE);
    }
  }
  return {};
}

PerAxis<int64_t> SlotLayout::strides() const {
  PerAxis<int64_t> stride{};
  int64_t bytes = element_bytes;
  for (size_t axis = kAxes; axis-- > 0;) {
    stride[axis] = bytes;
    bytes *= extent[axis];
  }
  return stride;
}

int64_t SlotLayout::slot_bytes() const { return empty ? 0 : strides()[0] * extent[0]; }

Error decode(const registers::RegisterFile& registers, uint64_t buffer_bytes, uint32_t max_channels,
             const std::vector<Region>& regions, LayerConfiguration& configuration) {
  for (const uint32_t offset : {HWC_STRIDE_Y, HWC_STRIDE_X, HWC_DILATION_Y, HWC_DILATION_X}) {
    if (registers.get(offset) == 0 || registers.get(offset) >> 31 != 0) return bad(offset);
  }
  configuration.y = input_axis(registers, HWC_STRIDE_Y, HWC_DILATION_Y, HWC_PAD_Y, HWC_FIRST_Y, HWC_END_Y);
  configuration.x = input_axis(registers, HWC_STRIDE_X, HWC_DILATION_X, HWC_PAD_X, HWC_FIRST_X, HWC_END_X);
  configuration.channels = registers.get(HWC_CHANNELS);
  configuration.params_base = address(registers, HWC_PARAMS_BASE_LO);
  configuration.params_count = registers.get(HWC_PARAMS_COUNT);

  configuration.input_zero = static_cast<int32_t>(registers.get(HWC_INPUT_ZERO));
  configuration.output_zero = static_cast<int32_t>(registers.get(HWC_OUTPUT_ZERO));
  configuration.output_min = static_cast<int32_t>(registers.get(HWC_OUTPUT_MIN));
  configuration.output_max = static_cast<int32_t>(registers.get(HWC_OUTPUT_MAX));

  Error error = decode_types(registers.get(HWC_TYPES), configuration);
  if (error.code == 0) error = decode_vector(registers, configuration);
  if (error.code == 0 && !configuration.is_vector()) {
    if (configuration.params_count > max_channels) {
      error = bad(HWC_PARAMS_COUNT);
    } else {
      error = check_numbers(configuration);
    }
  }
  if (error.code == 0)
    error = decode_memory(registers, HWC_INPUT_BASE_LO, HWC_INPUT_STRIDE, HWC_INPUT_BLOCKS,
                          configuration.input_memory);
  if (error.code == 0)
    error = decode_memory(registers, HWC_WEIGHT_BASE_LO, HWC_WEIGHT_STRIDE, HWC_WEIGHT_BLOCKS,
                          configuration.weight_memory);
  if (error.code == 0)
    error = decode_memory(registers, HWC_OUTPUT_BASE_LO, HWC_OUTPUT_STRIDE, HWC_OUTPUT_BLOCKS,
                          configuration.output_memory);
  if (error.code == 0)
    error = decode_memory(registers, HWC_PSUM_BASE_LO, HWC_PSUM_STRIDE, HWC_PSUM_BLOCKS,
                          configuration.psum_memory);
  if (error.code == 0)
    error = decode_slots(registers, HWC_INPUT_EXTENT, HWC_INPUT_SLOTS, Empty::allowed, configuration.input);
  if (!configuration.has_weights()) {
    configuration.weight = {};
    configuration.weight.extent.fill(1);
    configuration.weight.empty = true;
  } else if (error.code == 0) {
    error =
        decode_slots(registers, HWC_WEIGHT_EXTENT, HWC_WEIGHT_SLOTS, Empty::refused, configuration.weight);
  }
  // Where nothing accumulates there need be no accumulators: outputs of vector operations may leave at once.
  const Empty accumulators =
      per_axis(registers, HWC_OUTPUT_EXTENT) == PerAxis<int64_t>{} ? Empty::allowed : Empty::refused;
  if (error.code == 0)
    error = decode_slots(registers, HWC_OUTPUT_EXTENT, HWC_OUTPUT_SLOTS, accumulators, configuration.output);
  if (error.code == 0) error = use_regions(registers, regions, configuration);
  if (error.code != 0) return error;

  const bool input_slots = configuration.input_region < 0;
  const uint64_t needed = (input_slots ? bytes_up_to(configuration.input, buffer_bytes) : 0) +
                          bytes_up_to(configuration.weight, buffer_bytes) +
                          bytes_up_to(configuration.output, buffer_bytes);
  if (needed > buffer_bytes) return {HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES};
  return place_slots(registers, buffer_bytes, regions, configuration);
}

}  // namespace hwcvp::hwc
