// Runs a list of layers and checks what comes out.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "platform/config/config.h"
#include "platform/host/worker_pool.h"
#include "platform/job/layer_simulator.h"
#include "platform/observation/layer_report.h"
#include "platform/prediction/platform_timing.h"
#include "platform/reference/output_check.h"
#include "platform/study/layer_job.h"

namespace hwcvp {

// Simulates one layer after the other on one machine. Each output is compared with the reference convolution,
// all elements of it, in the threads of the pool while the next layers are simulated; the report does not
// depend on their number.
class NetworkRun {
 public:
  // Told of each layer when it begins, while it runs, and when its output is there.
  struct Listener {
    std::function<void(const LayerJob& job)> on_begin;
    std::function<void(int64_t tensor_bytes)> on_progress;  // may throw to end the run
    // The output is not checked yet; null where only the time was simulated.
    std::function<void(const LayerReport& report, const HostTensor* output)> on_simulated;
  };

  // `name` is that of the machine in the simulation, for programs that make several.
  NetworkRun(const PlatformConfig& config, const SocFiles& files, bool relu, WorkerPool& pool,
             const SocOptions& options = {}, const std::string& name = "soc");

  LayerSimulator& machine() { return simulator_; }
  Soc& soc() { return simulator_.soc(); }

  // Throws as LayerSimulator::run(), and Interrupted where an interrupt comes before the simulation begins.
  void run(const LayerJob& job, const Listener& listener);

  // Waits for the checks under way and returns the reports of the layers that ran to their end.
  std::vector<LayerReport> finish();

 private:
  const PlatformConfig config_;
  void judge_bandwidth(LayerReport& report);
  void place_under_roofline(LayerReport& report) const;

  const bool relu_;
  WorkerPool& pool_;
  LayerSimulator simulator_;
  std::vector<LayerReport> reports_;
  std::vector<std::future<OutputCheck>> checks_;  // of each report
};

}  // namespace hwcvp
