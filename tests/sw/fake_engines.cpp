#include "tests/sw/fake_engines.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "registers/hwc.h"

namespace hwcvp {

namespace {

enum { kInput, kWeight, kOutput };

}  // namespace

uint32_t FakeCommand::opcode() const { return push & HWC_PUSH_OPCODE_MASK; }
uint32_t FakeCommand::slot(uint32_t tensor) const { return push >> (HWC_PUSH_INPUT_SLOT_LSB + tensor) & 1; }
bool FakeCommand::init() const { return (push & HWC_PUSH_INIT_MASK) != 0; }

FakeEngines::FakeEngines(TestMemory& memory, Configuration configuration)
    : memory_(memory), configuration_(std::move(configuration)) {}

void FakeEngines::reset() {
  configured_ = false;
  bias_.clear();
}

FakeEngines::Layout FakeEngines::layout(uint32_t base, uint32_t stride, uint32_t bytes) const {
  Layout result;
  result.base = configuration_(base) | static_cast<uint64_t>(configuration_(base + 4)) << 32;
  for (uint32_t i = 0; i < 5; ++i) result.stride[i] = configuration_(stride + 4 * i);
  result.bytes = bytes;
  return result;
}

FakeEngines::Buffer FakeEngines::buffer(uint32_t extent, uint32_t slots) const {
  Buffer result;
  size_t cells = 1;
  for (uint32_t i = 0; i < 5; ++i) {
    result.extent[i] = configuration_(extent + 4 * i);
    cells *= result.extent[i];
  }
  result.slots = configuration_(slots);
  for (uint32_t slot = 0; slot < result.slots; ++slot) result.cells.at(slot).resize(cells);
  return result;
}

FakeEngines::Axis FakeEngines::axis(uint32_t stride, uint32_t dilation, uint32_t pad, uint32_t first,
                                    uint32_t end) const {
  return {configuration_(stride), configuration_(dilation), configuration_(pad), configuration_(first),
          configuration_(end)};
}

void FakeEngines::configure() {
  configured_ = true;
  traffic_ = Traffic();
  types_ = configuration_(HWC_TYPES);
  const uint32_t input_bytes = types_ & HWC_TYPES_INPUT_MASK ? 2 : 1;
  const uint32_t weight_bytes = types_ & HWC_TYPES_WEIGHT_MASK ? 2 : 1;
  const uint32_t output_bytes = 1u << ((types_ & HWC_TYPES_OUTPUT_MASK) >> HWC_TYPES_OUTPUT_LSB);
  const uint32_t accumulator_bytes = types_ & HWC_TYPES_ACCUMULATOR_MASK ? 2 : 4;
  layouts_[kInput] = layout(HWC_INPUT_BASE_LO, HWC_INPUT_STRIDE, input_bytes);
  layouts_[kWeight] = layout(HWC_WEIGHT_BASE_LO, HWC_WEIGHT_STRIDE, weight_bytes);
  layouts_[kOutput] = layout(HWC_OUTPUT_BASE_LO, HWC_OUTPUT_STRIDE, output_bytes);
  psum_ = layout(HWC_PSUM_BASE_LO, HWC_PSUM_STRIDE, accumulator_bytes);
  buffers_[kInput] = buffer(HWC_INPUT_EXTENT, HWC_INPUT_SLOTS);
  buffers_[kWeight] = buffer(HWC_WEIGHT_EXTENT, HWC_WEIGHT_SLOTS);
  buffers_[kOutput] = buffer(HWC_OUTPUT_EXTENT, HWC_OUTPUT_SLOTS);
  axes_[0] = axis(HWC_STRIDE_Y, HWC_DILATION_Y, HWC_PAD_Y, HWC_FIRST_Y, HWC_END_Y);
  axes_[1] = axis(HWC_STRIDE_X, HWC_DILATION_X, HWC_PAD_X, HWC_FIRST_X, HWC_END_X);
}

uint64_t FakeEngines::buffer_bytes() const {
  const std::array<uint64_t, 3> element = {layouts_[kInput].bytes, layouts_[kWeight].bytes, psum_.bytes};
  uint64_t bytes = 0;
  for (size_t tensor = 0; tensor < 3; ++tensor) {
    bytes += buffers_[tensor].slots * buffers_[tensor].cells[0].size() * element[tensor];
  }
  return bytes;
}

bool FakeEngines::Axis::line(uint32_t out, uint32_t filter, uint32_t& in) const {
  const int64_t at = out * stride + filter * dilation - pad;
  in = static_cast<uint32_t>(at);
  return first <= at && at < end;
}

uint64_t FakeEngines::address(const Layout& layout, const Coordinates& at) {
  uint64_t result = layout.base;
  for (size_t i = 0; i < 5; ++i) result += static_cast<uint64_t>(at[i]) * layout.stride[i];
  return result;
}

FakeEngines::Cell& FakeEngines::cell(uint32_t tensor, uint32_t slot, const Coordinates& at) {
  Buffer& buffer = buffers_.at(tensor);
  if (slot >= buffer.slots) throw std::logic_error("a slot that does not exist");
  size_t index = 0;
  for (size_t i = 0; i < 5; ++i) {
    if (buffer.extent[i] == 0) throw std::logic_error("an element in an empty buffer");
    index = index * buffer.extent[i] + at[i] % buffer.extent[i];
  }
  return buffer.cells[slot].at(index);
}

int32_t FakeEngines::value(uint32_t tensor, uint32_t slot, const Coordinates& at) {
  const Cell& found = cell(tensor, slot, at);
  if (!found.valid || found.at != at) {
    throw std::logic_error("element not in buffer of tensor " + std::to_string(tensor));
  }
  return found.value;
}

void FakeEngines::require_in_buffer(const FakeCommand& command, uint32_t tensor) const {
  for (size_t i = 0; i < 5; ++i) {
    if (command.count[i] == 0 || command.count[i] > buffers_[tensor].extent[i]) {
      throw std::logic_error("a box that is empty or larger than the buffer");
    }
  }
}

void FakeEngines::for_each(const FakeCommand& command, const std::function<void(const Coordinates&)>& visit) {
  Coordinates at = command.start;
  for (;;) {
    visit(at);
    size_t i = 5;
    while (i-- > 0) {
      if (++at[i] < command.start[i] + command.count[i]) break;
      at[i] = command.start[i];
      if (i == 0) return;
    }
  }
}

void FakeEngines::begin(const FakeCommand& command) {
  if (!configured_) configure();
  uint32_t tensor = kInput;
  switch (command.opcode()) {
    case HWC_OPCODE_LOAD_INPUT:
    case HWC_OPCODE_KEEP_INPUT:
      break;
    case HWC_OPCODE_LOAD_WEIGHT:
      tensor = kWeight;
      break;
    case HWC_OPCODE_LOAD_PSUM:
      tensor = kOutput;
      break;
    default:
      return;
  }
  require_in_buffer(command, tensor);
  const uint32_t slot = command.slot(tensor);
  for_each(command, [&](const Coordinates& at) { cell(tensor, slot, at).valid = false; });
}

void FakeEngines::finish(const FakeCommand& command) {
  switch (command.opcode()) {
    case HWC_OPCODE_LOAD_INPUT:
      return load(command, kInput, layouts_[kInput], traffic_.input_read);
    case HWC_OPCODE_LOAD_WEIGHT:
      return load(command, kWeight, layouts_[kWeight], traffic_.weight_read);
    case HWC_OPCODE_LOAD_PSUM:
      return load(command, kOutput, psum_, traffic_.psum_read);
    case HWC_OPCODE_LOAD_PARAMS:
      return load_params();
    case HWC_OPCODE_KEEP_INPUT:
      return keep(command);
    case HWC_OPCODE_COMPUTE:
      return compute(command);
    case HWC_OPCODE_STORE_OUTPUT:
      return store(command, true);
    case HWC_OPCODE_STORE_PSUM:
      return store(command, false);
    default:
      throw std::logic_error("an opcode that does not exist");
  }
}

void FakeEngines::load(const FakeCommand& command, uint32_t tensor, const Layout& from, int64_t& bytes_read) {
  for_each(command, [&](const Coordinates& at) {
    cell(tensor, command.slot(tensor), at) = {true, at, memory_.read(address(from, at), from.bytes)};
    bytes_read += from.bytes;
  });
}

void FakeEngines::load_params() {
  const uint32_t channels = configuration_(HWC_PARAMS_COUNT);
  uint64_t at = configuration_(HWC_PARAMS_BASE_LO) | static_cast<uint64_t>(configuration_(HWC_PARAMS_BASE_HI))
                                                         << 32;
  const auto take = [&](std::vector<int32_t>& values, uint32_t bytes) {
    values.resize(channels);
    for (int32_t& value : values) {
      value = memory_.read(at, bytes);
      at += bytes;
      traffic_.params_read += bytes;
    }
  };
  take(bias_, 4);
  if (layouts_[kOutput].bytes == 4) return;
  take(multiplier_, 4);
  take(shift_, 1);
}

void FakeEngines::keep(const FakeCommand& command) {
  const uint32_t slot = command.slot(kInput);
  for_each(command, [&](const Coordinates& at) {
    cell(kInput, slot, at) = {true, at, value(kInput, 1 - slot, at)};
  });
}

int32_t FakeEngines::wrap(int64_t accumulator) const {
  return psum_.bytes == 2 ? static_cast<int16_t>(accumulator) : static_cast<int32_t>(accumulator);
}

void FakeEngines::compute(const FakeCommand& command) {
  const auto& start = command.tile_start;
  const auto& count = command.tile_count;
  FakeCommand outputs;
  outputs.start = {start[0], start[1], start[2], start[4], start[5]};
  outputs.count = {count[0], count[1], count[2], count[4], count[5]};
  require_in_buffer(outputs, kOutput);
  for_each(outputs, [&](const Coordinates& out) { accumulate(command, out); });
}

void FakeEngines::accumulate(const FakeCommand& command, const Coordinates& out) {
  const auto& start = command.tile_start;
  const auto& count = command.tile_count;
  const uint32_t slot = command.slot(kOutput);
  int64_t sum =
      command.init() ? bias_.at(out[1] * configuration_(HWC_CHANNELS) + out[2]) : value(kOutput, slot, out);
  for (uint32_t c = start[3]; c < start[3] + count[3]; ++c) {
    for (uint32_t fy = start[6]; fy < start[6] + count[6]; ++fy) {
      for (uint32_t fx = start[7]; fx < start[7] + count[7]; ++fx) {
        const int32_t weight = value(kWeight, command.slot(kWeight), {out[1], out[2], c, fy, fx});
        uint32_t y = 0;
        uint32_t x = 0;
        if (!axes_[0].line(out[3], fy, y) || !axes_[1].line(out[4], fx, x)) continue;
        const int32_t input = value(kInput, command.slot(kInput), {out[0], out[1], c, y, x});
        sum = wrap(sum + static_cast<int64_t>(input) * weight);
      }
    }
  }
  cell(kOutput, slot, out) = {true, out, wrap(sum)};
}

int32_t FakeEngines::requantize(int32_t accumulator, uint32_t channel) const {
  if (layouts_[kOutput].bytes == 4) return accumulator;
  const int32_t shift = shift_.at(channel);
  int64_t result = static_cast<int64_t>(accumulator) * multiplier_.at(channel);
  if (shift > 0) result = (result + (int64_t{1} << (shift - 1))) >> shift;
  const int64_t most =
      layouts_[kOutput].bytes == 1 ? std::numeric_limits<int8_t>::max() : std::numeric_limits<int16_t>::max();
  const int64_t least = types_ & HWC_TYPES_RELU_MASK ? 0 : -most - 1;
  return static_cast<int32_t>(std::clamp(result, least, most));
}

void FakeEngines::store(const FakeCommand& command, bool complete) {
  require_in_buffer(command, kOutput);
  const Layout& to = complete ? layouts_[kOutput] : psum_;
  int64_t& bytes_written = complete ? traffic_.output_write : traffic_.psum_write;
  for_each(command, [&](const Coordinates& at) {
    const int32_t accumulator = value(kOutput, command.slot(kOutput), at);
    const uint32_t channel = at[1] * configuration_(HWC_CHANNELS) + at[2];
    memory_.write(address(to, at), to.bytes, complete ? requantize(accumulator, channel) : accumulator);
    bytes_written += to.bytes;
  });
}

}  // namespace hwcvp
