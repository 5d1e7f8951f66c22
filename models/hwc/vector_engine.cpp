#include "models/hwc/vector_engine.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "models/common/divide_up.h"
#include "models/hwc/buffer_bank.h"
#include "registers/hwc.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

namespace {

// The least index i with i * step >= distance, for step above 0.
int64_t steps_up_to(int64_t distance, int64_t step) {
  return distance <= 0 ? -(-distance / step) : (distance + step - 1) / step;
}

int64_t offset(const SlotLayout& layout, const PerAxis<int64_t>& stride, const PerAxis<int64_t>& at) {
  int64_t bytes = 0;
  for (size_t axis = 0; axis < kAxes; ++axis) bytes += at[axis] % layout.extent[axis] * stride[axis];
  return bytes;
}

// `count` elements of a circular row from a coordinate on, in one or two pieces: calls
// piece(index of the first, position in the row, elements).
template <typename Piece>
void for_pieces(int64_t first, int64_t count, int64_t extent, const Piece& piece) {
  const int64_t position = first % extent;
  const int64_t before_wrap = std::min(count, extent - position);
  piece(0, position, before_wrap);
  if (count > before_wrap) piece(before_wrap, 0, count - before_wrap);
}

// Elements of 8 bits as integers.
void widen(const unsigned char* from, int64_t count, bool is_unsigned, int32_t* to) {
  if (is_unsigned) {
    for (int64_t i = 0; i < count; ++i) to[i] = from[i];
  } else {
    for (int64_t i = 0; i < count; ++i) to[i] = int32_t{static_cast<int8_t>(from[i])};
  }
}

}  // namespace

struct VectorEngine::Plan {
  const LayerConfiguration& layer;
  const Command& command;
  VectorArithmetic arithmetic;
  PerAxis<int64_t> input_stride, weight_stride, output_stride;  // bytes
  const unsigned char* input_slot;
  const unsigned char* second_slot;  // of channel 1, where that lies in a region of its own
  const unsigned char* weight_slot;
  unsigned char* output_slot;
  Range columns;  // of the input, that the tile reads and that exist
  Range filters;  // columns of the window of which any output reads an existing one

  const VectorOperation& operation() const { return layer.vector; }
  int64_t outputs() const { return command.tile.count[tile_ox]; }  // of a row
  // The columns of a row of outputs for which a line or column of the window meets an existing one of the
  // input.
  Range meeting(int64_t fx) const {
    const int64_t first_line = layer.x.line(command.tile.start[tile_ox], fx);
    return {std::clamp<int64_t>(steps_up_to(layer.x.first - first_line, layer.x.stride), 0, outputs()),
            std::clamp<int64_t>(steps_up_to(layer.x.end - first_line, layer.x.stride), 0, outputs())};
  }
  // The part of the window's lines or columns that meet lines that exist, for outputs from `first` to `last`.
  static Range window(const InputAxis& axis, int64_t first, int64_t last, int64_t start, int64_t count) {
    const int64_t from = start + steps_up_to(axis.first - axis.line(last, start), axis.dilation);
    const int64_t to = start + steps_up_to(axis.end - axis.line(first, start), axis.dilation);
    return {std::clamp(from, start, start + count), std::clamp(to, start, start + count)};
  }
};

VectorEngine::VectorEngine(const sc_core::sc_module_name& name, const Properties& properties,
                           BufferState& state, Scoreboard& scoreboard, MemoryPort& memory,
                           tlm::tlm_analysis_port<CommandRecord>& records)
    : CommandEngine(name, Engine::vector, properties.fifo_depth, scoreboard, records),
      input("input"),
      weight("weight"),
      output("output"),
      properties_(properties),
      state_(state),
      dma_(properties.dma, memory, *this) {}

void VectorEngine::start_of_simulation() {
  input_data_ = buffer_memory(input);
  weight_data_ = buffer_memory(weight);
  output_data_ = buffer_memory(output);
}

bool VectorEngine::operands_held(const Command& command) const {
  const Context& context = state_.of(command);
  const LayerConfiguration& layer = context.layer;
  const Tile& tile = command.tile;
  if (!state_.input_held(context, command.input_slot, input_box(layer, tile))) return false;
  if (layer.vector.second_from_weights &&
      !context.weight[command.weight_slot].held.contains(weight_box(tile))) {
    return false;
  }
  if (layer.vector.kind == VectorOperation::Kind::table && !context.parameters.table_held) return false;
  return command.init || context.output[command.output_slot].held.contains(output_box(tile));
}

