// Runs the same layers on both accelerators.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/config/config.h"
#include "platform/host/worker_pool.h"
#include "platform/machine/soc.h"
#include "platform/observation/comparison.h"
#include "platform/study/network_run.h"

namespace hwcvp {

// The layer with 16-bit pixels and weights, as both accelerators are given it.
Layer layer_to_compare(const Layer& layer, DataType accumulator_type);

// One simulation: a machine for each buffer size, all alike otherwise. The HWCE runs on the first of them.
class ComparisonRun {
 public:
  struct Listener {
    std::function<void(const std::string& accelerator, const Layer& layer, int64_t predicted_bytes)> on_begin;
    std::function<void(int64_t tensor_bytes)> on_progress;  // may throw to end the run
    std::function<void(const JobObservation& observed, double wall_seconds)> on_end;
  };
  // Outputs are checked in the threads of the pool.
  ComparisonRun(const PlatformConfig& config, const SocFiles& files, const std::vector<int64_t>& buffers,
                WorkerPool& pool);

  // Add to `run` what is finished, also where an interrupt ends them. Throw as LayerSimulator::run().
  void run_hwc(size_t buffer, const std::vector<LayerJob>& jobs, const Listener& listener,
               AcceleratorRun& run);
  void run_hwce(int64_t maps, const std::vector<Layer>& layers, uint64_t seed, const Listener& listener,
                AcceleratorRun& run);

 private:
  WorkerPool& pool_;
  const std::vector<int64_t> buffers_;
  std::vector<std::unique_ptr<NetworkRun>> machines_;  // of each buffer size
};

}  // namespace hwcvp
