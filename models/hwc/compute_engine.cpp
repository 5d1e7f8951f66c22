#include "models/hwc/compute_engine.h"

#include <algorithm>

#include "models/hwc/buffer_bank.h"
#include "registers/hwc.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

namespace {

PerAxis<int64_t> element_strides(const SlotLayout& layout) {
  PerAxis<int64_t> stride = layout.strides();
  for (int64_t& s : stride) s /= layout.element_bytes;
  return stride;
}

}  // namespace

ComputeEngine::ComputeEngine(const sc_core::sc_module_name& name, const Properties& properties,
                             BufferState& state, Scoreboard& scoreboard,
                             tlm::tlm_analysis_port<CommandRecord>& records)
    : CommandEngine(name, Engine::compute, properties.fifo_depth, scoreboard, records),
      input("input"),
      weight("weight"),
      output("output"),
      properties_(properties),
      array_(properties.array),
      state_(state) {}

void ComputeEngine::start_of_simulation() {
  input_data_ = buffer_memory(input);
  weight_data_ = buffer_memory(weight);
  output_data_ = buffer_memory(output);
}

bool ComputeEngine::operands_held(const Command& command) const {
  const Context& context = state_.of(command);
  const LayerConfiguration& layer = context.layer;
  const Tile& tile = command.tile;
  if (!state_.input_held(context, command.input_slot, input_box(layer, tile)) ||
      !context.weight[command.weight_slot].held.contains(weight_box(tile))) {
    return false;
  }
  if (!command.init) return context.output[command.output_slot].held.contains(output_box(tile));
  const int64_t last_group = tile.start[tile_g] + tile.count[tile_g] - 1;
  return last_group * layer.channels + tile.start[tile_k] + tile.count[tile_k] <= context.parameters.held;
}

ComputeEngine::Plan ComputeEngine::plan(const Command& command) const {
  const LayerConfiguration& layer = state_.of(command).layer;
  const Tile& tile = command.tile;
  Plan plan;
  plan.shape.out_channels = static_cast<int>(tile.count[tile_k]);
  plan.shape.in_channels = static_cast<int>(tile.count[tile_c]);
  plan.shape.out_height = static_cast<int>(tile.count[tile_oy]);
  plan.shape.out_width = static_cast<int>(tile.count[tile_ox]);
  plan.shape.kernel_height = static_cast<int>(tile.count[tile_fy]);
  plan.shape.kernel_width = static_cast<int>(tile.count[tile_fx]);
  plan.shape.stride_y = static_cast<int>(layer.y.stride);
  plan.shape.stride_x = static_cast<int>(layer.x.stride);
  plan.shape.dilation_y = static_cast<int>(layer.y.dilation);
  plan.shape.dilation_x = static_cast<int>(layer.x.dilation);
  plan.shape.input = {layer.input_unsigned, layer.input_zero};
  plan.width = layer.input.element_bytes == 1 && layer.weight.element_bytes == 1
                   ? kernels::OperandWidth::bytes
                   : kernels::OperandWidth::words;
  plan.y = input_lines(layer.y, tile.start[tile_oy], tile.count[tile_oy], tile.start[tile_fy],
                       tile.count[tile_fy]);
  plan.x = input_lines(layer.x, tile.start[tile_ox], tile.count[tile_ox], tile.start[tile_fx],
                       tile.count[tile_fx]);
  plan.input_stride = element_strides(layer.input);
  plan.weight_stride = element_strides(layer.weight);
  plan.output_stride = element_strides(layer.output);
  plan.input_slot = input_data_ + layer.input.slot_offset(layer.input_region < 0 ? command.input_slot : 0);
  plan.weight_slot = weight_data_ + layer.weight.slot_offset(command.weight_slot);
  plan.output_slot = output_data_ + layer.output.slot_offset(command.output_slot);
  return plan;
}

