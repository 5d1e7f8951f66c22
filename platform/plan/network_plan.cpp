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

class NetworkPlanner {
 public:
  NetworkPlanner(const Graph& graph, const std::vector<Schedule>& schedules, const PlatformConfig& config)
      : graph_(graph),
        schedules_(schedules),
        config_(config),
        timing_(machine_timing(config)),
        alignment_(static_cast<uint64_t>(config.layout.alignment_bytes)) {
    plan_.memory = plan_memory(graph, config.layout.alignment_bytes);
  }

  NetworkPlan run() {
    for (size_t i = 0; i < graph_.operators.size(); ++i) add_jobs(i);
    place();
    return std::move(plan_);
  }

 private:
  void add_jobs(size_t i) {
    const Operator& op = graph_.operators[i];
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
    const AddressWindow list{next, list_layout(next, plan_.jobs.size()).end - next};
    next = aligned(list.base + list.bytes, alignment_);
    for (NetworkJob& job : plan_.jobs) {
      job.placement.list = list;
      const auto take = [&](int64_t bytes_needed) {
        const uint64_t address = next;
        next = aligned(next + static_cast<uint64_t>(bytes_needed), alignment_);
        plan_.weight_bytes += bytes_needed;
        return AddressWindow{address, static_cast<uint64_t>(bytes_needed)};
      };
      if (job.vector) {
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
  const MachineTiming timing_;  // of convolutions
  const uint64_t alignment_;
  NetworkPlan plan_;
};

}  // namespace

ListLayout list_layout(uint64_t list, size_t jobs) {
  ListLayout layout{};
  layout.entries = aligned(list + sizeof(hwc_list), kAlignment);
  layout.descriptors = aligned(layout.entries + jobs * sizeof(hwc_list_entry), kAlignment);
  layout.statuses = layout.descriptor(jobs);
  layout.end = layout.status(jobs);
  return layout;
}

NetworkPlan plan_network(const Graph& graph, const std::vector<Schedule>& schedules,
                         const PlatformConfig& config) {
  return NetworkPlanner(graph, schedules, config).run();
}

}  // namespace hwcvp::plan
