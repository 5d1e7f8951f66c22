#include "models/hwc/load_engine.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/common/divide_up.h"
#include "models/hwc/buffer_bank.h"
#include "models/hwc/command_check.h"
#include "registers/hwc.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

namespace {

constexpr uint8_t kMaxShift = 62;

// Copies the row of elements at the coordinates of a box along the last axis, from slot to slot.
void copy_row(const unsigned char* from, unsigned char* to, int64_t start, int64_t count, int64_t extent,
              int64_t element_bytes) {
  const int64_t position = start % extent;
  const int64_t before_wrap = std::min(count, extent - position);
  std::memcpy(to + position * element_bytes, from + position * element_bytes,
              static_cast<size_t>(before_wrap * element_bytes));
  std::memcpy(to, from, static_cast<size_t>((count - before_wrap) * element_bytes));
}

}  // namespace

LoadEngine::LoadEngine(const sc_core::sc_module_name& name, const Properties& properties, BufferState& state,
                       Scoreboard& scoreboard, MemoryPort& memory,
                       tlm::tlm_analysis_port<CommandRecord>& records)
    : CommandEngine(name, Engine::load, properties.fifo_depth, scoreboard, records),
      input("input"),
      weight("weight"),
      output("output"),
      properties_(properties),
      state_(state),
      dma_(properties.dma, memory, *this) {}

void LoadEngine::start_of_simulation() {
  input_data_ = buffer_memory(input);
  weight_data_ = buffer_memory(weight);
  output_data_ = buffer_memory(output);
}

bool LoadEngine::execute(const Command& command, Outcome& outcome) {
  Context& context = state_.of(command);
  const LayerConfiguration& layer = context.layer;
  outcome.end = outcome.start + properties_.dma.sender.clock_period;
  bool done = false;
  switch (command.opcode) {
    case Opcode::load_input:
      done =
          load(layer.input_memory, layer.input, input_data_, context.input, command.input_slot, command.box);
      break;
    case Opcode::load_weight:
      done = load(layer.weight_memory, layer.weight, weight_data_, context.weight, command.weight_slot,
                  command.box);
      break;
    case Opcode::load_psum:
      done = load(layer.psum_memory, layer.output, output_data_, context.output, command.output_slot,
                  command.box);
      break;
    case Opcode::load_params:
      done = load_params(context);
      break;
    case Opcode::load_region:
      done = load_region(command);
      break;
    case Opcode::keep_input:
      return keep_input(command, outcome);
    default:
      return fail(HWC_ERROR_BAD_COMMAND, static_cast<uint32_t>(command.opcode));
  }
  outcome.end = std::max(outcome.end, dma_.end());
  outcome.bytes = dma_.bytes();
  outcome.work = std::max(properties_.dma.sender.clock_period, dma_.transfer());
  return done;
}

bool LoadEngine::load(const MemoryLayout& memory, const SlotLayout& layout, unsigned char* buffer,
                      std::array<Slot, 2>& slots, unsigned index, const Box& box) {
  const CircularView view = {buffer + layout.slot_offset(index), layout.extent, layout.strides()};
  if (!dma_.read(memory, box, view, layout.element_bytes)) return false;
  state_.written(slots, index, layout, box);
  return true;
}

bool LoadEngine::load_region(const Command& command) {
  Region& region = state_.regions[command.region];
  if (!dma_.read(region.memory, command.box, region.view(input_data_), region.layout.element_bytes))
    return false;
  state_.written(region, region_box(command.box));
  return true;
}

bool LoadEngine::load_params(Context& context) {
  const LayerConfiguration& layer = context.layer;
  const auto count = static_cast<size_t>(layer.params_count);
  constants_.resize(static_cast<size_t>(layer.params_bytes()));
  if (!dma_.read(layer.params_base, layer.params_bytes(), constants_.data())) return false;

  Parameters& parameters = context.parameters;
  if (layer.is_vector()) {
    if (properties_.dma.sender.functional)
      std::copy(constants_.begin(), constants_.end(), parameters.table.begin());
    parameters.table_held = layer.vector.kind == VectorOperation::Kind::table;
    return true;
  }
  if (properties_.dma.sender.functional) {
    const unsigned char* const data = constants_.data();
    parameters.bias.resize(count);
    std::memcpy(parameters.bias.data(), data, 4 * count);
    if (layer.single_precision) {
      parameters.scale.resize(count);
      std::memcpy(parameters.scale.data(), data + 4 * count, 4 * count);
      for (size_t k = 0; k < count; ++k) {
        if (!std::isfinite(parameters.scale[k]) || parameters.scale[k] <= 0) {
          return fail(HWC_ERROR_BAD_CONFIGURATION, HWC_PARAMS_BASE_LO);
        }
      }
    } else if (layer.requantized) {
      parameters.multiplier.resize(count);
      parameters.shift.resize(count);
      std::memcpy(parameters.multiplier.data(), data + 4 * count, 4 * count);
      std::memcpy(parameters.shift.data(), data + 8 * count, count);
      for (size_t k = 0; k < count; ++k) {
        if (parameters.multiplier[k] < 0 || parameters.shift[k] > kMaxShift) {
          return fail(HWC_ERROR_BAD_CONFIGURATION, HWC_PARAMS_BASE_LO);
        }
      }
    }
  }
  parameters.held = layer.params_count;
  return true;
}

bool LoadEngine::keep_input(const Command& command, Outcome& outcome) {
  Context& context = state_.of(command);
  const SlotLayout& layout = context.layer.input;
  const Box& box = command.box;
  const unsigned to = command.input_slot;
  const unsigned from = 1 - to;
  if (!context.input[from].held.contains(box)) {
    return fail(HWC_ERROR_NOT_IN_BUFFER, static_cast<uint32_t>(command.opcode));
  }
  const PerAxis<int64_t> stride = layout.strides();
  const PerAxis<int64_t>& extent = layout.extent;
  const unsigned char* const source = input_data_ + layout.slot_offset(from);
  unsigned char* const target = input_data_ + layout.slot_offset(to);
  int64_t rows = 1;
  for (size_t axis = 0; axis + 1 < kAxes; ++axis) rows *= box.count[axis];
  PerAxis<int64_t> index{};
  for (int64_t row = 0; properties_.dma.sender.functional && row < rows; ++row) {
    int64_t offset = 0;
    for (size_t axis = 0; axis + 1 < kAxes; ++axis) {
      offset += (box.start[axis] + index[axis]) % extent[axis] * stride[axis];
    }
    copy_row(source + offset, target + offset, box.start[kAxes - 1], box.count[kAxes - 1], extent[kAxes - 1],
             layout.element_bytes);
    for (size_t axis = kAxes - 1; axis-- > 0 && ++index[axis] == box.count[axis];) index[axis] = 0;
  }
  state_.written(context.input, to, layout, box);

  const int64_t row_bytes = box.count[kAxes - 1] * layout.element_bytes;
  const int64_t cycles = rows * common::divide_up(row_bytes, properties_.row_bytes);
  outcome.work =
      sc_time::from_value(static_cast<uint64_t>(cycles) * properties_.dma.sender.clock_period.value());
  outcome.end = outcome.start + outcome.work;
  return true;
}

}  // namespace hwcvp::hwc
