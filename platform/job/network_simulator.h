// Simulates a whole network: tensors in, tensors out, and what was observed of each operator.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "platform/graph/graph.h"
#include "platform/job/runner.h"
#include "platform/machine/soc.h"
#include "platform/plan/network_plan.h"
#include "platform/tensor/tensor.h"

namespace hwcvp {

// Does not choose schedules, and takes no steps of the host.
//
// The host writes constants, inputs and the job list, posts the list once, and reads each operator's output
// as the firmware reports its end.
class NetworkSimulator {
 public:
  struct Listener {
    // The output of an operator, as it lies in memory when all its jobs have ended; also of one that moves
    // nothing. Not called for what stays on chip, nor where only the time is simulated.
    std::function<void(size_t op, HostTensor output)> on_output;
    std::function<void(size_t job, const JobObservation& observed)> on_job;
    std::function<void(int64_t tensor_bytes)> on_progress;  // of the job that runs; may throw to end the run
  };

  NetworkSimulator(const PlatformConfig& config, const SocFiles& files, const SocOptions& options = {})
      : soc_("soc", config, files, options), runner_("soc_runner", soc_) {}

  Soc& soc() { return soc_; }
  Runner& runner() { return runner_; }

  // Runs the network's jobs. `inputs` are the tensors that the plan places and no operator of the machine
  // makes, by value. `expected_cycles` sets the limit past which the machine is taken for stopped. Throws
  // MachineFault as Runner::run_list().
  void run(const graph::Graph& graph, const plan::NetworkPlan& plan,
           const std::vector<std::pair<graph::ValueIndex, const HostTensor*>>& inputs,
           int64_t expected_cycles, const Listener& listener);

 private:
  void write_constants(const graph::Graph& graph, const plan::NetworkPlan& plan);

  Soc soc_;
  Runner runner_;
};

}  // namespace hwcvp
