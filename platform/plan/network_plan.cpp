#include "platform/plan/network_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/placement/memory_map.h"
#include "platform/plan/vector_schedule.h"
#include "platform/prediction/platform_timing.h"
#include "schedules/latency/latency_model.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/error.h"
#include "sw/job.h"
#include "sw/stack_job.h"

namespace hwcvp::plan {

using graph::Engine;
using graph::Graph;
using graph::Operator;

namespace {

constexpr uint64_t kAlignment = 64;
static_assert(sizeof(hwc_job) <= ListLayout::kDescriptorBytes &&
              sizeof(hwc_status) <= ListLayout::kStatusBytes);

uint64_t aligned(uint64_t address, uint64_t alignment) {
  return (address + alignment - 1) / alignment * alignment;
}

uint64_t stack_descriptor_bytes(const StackJob& job) {
  size_t inputs = 0;
  for (size_t i = 0; i < job.stack.operators.size(); ++i) inputs += job.stack.op(i).inputs.size();
  return sizeof(hwc_stack) + job.stack.tensors.size() * sizeof(hwc_stack_tensor) +
         job.stack.operators.size() * sizeof(hwc_stack_operator) + inputs * sizeof(uint32_t);
}

class NetworkPlanner {
 public:
  NetworkPlanner(const Graph& graph, const std::vector<Schedule>& schedules, const PlatformConfig& config,
                 const NetworkStacks& stacks)
      : graph_(graph),
        schedules_(schedules),
        config_(config),
        stacks_(stacks),
        timing_(machine_timing(config)),
        alignment_(static_cast<uint64_t>(config.layout.alignment_bytes)) {
    plan_.memory = plan_memory(graph, config.layout.alignment_bytes, together_of(stacks));
  }

  NetworkPlan run() {
    std::vector<bool> in_stack(graph_.operators.size(), false);
    for (const stack::Schedule& schedule : stacks_.schedules) {
      for (size_t op = schedule.first; op <= schedule.last(); ++op)
        in_stack[stacks_.mapped->operators[op]] = true;
    }
    auto next = stacks_.schedules.begin();
    for (size_t i = 0; i < graph_.operators.size(); ++i) {
      if (!in_stack[i]) {
        add_jobs(i);
      } else if (next != stacks_.schedules.end() && stacks_.mapped->operators[next->first] == i) {
        add_stack(*next++);
      }
    }
    place();
    return std::move(plan_);
  }

 private:
  void add_stack(const stack::Schedule& schedule) {
    NetworkJob job;
    job.stack = stack_job(graph_, stacks_, schedule, config_.hwc.buffer_bytes);
    job.op = job.stack->members.front().op;
    job.predicted.traffic = job.stack->cost.traffic;
    job.predicted.buffer.bytes = {job.stack->cost.tensor_bytes, job.stack->cost.resident_bytes,
                                  job.stack->cost.working_bytes};
    plan_.jobs.push_back(std::move(job));
  }

  void add_jobs(size_t i) {
    const Operator& op = graph_.operators[i];
    if (graph::engine_of(op) == Engine::none && plan_.memory.places[op.output].bytes == 0) return;
    if (const auto* convolution = std::get_if<graph::Convolution>(&op.action)) {
      NetworkJob job;
      job.op = i;
      job.layer = convolution->layer;
      job.schedule = schedules_.at(i);
      job.predicted = predict_exact(job.layer, job.schedule);
      job.predicted_cycles = cycles(job, timing_);
      plan_.jobs.push_back(std::move(job));
      return;
    }
    for (VectorJob& vector : vector_jobs(graph_, op, plan_.memory)) {
      NetworkJob job;
      job.op = i;
      job.layer = vector.layer;
      job.schedule = choose_schedule(vector, config_.hwc.buffer_bytes);
      job.predicted = predict(vector, job.schedule);
      MachineTiming timing = timing_;
      timing.vector = VectorTiming{config_.hwc.vector_lanes, vector.settings.second_from_weights,
                                   static_cast<int64_t>(vector.settings.table.size())};
      job.predicted_cycles = cycles(job, timing);
      job.vector = std::move(vector);
      plan_.jobs.push_back(std::move(job));
    }
  }

  static int64_t cycles(const NetworkJob& job, const MachineTiming& timing) {
    const auto estimate = estimate_latency_soon(job.layer, job.schedule, job.predicted.traffic, timing);
    return estimate ? estimate->cycles : 0;
  }

