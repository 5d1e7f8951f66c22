#include "models/hwc/layer_configuration.h"

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
  if (output > 2 || (output == 2 && narrow)) return bad(HWC_TYPES);
  configuration.input.element_bytes = 1 + field(HWC_TYPES_INPUT_MASK, HWC_TYPES_INPUT_LSB);
  configuration.weight.element_bytes = 1 + field(HWC_TYPES_WEIGHT_MASK, HWC_TYPES_WEIGHT_LSB);
  configuration.output.element_bytes = narrow ? 2 : 4;
  configuration.output_bytes = int64_t{1} << output;
  configuration.requantized = output != 2;
  configuration.relu = field(HWC_TYPES_RELU_MASK, HWC_TYPES_RELU_LSB) != 0;
  configuration.input_unsigned = (types & HWC_TYPES_INPUT_UNSIGNED_MASK) != 0;
  configuration.output_unsigned = (types & HWC_TYPES_OUTPUT_UNSIGNED_MASK) != 0;
  return {};
}

// A slot without elements.
enum class Empty { allowed, refused };

Error decode_slots(const registers::RegisterFile& registers, uint32_t extent, uint32_t slots, Empty empty,
                   SlotLayout& layout) {
  layout.extent = per_axis(registers, extent);
  layout.slots = registers.get(slots);
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

}  // namespace

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
             LayerConfiguration& configuration) {
  for (const uint32_t offset : {HWC_STRIDE_Y, HWC_STRIDE_X, HWC_DILATION_Y, HWC_DILATION_X}) {
    if (registers.get(offset) == 0 || registers.get(offset) >> 31 != 0) return bad(offset);
  }
  configuration.y = input_axis(registers, HWC_STRIDE_Y, HWC_DILATION_Y, HWC_PAD_Y, HWC_FIRST_Y, HWC_END_Y);
  configuration.x = input_axis(registers, HWC_STRIDE_X, HWC_DILATION_X, HWC_PAD_X, HWC_FIRST_X, HWC_END_X);
  configuration.channels = registers.get(HWC_CHANNELS);
  configuration.params_base = address(registers, HWC_PARAMS_BASE_LO);
  configuration.params_count = registers.get(HWC_PARAMS_COUNT);
  if (configuration.params_count > max_channels) return bad(HWC_PARAMS_COUNT);

  configuration.input_zero = static_cast<int32_t>(registers.get(HWC_INPUT_ZERO));
  configuration.output_zero = static_cast<int32_t>(registers.get(HWC_OUTPUT_ZERO));
  configuration.output_min = static_cast<int32_t>(registers.get(HWC_OUTPUT_MIN));
  configuration.output_max = static_cast<int32_t>(registers.get(HWC_OUTPUT_MAX));

  Error error = decode_types(registers.get(HWC_TYPES), configuration);
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
  if (error.code == 0)
    error =
        decode_slots(registers, HWC_WEIGHT_EXTENT, HWC_WEIGHT_SLOTS, Empty::refused, configuration.weight);
  if (error.code == 0)
    error =
        decode_slots(registers, HWC_OUTPUT_EXTENT, HWC_OUTPUT_SLOTS, Empty::refused, configuration.output);
  if (error.code != 0) return error;

  const uint64_t needed = bytes_up_to(configuration.input, buffer_bytes) +
                          bytes_up_to(configuration.weight, buffer_bytes) +
                          bytes_up_to(configuration.output, buffer_bytes);
  if (needed > buffer_bytes) return {HWC_ERROR_BUFFER_OVERFLOW, HWC_BUFFER_BYTES};
  return {};
}

}  // namespace hwcvp::hwc
