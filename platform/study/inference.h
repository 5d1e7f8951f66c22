// Runs one inference of a network and checks what comes out.
#pragma once

#include <functional>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/host/worker_pool.h"
#include "platform/job/network_simulator.h"
#include "platform/observation/inference_report.h"
#include "platform/plan/network_plan.h"

namespace hwcvp {

// One machine, for one network after the other. Every tensor that the machine makes is compared with the
// reference, all elements of it, in a thread of the pool while the simulation goes on.
class Inference {
 public:
  struct Listener {
    std::function<void(size_t op)> on_begin;  // of an operator that the machine runs, the first of a stack
    std::function<void(size_t job)> on_job_begin;  // of the plan, before it runs
    std::function<void(size_t job, const JobObservation& observed)> on_job_end;
    std::function<void(int64_t tensor_bytes)> on_progress;  // of its present job; may throw to end the run
    // Of the same operator; bytes and cycles of all its jobs, or of its stack.
    std::function<void(size_t op, int64_t bytes_moved, int64_t cycles)> on_end;
    std::function<void(size_t op, const HostTensor& output)> on_output;  // as the machine made it
  };

  Inference(const PlatformConfig& config, const SocFiles& files, const SocOptions& options = {})
      : simulator_(config, files, options) {}

  Soc& soc() { return simulator_.soc(); }
  Runner& runner() { return simulator_.runner(); }

  // `inputs` in the order of the graph; none where only the time is simulated. Throws MachineFault.
  InferenceReport run(const graph::Graph& graph, const plan::NetworkPlan& plan,
                      const std::vector<HostTensor>& inputs, WorkerPool& pool, const Listener& listener);

 private:
  struct Values;

  NetworkSimulator simulator_;
};

}  // namespace hwcvp
