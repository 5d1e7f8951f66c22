#include "models/hwc/store_engine.h"

#include <algorithm>

#include "models/common/divide_up.h"
#include "models/hwc/buffer_bank.h"
#include "models/hwc/command_check.h"
#include "models/hwc/requantize.h"
#include "models/hwc/vector_arithmetic.h"
#include "models/kernels/requantize.h"
#include "registers/hwc.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

namespace {

int64_t elements(const Box& box) {
  int64_t product = 1;
  for (const int64_t count : box.count) product *= count;
  return product;
}

}  // namespace

StoreEngine::StoreEngine(const sc_core::sc_module_name& name, const Properties& properties,
                         BufferState& state, Scoreboard& scoreboard, MemoryPort& memory,
                         tlm::tlm_analysis_port<CommandRecord>& records)
    : CommandEngine(name, Engine::store, properties.fifo_depth, scoreboard, records),
      output("output"),
      properties_(properties),
      state_(state),
      dma_(properties.dma, memory, *this) {}

void StoreEngine::start_of_simulation() { output_data_ = buffer_memory(output); }

bool StoreEngine::execute(const Command& command, Outcome& outcome) {
  if (command.opcode == Opcode::store_region) return store_region(command, outcome);
  const Context& context = state_.of(command);
  const LayerConfiguration& layer = context.layer;
  const Box& box = command.box;
  const CircularView accumulators = {output_data_ + layer.output.slot_offset(command.output_slot),
                                     layer.output.extent, layer.output.strides()};
  const auto not_in_buffer = [&] {
    return fail(HWC_ERROR_NOT_IN_BUFFER, static_cast<uint32_t>(command.opcode));
  };
  if (!context.output[command.output_slot].held.contains(box)) return not_in_buffer();

  const bool requantizes = command.opcode == Opcode::store_output && layer.requantized;
  if (requantizes) {
    const int64_t last_group = box.start[1] + box.count[1] - 1;
    if (!layer.is_vector() &&
        last_group * layer.channels + box.start[2] + box.count[2] > context.parameters.held)
      return not_in_buffer();
    const CircularView outputs = requantized(context, accumulators, box);
    if (command.to_buffer) {
      Region& region = state_.regions[static_cast<size_t>(layer.output_region)];
      const RegionBox target = delivery_box(layer, box);
      if (properties_.dma.sender.functional) region.put(target, outputs.data, output_data_);
      state_.written(region, target);
      outcome.work = lanes_time(elements(box));
      outcome.end = outcome.start + outcome.work;
      return true;
    }
    if (!dma_.write(layer.output_memory, box, outputs, layer.output_bytes)) return false;
  } else {
    const MemoryLayout& memory =
        command.opcode == Opcode::store_output ? layer.output_memory : layer.psum_memory;
    if (!dma_.write(memory, box, accumulators, layer.output.element_bytes)) return false;
  }

  const sc_time shortest = requantizes ? lanes_time(elements(box)) : properties_.dma.sender.clock_period;
  outcome.end = std::max(dma_.end(), outcome.start + shortest);
  outcome.work = std::max(shortest, dma_.transfer());
  outcome.bytes = dma_.bytes();
  return true;
}

// Of the requantization of that many outputs.
sc_time StoreEngine::lanes_time(int64_t outputs) const {
  const auto cycles = static_cast<uint64_t>(common::divide_up(outputs, properties_.lanes));
  return sc_time::from_value(cycles * properties_.dma.sender.clock_period.value());
}

bool StoreEngine::store_region(const Command& command, Outcome& outcome) {
  const Region& region = state_.regions[command.region];
  if (!region.holds(region_box(command.box)))
    return fail(HWC_ERROR_NOT_IN_BUFFER, static_cast<uint32_t>(command.opcode));
  if (!dma_.write(region.memory, command.box, region.view(output_data_), region.layout.element_bytes))
    return false;
  const sc_time& cycle = properties_.dma.sender.clock_period;
  outcome.end = std::max(dma_.end(), outcome.start + cycle);
  outcome.work = std::max(cycle, dma_.transfer());
  outcome.bytes = dma_.bytes();
  return true;
}

CircularView StoreEngine::requantized(const Context& context, const CircularView& accumulators,
                                      const Box& box) {
  const LayerConfiguration& layer = context.layer;
  SlotLayout dense;
  dense.extent = box.count;
  dense.element_bytes = layer.output_bytes;
  converted_.resize(static_cast<size_t>(dense.slot_bytes()));
  const CircularView outputs = {converted_.data(), dense.extent, dense.strides(), box.start};
  if (!properties_.dma.sender.functional) return outputs;

  const VectorArithmetic arithmetic(layer);
  const int64_t accumulator_bytes = layer.output.element_bytes;
  const int64_t columns = box.count[4];
  const int64_t first_column = box.start[4] % accumulators.extent[4];
  const int64_t before_wrap = std::min(columns, accumulators.extent[4] - first_column);
  const int64_t rows = elements(box) / columns;
  unsigned char* out = outputs.data;
  PerAxis<int64_t> index{};
  const auto finish_row = [&](const unsigned char* in, unsigned char* to) {
    arithmetic.finish(reinterpret_cast<const int32_t*>(in) + first_column, before_wrap, to);
    arithmetic.finish(reinterpret_cast<const int32_t*>(in), columns - before_wrap, to + before_wrap);
  };
  for (int64_t row = 0; row < rows; ++row) {
    const unsigned char* in = accumulators.data;
    for (size_t axis = 0; axis < 4; ++axis) {
      in += (box.start[axis] + index[axis]) % accumulators.extent[axis] * accumulators.stride[axis];
    }
    if (layer.is_vector()) {
      finish_row(in, out);
    } else {
      const auto channel =
          static_cast<size_t>((box.start[1] + index[1]) * layer.channels + box.start[2] + index[2]);
      requantize_row(context, channel, in + first_column * accumulator_bytes, before_wrap, out);
      requantize_row(context, channel, in, columns - before_wrap, out + before_wrap * layer.output_bytes);
    }
    out += columns * layer.output_bytes;
    for (size_t axis = 4; axis-- > 0 && ++index[axis] == box.count[axis];) index[axis] = 0;
  }
  return outputs;
}

void StoreEngine::requantize_row(const Context& context, size_t channel, const unsigned char* accumulators,
                                 int64_t count, unsigned char* outputs) {
  const LayerConfiguration& layer = context.layer;
  const Parameters& parameters = context.parameters;
  if (layer.single_precision) {
    const kernels::SinglePrecision rule = {parameters.scale[channel], layer.output_zero, layer.output_min,
                                           layer.output_max};
    kernels::requantize(reinterpret_cast<const int32_t*>(accumulators), count, rule, outputs);
    return;
  }
  const Requantization rule = {parameters.multiplier[channel], parameters.shift[channel], layer.relu};
  requantize(accumulators, layer.output.element_bytes, count, rule, outputs, layer.output_bytes);
}

}  // namespace hwcvp::hwc
