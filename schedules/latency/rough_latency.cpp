#include "schedules/latency/rough_latency.h"

#include <algorithm>
#include <cmath>

#include "schedules/latency/compute_work.h"

namespace hwcvp {

namespace {

// A step that moves one loop and one tile, and pushes a command.
double least_issue_cycles(const MachineTiming& timing) {
  const auto& instructions = timing.firmware.instructions;
  const double of_step = instructions[FirmwareCosts::step] + instructions[FirmwareCosts::moved_loop] +
                         instructions[FirmwareCosts::tile_start];
  constexpr double kAccesses = 3;
  return of_step * timing.instruction_cycles + kAccesses * (timing.access_cycles + timing.register_cycles);
}

}  // namespace

RoughLatency::RoughLatency(const Layer& layer, const MachineTiming& timing)
    : layer_(layer), extents_(layer.extents()), timing_(timing), issue_cycles_(least_issue_cycles(timing)) {
  for (const Tensor tensor : kTensors) in_memory_[index(tensor)] = memory_extents(layer, tensor);
  element_bytes_ = {bytes(layer.input_type), bytes(layer.weight_type), bytes(layer.output_type)};
}

// Elements of one transfer on each axis of the tensor, whose regions have these tiles. Where the loop that
// moves the input on is one of rows (0) or columns (1), only what is new comes; -1 else.
PerTensorAxis<int64_t> RoughLatency::part(Tensor tensor, const PerDim<int64_t>& tile, int slides) const {
  const auto [b, g, k, c, oy, ox, fy, fx] = tile;
  switch (tensor) {
    case Tensor::weight:
      return {g, k, c, fy, fx};
    case Tensor::output:
      return {b, g, k, oy, ox};
    case Tensor::input:
      break;
  }
  const auto lines = [&](int axis, int64_t outputs, int64_t taps) {
    const auto a = static_cast<size_t>(axis);
    if (layer_.subsampled(axis)) return outputs;
    if (slides == axis) return outputs * layer_.strides[a];
    return (outputs - 1) * layer_.strides[a] + (taps - 1) * layer_.dilations[a] + 1;
  };
  return {b, g, c, std::min(lines(0, oy, fy), in_memory_[0][3]),
          std::min(lines(1, ox, fx), in_memory_[0][4])};
}

// Of these, how many follow one another in memory.
int64_t RoughLatency::run_elements(Tensor tensor, const PerTensorAxis<int64_t>& part) const {
  const PerTensorAxis<int64_t>& whole = in_memory_[index(tensor)];
  if (tensor == Tensor::input && layer_.subsampled(1) && layer_.strides[1] > 1) return 1;
  const TensorLayout& layout = timing_.layouts[index(tensor)];
  int64_t run = 1;
  const auto extend = [&](int64_t count, int64_t extent) {
    run *= count;
    return count >= extent;
  };
  // The axes from the innermost one out, as far as they are whole.
  if (layout.order == TensorLayout::Order::nhwc) {
    extend(part[2], whole[2]) && extend(part[4], whole[4]) && extend(part[3], whole[3]);
  } else if (layout.order == TensorLayout::Order::nchwc) {
    const int64_t block = std::min(layout.block, whole[2]);
    extend(std::min(part[2], block), block) && extend(part[4], whole[4]) && extend(part[3], whole[3]);
  } else {
    extend(part[4], whole[4]) && extend(part[3], whole[3]) && extend(part[2], whole[2]);
  }
  return run;
}

RoughLatency::Transfers RoughLatency::transfers(Tensor tensor, const PerTensorAxis<int64_t>& part,
                                                int64_t bytes) const {
  const auto size = static_cast<double>(element_bytes_[index(tensor)]);
  double elements = 1;
  for (const int64_t count : part) elements *= static_cast<double>(count);
  const double run = std::min(static_cast<double>(run_elements(tensor, part)) * size,
                              static_cast<double>(timing_.max_burst_bytes));
  const auto all = static_cast<double>(bytes);
  const double words = std::ceil(run / static_cast<double>(timing_.bus_bytes)) * timing_.bus_cycles;
  const double memory = run / timing_.memory_bytes_per_cycle;
  const double latency = timing_.bus_cycles + words + timing_.memory_latency_cycles + memory;
  const double burst = std::max({1.0, words, memory, latency / static_cast<double>(timing_.outstanding)});
  return {all / run * burst, std::ceil(all / (elements * size)) * latency};
}

double RoughLatency::cycles(const Schedule& schedule, const PerTensor<int64_t>& bytes) const {
  double port = 0;
  double exposed = 0;
  PerDim<int64_t> tile = extents_;
  int slides = -1;
  for (size_t i = 0; i <= schedule.loops.size(); ++i) {
    for (const Tensor tensor : kTensors) {
      if (schedule.level(tensor) != static_cast<int>(i)) continue;
      const size_t t = index(tensor);
      const Transfers transfer = transfers(tensor, part(tensor, tile, slides), bytes[t]);
      port += transfer.port;
      if (!schedule.double_buffer[t]) exposed += transfer.port + transfer.delay;
    }
    if (i == schedule.loops.size()) break;
    const Loop& loop = schedule.loops[i];
    tile[index(loop.dim)] = loop.tile;
    if (region_depends_on(Tensor::input, loop.dim)) slides = axis_of(loop.dim);
  }
  const latency::ComputeWork work = latency::compute_work(layer_, schedule, timing_);
  const double busy = work.cycles() + work.commands * timing_.compute_start_cycles;
  return std::max({busy + exposed, port, work.commands * issue_cycles_});
}

}  // namespace hwcvp