bool VectorEngine::execute(const Command& command, Outcome& outcome) {
  if (!operands_held(command)) return fail(HWC_ERROR_NOT_IN_BUFFER, static_cast<uint32_t>(command.opcode));
  Context& context = state_.of(command);
  const bool leaves = command.to_buffer || command.to_memory;
  if (properties_.dma.sender.functional) calculate(command);
  if (command.init && !leaves)
    state_.written(context.output, command.output_slot, context.layer.output, output_box(command.tile));
  if (leaves && !deliver(command)) return false;

  const auto& count = command.tile.count;
  const int64_t outputs = count[tile_b] * count[tile_g] * count[tile_k] * count[tile_oy] * count[tile_ox];
  const int64_t elements =
      count[tile_c] * count[tile_fy] * count[tile_fx] + (context.layer.vector.second_from_weights ? 1 : 0);
  const int64_t cycles = kStartCycles + common::divide_up(outputs, properties_.lanes) * elements;
  outcome.work =
      sc_time::from_value(static_cast<uint64_t>(cycles) * properties_.dma.sender.clock_period.value());
  outcome.end = outcome.start + outcome.work;
  if (command.to_memory) {
    outcome.end = std::max(outcome.end, dma_.end());
    outcome.work = std::max(outcome.work, dma_.transfer());
    outcome.bytes = dma_.bytes();
  }
  return true;
}

bool VectorEngine::deliver(const Command& command) {
  const LayerConfiguration& layer = state_.of(command).layer;
  const Box box = output_box(command.tile);
  const bool functional = properties_.dma.sender.functional;
  if (command.to_buffer) {
    Region& region = state_.regions[static_cast<size_t>(layer.output_region)];
    const RegionBox target = delivery_box(layer, box);
    if (functional) region.put(target, finished_.data(), output_data_);
    state_.written(region, target);
    return true;
  }
  SlotLayout dense;
  dense.extent = box.count;
  if (!functional) finished_.resize(static_cast<size_t>(dense.slot_bytes()));
  const CircularView outputs = {finished_.data(), dense.extent, dense.strides(), box.start};
  return dma_.write(layer.output_memory, box, outputs, layer.output_bytes);
}

void VectorEngine::calculate(const Command& command) {
  const LayerConfiguration& layer = state_.of(command).layer;
  const auto& start = command.tile.start;
  const auto& count = command.tile.count;
  const LineSpan x = input_lines(layer.x, start[tile_ox], count[tile_ox], start[tile_fx], count[tile_fx]);
  const Plan plan = {layer,
                     command,
                     VectorArithmetic(layer),
                     layer.input.strides(),
                     layer.weight.strides(),
                     layer.output.strides(),
                     input_data_ + layer.input.slot_offset(layer.input_region < 0 ? command.input_slot : 0),
                     input_data_ + layer.second.offset,
                     weight_data_ + layer.weight.slot_offset(command.weight_slot),
                     output_data_ + layer.output.slot_offset(command.output_slot),
                     {x.first_held, x.end_held},
                     Plan::window(layer.x, start[tile_ox], start[tile_ox] + count[tile_ox] - 1,
                                  start[tile_fx], count[tile_fx])};
  columns_.resize(static_cast<size_t>(plan.columns.count()));
  const auto outputs = static_cast<size_t>(plan.outputs());
  first_.resize(outputs);
  second_.resize(outputs);
  result_.resize(outputs);
  finished_.clear();
  if (layer.vector.kind == VectorOperation::Kind::average) count_columns(plan);

  for (int64_t b = start[tile_b]; b < start[tile_b] + count[tile_b]; ++b) {
    for (int64_t g = start[tile_g]; g < start[tile_g] + count[tile_g]; ++g) {
      for (int64_t k = start[tile_k]; k < start[tile_k] + count[tile_k]; ++k) {
        for (int64_t oy = start[tile_oy]; oy < start[tile_oy] + count[tile_oy]; ++oy) {
          calculate_row(plan, b, g, k, oy);
        }
      }
    }
  }
}

