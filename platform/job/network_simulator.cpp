#include "platform/job/network_simulator.h"

#include "platform/job/network_descriptor.h"
#include "platform/tensor/requantization.h"

namespace hwcvp {

using graph::Graph;
using graph::Operator;

void NetworkSimulator::write_constants(const Graph& graph, const plan::NetworkPlan& plan) {
  const auto write = [this](const AddressWindow& window, const uint8_t* data, size_t bytes) {
    if (bytes != window.bytes) throw std::logic_error("constants of another size than was placed");
    if (bytes > 0) soc_.write_memory(window.base, data, bytes);
  };
  const auto write_table = [&](const plan::VectorSettings& settings, const AddressWindow& params) {
    write(params, settings.table.data(), settings.table.size());
  };
  const auto write_product = [&](size_t op, const AddressWindow& params_window, const AddressWindow& weight) {
    const auto& convolution = std::get<graph::Convolution>(graph.operators[op].action);
    LayerParams params;
    params.bias = convolution.bias;
    params.scales = convolution.layer.scales;
    const std::vector<uint8_t> constants = serialize(params);
    write(params_window, constants.data(), constants.size());
    const HostTensor& weights = convolution.weights;
    write(weight, weights.bytes(), static_cast<size_t>(weights.size_bytes()));
  };
  for (const plan::NetworkJob& job : plan.jobs) {
    if (job.stack) {
      for (const plan::StackJob::Member& member : job.stack->members) {
        if (std::holds_alternative<graph::Convolution>(graph.operators[member.op].action)) {
          write_product(member.op, member.params, member.weight);
        } else {
          write_table(member.settings, member.params);
        }
      }
    } else if (job.vector) {
      write_table(job.vector->settings, job.placement.params);
    } else {
      write_product(job.op, job.placement.params, job.placement.weight);
    }
  }
}

void NetworkSimulator::run(const Graph& graph, const plan::NetworkPlan& plan,
                           const std::vector<std::pair<graph::ValueIndex, const HostTensor*>>& inputs,
                           int64_t expected_cycles, const Listener& listener) {
  const bool functional = !soc_.timing_only();
  if (functional) {
    write_constants(graph, plan);
    for (const auto& [value, tensor] : inputs) {
      soc_.write_memory(plan.address(value), tensor->bytes(), static_cast<size_t>(tensor->size_bytes()));
    }
  }
  const std::vector<uint8_t> image = make_job_list(graph, plan);
  soc_.write_memory(plan.list, image.data(), image.size());

  JobList list;
  list.address = plan.list;
  list.clock_mhz = soc_.config().hwc.clock_mhz;
  const plan::ListLayout layout = plan::list_layout(plan);
  for (size_t i = 0; i < plan.jobs.size(); ++i) {
    list.entries.push_back({layout.status(i), plan.jobs[i].placement});
  }
  // Operators in order: those before the next job's are complete, and nothing has been written over them yet.
  size_t told = 0;
  const auto tell_until = [&](size_t end) {
    for (; told < end; ++told) {
      const Operator& op = graph.operators[told];
      const graph::Engine engine = graph::engine_of(op);
      if (engine == graph::Engine::host || plan.memory.places[op.output].bytes == 0) continue;
      HostTensor output(graph.values[op.output].type, graph.values[op.output].shape);
      soc_.read_memory(plan.address(op.output), output.bytes(), static_cast<size_t>(output.size_bytes()));
      listener.on_output(told, std::move(output));
    }
  };
  const auto end_of = [&](size_t job) {
    return job + 1 < plan.jobs.size() ? plan.jobs[job + 1].op : graph.operators.size();
  };
  if (functional && !plan.jobs.empty()) tell_until(plan.jobs[0].op);
  runner_.on_progress = listener.on_progress;
  // Generous: an estimate can be far off, and a machine that stops is mostly noticed at once.
  const double expected_seconds = static_cast<double>(expected_cycles) / (list.clock_mhz * 1e6);
  const sc_core::sc_time limit(1 + 1000 * expected_seconds, sc_core::SC_SEC);
  runner_.run_list(list, limit, [&](size_t job, const JobObservation& observed) {
    listener.on_job(job, observed);
    if (functional) tell_until(end_of(job));
  });
}

}  // namespace hwcvp
