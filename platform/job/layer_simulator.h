// Simulates layers: tensors in, output and observation out; or only their traffic and time.
#pragma once

#include <cstdint>
#include <string>

#include "platform/job/runner.h"
#include "platform/machine/soc.h"
#include "platform/prediction/bus_prediction.h"
#include "platform/tensor/layer_tensors.h"
#include "schedules/nest/schedule.h"

namespace hwcvp {

struct LayerSimulation {
  JobObservation observed;
  HostTensor output;
};

// The machine and the host around it. SystemC elaborates once: make all of them before the first one runs.
class LayerSimulator {
 public:
  LayerSimulator(const PlatformConfig& config, const SocFiles& files, const std::string& name = "soc",
                 const SocOptions& options = {})
      : soc_(name.c_str(), config, files, options), runner_((name + "_runner").c_str(), soc_) {}

  Soc& soc() { return soc_; }
  Runner& runner() { return runner_; }

  // Runs a legal schedule of a legal layer, with its tensors in these layouts. `expected_cycles` sets the
  // limit past which the machine is taken for stopped. Throws InputError where the schedule does not fit into
  // the accelerator or the tensors not into the DRAM, and MachineFault as Runner::run().
  LayerSimulation run(const Layer& layer, const Schedule& schedule, const LayerTensors& tensors, bool relu,
                      int64_t expected_cycles, const TensorLayouts& layouts);
  // With the layouts of the platform file.
  LayerSimulation run(const Layer& layer, const Schedule& schedule, const LayerTensors& tensors, bool relu,
                      int64_t expected_cycles) {
    return run(layer, schedule, tensors, relu, expected_cycles, soc_.config().layout.tensors);
  }
  // The same without tensors, on a machine made with SocOptions::timing_only.
  JobObservation run_timing_only(const Layer& layer, const Schedule& schedule, bool relu,
                                 int64_t expected_cycles, const TensorLayouts& layouts);

 private:
  JobObservation run_job(const Layer& layer, const Schedule& schedule, bool relu, int64_t expected_cycles,
                         const TensorPlacement& placement, const TensorLayouts& layouts);

  Soc soc_;
  Runner runner_;
};

// Throws InputError where the accelerator cannot run the layer: too many output channels.
void check_channels(const Layer& layer, const HwcConfig& config);
// Throws InputError where the accelerator cannot run the schedule: buffers too small, too many channels.
void check_fits(const Layer& layer, const Schedule& schedule, const HwcConfig& config);

}  // namespace hwcvp