  // Behind the control part: the job list, constants, the arena, and room for partial sums, which jobs share.
  void place() {
    uint64_t next = memory_map::kControlBase + memory_map::kControlBytes;
    plan_.list = next;
    const AddressWindow list{next, list_layout(plan_).end - next};
    next = aligned(list.base + list.bytes, alignment_);
    for (NetworkJob& job : plan_.jobs) {
      job.placement.list = list;
      const auto take = [&](int64_t bytes_needed) {
        const uint64_t address = next;
        next = aligned(next + static_cast<uint64_t>(bytes_needed), alignment_);
        plan_.weight_bytes += bytes_needed;
        return AddressWindow{address, static_cast<uint64_t>(bytes_needed)};
      };
      if (job.stack) {
        for (StackJob::Member& member : job.stack->members) {
          if (const auto* product = std::get_if<graph::Convolution>(&graph_.operators[member.op].action)) {
            member.params = take(product->layer.params_bytes());
            member.weight = take(product->layer.weight_elements() * bytes(product->layer.weight_type));
          } else {
            member.params = take(static_cast<int64_t>(member.settings.table.size()));
          }
        }
      } else if (job.vector) {
        job.placement.params = take(static_cast<int64_t>(job.vector->settings.table.size()));
      } else {
        job.placement.params = take(job.layer.params_bytes());
        job.placement.weight = take(job.layer.weight_elements() * bytes(job.layer.weight_type));
      }
    }
    plan_.arena = next;
    next = aligned(next + static_cast<uint64_t>(plan_.memory.peak_bytes), alignment_);
    int64_t psum_bytes = 0;
    for (NetworkJob& job : plan_.jobs) {
      place_tensors(job);
      if (job.predicted.traffic.psum_write == 0) continue;
      job.placement.psum = {
          next, static_cast<uint64_t>(job.layer.output_elements() * bytes(job.layer.accumulator_type))};
      psum_bytes = std::max(psum_bytes, static_cast<int64_t>(job.placement.psum.bytes));
    }
    next += static_cast<uint64_t>(psum_bytes);
    const uint64_t needed = next - memory_map::kDramBase;
    if (needed > static_cast<uint64_t>(config_.dram.size_bytes)) {
      throw InputError(fmt::format("network {}: needs {} bytes of DRAM, expected at most dram.size_bytes, {}",
                                   graph_.name, needed, config_.dram.size_bytes));
    }
  }

  AddressWindow window(graph::ValueIndex value) const {
    return {plan_.address(value), static_cast<uint64_t>(plan_.memory.places[value].bytes)};
  }

  void place_tensors(NetworkJob& job) const {
    if (job.stack) {
      StackJob& stack = *job.stack;
      for (size_t t = 0; t < stack.tensors.size(); ++t) {
        const stack::StackTensor& tensor = stack.stack.tensors[t];
        if (!tensor.maker || tensor.written) stack.tensors[t] = window(stack.mapped->values[tensor.tensor]);
      }
      list_parts(graph_, stack);
      job.predicted_cycles = stack_cycles(stack, timing_, config_.hwc.vector_lanes);
      for (const StackPart& part : stack.parts) job.placement.parts.push_back({part.carried, part.window});
      return;
    }
    const Operator& op = graph_.operators[job.op];
    if (!job.vector) {
      job.placement.input = window(op.inputs[0]);
      job.placement.output = window(op.output);
      return;
    }
    const VectorJob& vector = *job.vector;
    job.placement.output = output_span(vector);
    job.placement.input = input_span(vector);
    if (vector.settings.second_from_weights) {
      job.placement.weight = {plan_.arena + static_cast<uint64_t>(vector.second_offset),
                              static_cast<uint64_t>(vector.layer.group)};
    } else if (vector.layer.in_channels == 2 * vector.layer.group) {
      AddressWindow& first = job.placement.input;
      const auto distance = static_cast<uint64_t>(vector.input_strides[2]);
      if (distance < first.bytes) {
        first.bytes += distance;
      } else {
        job.placement.second_input = {first.base + distance, first.bytes};
      }
    }
  }

  // What a job touches of its input, of the first operand alone, and of its output: from the first to the
  // last byte.
  AddressWindow input_span(const VectorJob& job) const {
    const Layer& layer = job.layer;
    return span(job.input_offset, {layer.batch, layer.group, 1, layer.in_height, layer.in_width},
                job.input_strides);
  }
  AddressWindow output_span(const VectorJob& job) const {
    const Layer& layer = job.layer;
    const int64_t copies = layer.out_channels / layer.group;
    AxisStrides strides = job.output_strides;
    int64_t in_blocks = 0;
    if (job.output_block > 0) {
      const int64_t last = copies - 1;
      in_blocks = last / job.output_block * job.output_block_stride + last % job.output_block * strides[2];
      strides[2] = 0;
    }
    AddressWindow output =
        span(job.output_offset, {layer.batch, layer.group, copies, layer.out_height(), layer.out_width()},
             strides);
    output.bytes += static_cast<uint64_t>(in_blocks);
    return output;
  }
  AddressWindow span(int64_t offset, const std::array<int64_t, 5>& extents,
                     const AxisStrides& strides) const {
    int64_t last = 0;
    for (size_t axis = 0; axis < extents.size(); ++axis) last += (extents[axis] - 1) * strides[axis];
    return {plan_.arena + static_cast<uint64_t>(offset), static_cast<uint64_t>(last + 1)};
  }

  const Graph& graph_;
  const std::vector<Schedule>& schedules_;
  const PlatformConfig& config_;
  const NetworkStacks& stacks_;
  const MachineTiming timing_;  // of convolutions
  const uint64_t alignment_;
  NetworkPlan plan_;
};

}  // namespace

ListLayout list_layout(const NetworkPlan& plan) {
  const size_t jobs = plan.jobs.size();
  ListLayout layout;
  layout.entries = aligned(plan.list + sizeof(hwc_list), kAlignment);
  layout.statuses = aligned(layout.entries + jobs * sizeof(hwc_list_entry), kAlignment);
  for (const NetworkJob& job : plan.jobs) {
    layout.descriptors.push_back(layout.statuses);
    layout.statuses +=
        job.stack ? aligned(stack_descriptor_bytes(*job.stack), kAlignment) : ListLayout::kDescriptorBytes;
  }
  layout.end = layout.status(jobs);
  return layout;
}

NetworkPlan plan_network(const Graph& graph, const std::vector<Schedule>& schedules,
                         const PlatformConfig& config, const NetworkStacks& stacks) {
  return NetworkPlanner(graph, schedules, config, stacks).run();
}

}  // namespace hwcvp::plan
