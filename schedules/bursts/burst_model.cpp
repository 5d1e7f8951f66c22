#include "schedules/bursts/burst_model.h"

#include <array>
#include <utility>

#include "schedules/bursts/region_changes.h"

namespace hwcvp {

namespace {

TensorInMemory in_memory(const Layer& layer, Tensor tensor, DataType type, const TensorLayout& layout,
                         int64_t base) {
  return {tensor_strides(layer, tensor, bytes(type), layout, "layer " + layer.name), base, bytes(type)};
}

// Counts the loads of one tensor: the first region, and what each change of region brings in.
TransferCount count_loads(const RegionChanges& changes, const TensorInMemory& tensor,
                          const BurstRules& rules) {
  TransferCount total;
  changes.for_each_change([&](const PerTensorAxis<AxisChanges>& axes, int64_t times) {
    const auto boxes = [&](AxisIntervals AxisChanges::*y, AxisIntervals AxisChanges::*x,
                           AxisIntervals AxisChanges::*others) {
      return count_boxes(
          tensor, {&(axes[0].*others), &(axes[1].*others), &(axes[2].*others), &(axes[3].*y), &(axes[4].*x)},
          rules);
    };
    using Axis = AxisChanges;
    total += times * boxes(&Axis::next, &Axis::next, &Axis::next);
    total -= times * boxes(&Axis::kept, &Axis::kept, &Axis::kept);
    total += times * boxes(&Axis::edges, &Axis::kept, &Axis::kept);
    total += times * boxes(&Axis::shared, &Axis::edges, &Axis::kept);
  });
  return total;
}

// Each region once.
TransferCount count_all(const RegionChanges& changes, const TensorInMemory& tensor, const BurstRules& rules) {
  const PerTensorAxis<AxisChanges> axes = changes.all_regions();
  return count_boxes(tensor, {&axes[0].next, &axes[1].next, &axes[2].next, &axes[3].next, &axes[4].next},
                     rules);
}

// Where Traffic and BurstCounts have the same.
constexpr std::array<std::pair<int64_t Traffic::*, TransferCount BurstCounts::*>, kTrafficKinds.size()>
    kKinds = {{
        {&Traffic::input_read, &BurstCounts::input_read},
        {&Traffic::weight_read, &BurstCounts::weight_read},
        {&Traffic::output_write, &BurstCounts::output_write},
        {&Traffic::psum_read, &BurstCounts::psum_read},
        {&Traffic::psum_write, &BurstCounts::psum_write},
        {&Traffic::params_read, &BurstCounts::params_read},
    }};
static_assert(sizeof(BurstCounts) == kKinds.size() * sizeof(TransferCount), "a kind is missing");

}  // namespace

TransferCount BurstCounts::total() const {
  TransferCount sum;
  for (const auto& [traffic, counts] : kKinds) sum += this->*counts;
  return sum;
}

BusTraffic bus_traffic(const BurstCounts& counts, int64_t bus_width_bytes) {
  BusTraffic result;
  for (const auto& [traffic, count] : kKinds) {
    result.bursts.*traffic = (counts.*count).bursts;
    result.bus_bytes.*traffic = (counts.*count).beats * bus_width_bytes;
  }
  return result;
}

TensorInMemory input_in_memory(const Layer& layer, const TensorLayout& layout, int64_t base) {
  TensorInMemory input = in_memory(layer, Tensor::input, layer.input_type, layout, base);
  for (size_t axis = 0; axis < 2; ++axis) {
    if (!layer.subsampled(static_cast<int>(axis))) continue;
    // Unsigned: the stride of an axis that is never stepped along may be any number.
    int64_t& stride = input.strides.stride[3 + axis];
    const auto line = static_cast<uint64_t>(stride);
    input.base -= static_cast<int64_t>(static_cast<uint64_t>(layer.pads[axis]) * line);
    stride = static_cast<int64_t>(static_cast<uint64_t>(layer.strides[axis]) * line);
  }
  return input;
}

TensorInMemory weight_in_memory(const Layer& layer, const TensorLayout& layout, int64_t base) {
  return in_memory(layer, Tensor::weight, layer.weight_type, layout, base);
}

TensorInMemory output_in_memory(const Layer& layer, const TensorLayout& layout, int64_t base) {
  return in_memory(layer, Tensor::output, layer.output_type, layout, base);
}

TensorInMemory psum_in_memory(const Layer& layer, const TensorLayout& layout, int64_t base) {
  return in_memory(layer, Tensor::output, layer.accumulator_type, layout, base);
}

double burst_steps(const Layer& layer, const Schedule& schedule) {
  const NestCuts cuts(layer, schedule);
  const TensorInMemory anywhere;
  double sum = 0;
  for (const Tensor tensor : kTensors) {
    const double steps = RegionChanges(layer, schedule, cuts, tensor, anywhere, {}).steps();
    sum += tensor == Tensor::output ? 2 * steps : steps;  // outputs and partial sums
  }
  return sum;
}

BurstCounts predict_bursts(const Layer& layer, const Schedule& schedule, const TensorLayouts& layouts,
                           const TensorBases& bases, const BurstRules& rules,
                           const std::function<void()>& poll) {
  const NestCuts cuts(layer, schedule);
  const auto regions_of = [&](Tensor tensor, const TensorInMemory& memory) {
    return RegionChanges(layer, schedule, cuts, tensor, memory, rules, poll);
  };
  const TensorLayout& output_layout = layouts[index(Tensor::output)];
  const TensorInMemory input = input_in_memory(layer, layouts[index(Tensor::input)], bases.input);
  const TensorInMemory weight = weight_in_memory(layer, layouts[index(Tensor::weight)], bases.weight);
  const TensorInMemory output = output_in_memory(layer, output_layout, bases.output);
  const TensorInMemory psum = psum_in_memory(layer, output_layout, bases.psum);

  BurstCounts counts;
  counts.input_read = count_loads(regions_of(Tensor::input, input), input, rules);
  counts.weight_read = count_loads(regions_of(Tensor::weight, weight), weight, rules);
  // Each region leaves finished once; every visit but the first begins by taking partial sums back that had
  // been put aside.
  counts.output_write = count_all(regions_of(Tensor::output, output), output, rules);
  const RegionChanges partial = regions_of(Tensor::output, psum);
  counts.psum_read = count_loads(partial, psum, rules);
  counts.psum_read -= count_all(partial, psum, rules);
  counts.psum_write = counts.psum_read;
  counts.params_read = count_run(bases.params, layer.params_bytes(), rules);
  return counts;
}

}  // namespace hwcvp