void VectorEngine::calculate_row(const Plan& plan, int64_t b, int64_t g, int64_t k, int64_t oy) {
  const SlotLayout& layout = plan.layer.output;
  unsigned char* const row = plan.output_slot + offset(layout, plan.output_stride, {b, g, k, oy, 0});
  const int64_t first = plan.command.tile.start[tile_ox];
  constexpr int64_t kBytes = sizeof(int32_t);
  if (!plan.command.init) {
    for_pieces(first, plan.outputs(), layout.extent[4], [&](int64_t i, int64_t position, int64_t count) {
      std::memcpy(result_.data() + i, row + position * kBytes, static_cast<size_t>(count * kBytes));
    });
  }
  if (plan.operation().pools()) {
    pool(plan, b, g, oy);
  } else {
    element_wise(plan, b, g, k, oy);
  }
  if (plan.command.to_buffer || plan.command.to_memory) {
    const size_t before = finished_.size();
    finished_.resize(before + result_.size());
    plan.arithmetic.finish(result_.data(), plan.outputs(), finished_.data() + before);
    return;
  }
  for_pieces(first, plan.outputs(), layout.extent[4], [&](int64_t i, int64_t position, int64_t count) {
    std::memcpy(row + position * kBytes, result_.data() + i, static_cast<size_t>(count * kBytes));
  });
}

// Of each output of a row, the columns of the window that exist.
void VectorEngine::count_columns(const Plan& plan) {
  taps_.assign(static_cast<size_t>(plan.outputs()), 0);
  for (int64_t fx = plan.filters.first; fx < plan.filters.end; ++fx) {
    const Range meeting = plan.meeting(fx);
    for (int64_t i = meeting.first; i < meeting.end; ++i) ++taps_[static_cast<size_t>(i)];
  }
}

void VectorEngine::pool(const Plan& plan, int64_t b, int64_t g, int64_t oy) {
  using Kind = VectorOperation::Kind;
  const Tile& tile = plan.command.tile;
  const Kind kind = plan.operation().kind;
  const InputAxis& y = plan.layer.y;
  const InputAxis& x = plan.layer.x;
  if (kind == Kind::average) {
    sums_.assign(result_.size(), 0.0F);
  } else if (plan.command.init) {
    std::fill(result_.begin(), result_.end(), kind == Kind::max ? std::numeric_limits<int32_t>::min() : 0);
  }
  const Range lines = Plan::window(y, oy, oy, tile.start[tile_fy], tile.count[tile_fy]);
  for (int64_t c = tile.start[tile_c]; lines.count() > 0 && c < tile.start[tile_c] + tile.count[tile_c];
       ++c) {
    for (int64_t fy = lines.first; fy < lines.end; ++fy) {
      fetch_columns(plan, b, g, c, y.line(oy, fy), columns_);
      for (int64_t fx = plan.filters.first; fx < plan.filters.end; ++fx) {
        const Range meeting = plan.meeting(fx);
        if (meeting.count() == 0) continue;
        const int64_t column = x.line(tile.start[tile_ox] + meeting.first, fx);
        const int32_t* const in = columns_.data() + (column - plan.columns.first);
        if (kind == Kind::max) {
          VectorArithmetic::largest(in, x.stride, meeting.count(), result_.data() + meeting.first);
        } else if (kind == Kind::sum) {
          plan.arithmetic.sum(in, x.stride, meeting.count(), result_.data() + meeting.first);
        } else {
          plan.arithmetic.dequantized_sum(in, x.stride, meeting.count(), sums_.data() + meeting.first);
        }
      }
    }
  }
  if (kind != Kind::average) return;
  const uint32_t fixed_count = plan.operation().window_count;
  counts_.resize(result_.size());
  for (size_t i = 0; i < counts_.size(); ++i) {
    counts_[i] = static_cast<float>(fixed_count != 0 ? fixed_count : lines.count() * taps_[i]);
  }
  plan.arithmetic.average(sums_.data(), counts_.data(), plan.outputs(), result_.data());
}