void ComputeEngine::multiply(const Command& command, const Plan& plan, int64_t b, int64_t g) {
  const Context& context = state_.of(command);
  const LayerConfiguration& layer = context.layer;
  const auto& start = command.tile.start;
  const auto place = [](const SlotLayout& layout, const PerAxis<int64_t>& stride, size_t axis,
                        int64_t coordinate) {
    return coordinate % layout.extent[axis] * stride[axis] * layout.element_bytes;
  };
  const auto circular = [](const SlotLayout& layout, const PerAxis<int64_t>& stride, size_t axis,
                           int64_t first) {
    return kernels::CircularAxis{first, layout.extent[axis], stride[axis]};
  };

  const auto pack_input_tile = [&](kernels::PackedInput& packed) {
    kernels::InputView view;
    view.data = plan.input_slot + place(layer.input, plan.input_stride, 0, b) +
                place(layer.input, plan.input_stride, 1, g);
    view.element_bytes = static_cast<int>(layer.input.element_bytes);
    view.c = circular(layer.input, plan.input_stride, 2, start[tile_c]);
    view.y = circular(layer.input, plan.input_stride, 3, plan.y.first);
    view.x = circular(layer.input, plan.input_stride, 4, plan.x.first);
    const bool empty = plan.y.first_held >= plan.y.end_held || plan.x.first_held >= plan.x.end_held;
    if (!empty) {
      view.first_y = static_cast<int>(plan.y.first_held - plan.y.first);
      view.end_y = static_cast<int>(plan.y.end_held - plan.y.first);
      view.first_x = static_cast<int>(plan.x.first_held - plan.x.first);
      view.end_x = static_cast<int>(plan.x.end_held - plan.x.first);
    }
    kernels::pack_input(plan.shape, plan.width, view, packed);
  };
  const auto pack_weight_tile = [&](kernels::PackedWeights& packed) {
    kernels::WeightView view;
    view.data = plan.weight_slot + place(layer.weight, plan.weight_stride, 0, g);
    view.element_bytes = static_cast<int>(layer.weight.element_bytes);
    view.k = circular(layer.weight, plan.weight_stride, 1, start[tile_k]);
    view.c = circular(layer.weight, plan.weight_stride, 2, start[tile_c]);
    view.fy = circular(layer.weight, plan.weight_stride, 3, start[tile_fy]);
    view.fx = circular(layer.weight, plan.weight_stride, 4, start[tile_fx]);
    kernels::pack_weights(plan.shape, plan.width, view, packed);
  };

  const kernels::PackedInput& packed_input =
      inputs_.get({state_.input_generation(context, command.input_slot),
                   {b, g, start[tile_c], plan.y.first, plan.x.first, 0}},
                  plan.shape, plan.width, kernels::packed_input_serves, pack_input_tile);
  const kernels::PackedWeights& packed_weights =
      weights_.get({context.weight[command.weight_slot].generation,
                    {g, start[tile_k], start[tile_c], start[tile_fy], start[tile_fx], 0}},
                   plan.shape, plan.width, kernels::packed_weights_serve, pack_weight_tile);

  kernels::AccumulatorView view;
  view.data = plan.output_slot + place(layer.output, plan.output_stride, 0, b) +
              place(layer.output, plan.output_stride, 1, g);
  view.element_bytes = static_cast<int>(layer.output.element_bytes);
  view.k = circular(layer.output, plan.output_stride, 2, start[tile_k]);
  view.oy = circular(layer.output, plan.output_stride, 3, start[tile_oy]);
  view.ox = circular(layer.output, plan.output_stride, 4, start[tile_ox]);
  if (command.init) view.initial = context.parameters.bias.data() + g * layer.channels + start[tile_k];
  kernels::convolve(plan.shape, plan.width, packed_input, packed_weights, view);
}

bool ComputeEngine::execute(const Command& command, Outcome& outcome) {
  if (!operands_held(command)) return fail(HWC_ERROR_NOT_IN_BUFFER, static_cast<uint32_t>(command.opcode));
  const auto& start = command.tile.start;
  const auto& count = command.tile.count;
  if (properties_.functional) {
    const Plan shared = plan(command);
    for (int64_t b = start[tile_b]; b < start[tile_b] + count[tile_b]; ++b) {
      for (int64_t g = start[tile_g]; g < start[tile_g] + count[tile_g]; ++g) multiply(command, shared, b, g);
    }
  }
  if (command.init) {
    Context& context = state_.of(command);
    state_.written(context.output, command.output_slot, context.layer.output, output_box(command.tile));
  }

  const int64_t cycles = kStartCycles + array_.cycles(state_.of(command).layer, command.tile);
  outcome.work = sc_time::from_value(static_cast<uint64_t>(cycles) * properties_.clock_period.value());
  outcome.end = outcome.start + outcome.work;
  return true;
}

}  // namespace hwcvp::hwc
