#include "schedules/optimizer/bound/constrained_bound.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "schedules/nest/schedule.h"
#include "schedules/optimizer/bound/axis_lines.h"
#include "schedules/optimizer/bound/nest_limits.h"
#include "schedules/optimizer/bound/residence_bound.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::optimizer {

namespace {

void raise(int64_t& cost, int64_t to) { cost = std::max(cost, to); }

// What the three tensors cost, each with its buffer inside the first `loops` of the outer loops.
PerTensor<int64_t> costs_within(const Layer& layer, const OptimizerOptions& options, const Prices& prices,
                                size_t loops) {
  Schedule prefix;
  const auto first = options.constraints.outer_loops.begin();
  prefix.loops.assign(first, first + static_cast<std::ptrdiff_t>(loops));
  prefix.buffer_level.fill(static_cast<int>(loops));
  Traffic traffic = predict_exact(layer, prefix).traffic;
  const auto cost_of = [&](const Traffic& part) { return prices.cost(part); };
  Traffic input;
  Traffic weight;
  input.input_read = traffic.input_read;
  weight.weight_read = traffic.weight_read;
  traffic.input_read = traffic.weight_read = traffic.params_read = 0;
  return {cost_of(input), cost_of(weight), cost_of(traffic)};
}

// The same where each tensor is moved by a loop further inside as well: weights and partial sums come again
// in each turn of the outer loops that do not move them. Regions of the input may keep some then, and load
// less where they have gaps and are cut.
PerTensor<int64_t> least_costs_inside(const Layer& layer, const OptimizerOptions& options,
                                      const Prices& prices) {
  PerTensor<int64_t> costs = costs_within(layer, options, prices, options.constraints.outer_loops.size());
  const NestLimits limits = nest_limits(layer, options, {kInside, kInside, kInside});
  Traffic traffic;
  traffic.weight_read = layer.weight_elements() * bytes(layer.weight_type) * limits.turns(Tensor::weight);
  raise(costs[index(Tensor::weight)], prices.cost(traffic));
  traffic = {};
  traffic.output_write = layer.output_elements() * bytes(layer.output_type);
  traffic.psum_read = traffic.psum_write =
      layer.output_elements() * bytes(layer.accumulator_type) * (limits.turns(Tensor::output) - 1);
  raise(costs[index(Tensor::output)], prices.cost(traffic));
  const AxisLines rows(layer, 0);
  const AxisLines columns(layer, 1);
  std::array<int64_t, 2> taps = layer.kernel_shape;
  for (const Loop& loop : options.constraints.outer_loops) {
    if (loop.dim == Dim::FY) taps[0] = loop.tile;
    if (loop.dim == Dim::FX) taps[1] = loop.tile;
  }
  if (rows.without_gaps(taps[0]) && columns.without_gaps(taps[1])) return costs;
  traffic = {};
  traffic.input_read =
      bytes(layer.input_type) * layer.batch * layer.in_channels * rows.touched() * columns.touched();
  costs[index(Tensor::input)] = prices.cost(traffic);
  return costs;
}

// The outer loops outside a tensor's buffer, as far as it matters, or kInside where loops further inside move
// the tensor as well. A loop right outside the buffer that does not move the tensor changes nothing.
std::vector<int> places(const Constraints& constraints, Tensor tensor) {
  const std::vector<Loop>& outer = constraints.outer_loops;
  const std::optional<int> fixed = constraints.buffer_level[index(tensor)];
  const auto loops = static_cast<int>(outer.size());
  std::vector<int> found;
  if (!fixed || *fixed > loops) found.push_back(kInside);
  for (int level = 0; level <= loops; ++level) {
    const bool apart = level == 0 || region_depends_on(tensor, outer[static_cast<size_t>(level - 1)].dim);
    if (fixed ? std::min(*fixed, loops) == level : apart) found.push_back(level);
  }
  return found;
}

bool fits(const OptimizerOptions& options, const PerTensor<int64_t>& least_bytes) {
  int64_t total = 0;
  for (size_t t = 0; t < kTensorCount; ++t) {
    const int64_t capacity = options.constraints.capacity_bytes[t];
    if (capacity > 0 && least_bytes[t] > capacity) return false;
    total += least_bytes[t];
  }
  return total <= options.buffer_bytes;
}

}  // namespace

int64_t constrained_bound(const Layer& layer, const OptimizerOptions& options, const Prices& prices,
                          int64_t limit, Budget& budget) {
  const Constraints& constraints = options.constraints;
  std::vector<PerTensor<int64_t>> costs;
  for (size_t loops = 0; loops <= constraints.outer_loops.size(); ++loops) {
    costs.push_back(costs_within(layer, options, prices, loops));
  }
  const PerTensor<int64_t> inside = least_costs_inside(layer, options, prices);
  int64_t least = limit;
  PerTensor<std::vector<int>> choices;
  for (const Tensor tensor : kTensors) choices[index(tensor)] = places(constraints, tensor);
  for (const int input : choices[0]) {
    for (const int weight : choices[1]) {
      for (const int output : choices[2]) {
        const PerTensor<int> levels = {input, weight, output};
        int64_t known = 0;
        for (size_t t = 0; t < kTensorCount; ++t) {
          known += levels[t] == kInside ? inside[t] : costs[static_cast<size_t>(levels[t])][t];
        }
        if (known >= least) continue;
        const NestLimits limits = nest_limits(layer, options, levels);
        if (!fits(options, limits.least_bytes)) continue;
        const int64_t bound = ResidenceBound(layer, limits, options, prices).below(least, budget);
        if (budget.spent_now()) return 0;
        least = std::min(least, std::max(known, bound));
      }
    }
  }
  return least;
}

}  // namespace hwcvp::optimizer