void VectorEngine::element_wise(const Plan& plan, int64_t b, int64_t g, int64_t k, int64_t oy) {
  using Kind = VectorOperation::Kind;
  const VectorOperation& operation = plan.operation();
  const int64_t c = plan.command.tile.start[tile_c];
  const int32_t* x = fetch_operand(plan, b, g, c, oy, first_);
  if (operation.kind == Kind::copy) {
    std::copy_n(x, plan.outputs(), result_.data());
    return;
  }
  if (operation.kind == Kind::table) {
    const auto& table = state_.of(plan.command).parameters.table;
    std::transform(x, x + plan.outputs(), result_.begin(), [&](int32_t element) {
      const uint8_t entry = table[static_cast<uint8_t>(element)];
      return plan.layer.output_unsigned ? int32_t{entry} : int32_t{static_cast<int8_t>(entry)};
    });
    return;
  }
  const int32_t* y = operation.second_from_weights ? fetch_weight(plan, g, k)
                                                   : fetch_operand(plan, b, g, c + 1, oy, second_);
  if (operation.swapped) std::swap(x, y);
  if (operation.kind == Kind::add) {
    plan.arithmetic.add(x, y, plan.outputs(), result_.data());
  } else if (operation.kind == Kind::subtract) {
    plan.arithmetic.subtract(x, y, plan.outputs(), result_.data());
  } else {
    plan.arithmetic.multiply(x, y, plan.outputs(), result_.data());
  }
}

// An input line of one channel that exists, as integers: the columns of the plan.
void VectorEngine::fetch_columns(const Plan& plan, int64_t b, int64_t g, int64_t c, int64_t line,
                                 std::vector<int32_t>& columns) const {
  if (plan.columns.count() == 0) return;
  const bool second = plan.layer.second_region >= 0 && c == 1;
  const SlotLayout& layout = second ? plan.layer.second : plan.layer.input;
  const unsigned char* const row =
      second ? plan.second_slot + offset(layout, layout.strides(), {b, g, 0, line, 0})
             : plan.input_slot + offset(layout, plan.input_stride, {b, g, c, line, 0});
  for_pieces(plan.columns.first, plan.columns.count(), layout.extent[4],
             [&](int64_t i, int64_t position, int64_t count) {
               widen(row + position, count, plan.layer.input_unsigned, columns.data() + i);
             });
}

// For windows of one element: what each output of a row meets in a channel, padding as the zero point.
const int32_t* VectorEngine::fetch_operand(const Plan& plan, int64_t b, int64_t g, int64_t c, int64_t oy,
                                           std::vector<int32_t>& operand) {
  const Tile& tile = plan.command.tile;
  const int64_t line = plan.layer.y.line(oy, tile.start[tile_fy]);
  const Range meeting = plan.meeting(tile.start[tile_fx]);
  const bool exists = line >= plan.layer.y.first && line < plan.layer.y.end && meeting.count() > 0;
  if (!exists || meeting.count() < plan.outputs()) {
    std::fill(operand.begin(), operand.end(), plan.layer.input_zero);
  }
  if (!exists) return operand.data();
  if (plan.columns.count() == plan.outputs() && plan.layer.x.stride == 1) {
    fetch_columns(plan, b, g, c, line, operand);
    return operand.data();
  }
  fetch_columns(plan, b, g, c, line, columns_);
  const int64_t stride = plan.layer.x.stride;
  const int64_t column = plan.layer.x.line(tile.start[tile_ox] + meeting.first, tile.start[tile_fx]);
  const int32_t* const in = columns_.data() + (column - plan.columns.first);
  for (int64_t i = 0; i < meeting.count(); ++i) {
    operand[static_cast<size_t>(meeting.first + i)] = in[i * stride];
  }
  return operand.data();
}

// The weight of a group and channel, for each output of a row.
const int32_t* VectorEngine::fetch_weight(const Plan& plan, int64_t g, int64_t k) {
  const Tile& tile = plan.command.tile;
  const unsigned char* const element =
      plan.weight_slot + offset(plan.layer.weight, plan.weight_stride,
                                {g, k, tile.start[tile_c], tile.start[tile_fy], tile.start[tile_fx]});
  int32_t value = 0;
  widen(element, 1, plan.layer.input_unsigned, &value);
  std::fill(second_.begin(), second_.end(), value);
  return second_.data();
}

}  // namespace hwcvp::hwc
