// The same layers on the HWC, with several sizes of its buffer, and on the HWCE, with several output maps at
// once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/config/config.h"
#include "platform/host/worker_pool.h"
#include "platform/machine/soc.h"
#include "platform/study/layer_report.h"
#include "platform/study/network_run.h"

namespace hwcvp {

// What one accelerator did with one layer.
struct AcceleratorResult {
  Traffic predicted;
  JobObservation observed;
  OutputCheck output;

  bool match() const { return predicted == observed.traffic; }
  double average_bytes_per_second() const;
};

// All layers on one accelerator, in their order.
struct AcceleratorRun {
  int64_t buffer_bytes = 0;  // of the HWC; 0 for the HWCE
  int64_t maps = 0;          // output maps that the HWCE computes at once; 0 for the HWC
  std::vector<AcceleratorResult> layers;

  // Sums over the layers; the peak bandwidth is the highest of them.
  AcceleratorResult total() const;
};

// A layer that the HWCE cannot run. It is left out on both sides.
struct UnsupportedLayer {
  Layer layer;
  std::string reason;
};

struct ComparisonReport {
  std::vector<Layer> layers;  // as the HWC runs them
  std::vector<UnsupportedLayer> unsupported;
  std::vector<AcceleratorRun> hwc;   // by buffer size
  std::vector<AcceleratorRun> hwce;  // by maps at once
  double wall_seconds = 0;

  // Every prediction matched and every output was verified.
  bool agreed() const;
};

// How many times the bytes of `hwc` those of `hwce` are.
double reduction(const AcceleratorResult& hwc, const AcceleratorResult& hwce);

// The layer with 16-bit pixels and weights, as both accelerators are given it.
Layer layer_to_compare(const Layer& layer, DataType accumulator_type);

// One simulation: a machine for each buffer size, all alike otherwise. The HWCE runs on the first of them.
class Comparison {
 public:
  struct Listener {
    std::function<void(const std::string& accelerator, const Layer& layer, int64_t predicted_bytes)> on_begin;
    std::function<void(int64_t tensor_bytes)> on_progress;  // may throw to end the run
    std::function<void(const JobObservation& observed, double wall_seconds)> on_end;
  };
  // Outputs are checked in the threads of the pool.
  Comparison(const PlatformConfig& config, const SocFiles& files, const std::vector<int64_t>& buffers,
             WorkerPool& pool);

  // Throws as LayerSimulator::run().
  AcceleratorRun run_hwc(size_t buffer, const std::vector<LayerJob>& jobs, const Listener& listener);
  AcceleratorRun run_hwce(int64_t maps, const std::vector<Layer>& layers, uint64_t seed,
                          const Listener& listener);

 private:
  WorkerPool& pool_;
  const std::vector<int64_t> buffers_;
  std::vector<std::unique_ptr<NetworkRun>> machines_;  // of each buffer size
};

// "HWC 64 KiB", "HWCE 1 map".
std::string accelerator_name(const AcceleratorRun& run);

}  // namespace hwcvp
