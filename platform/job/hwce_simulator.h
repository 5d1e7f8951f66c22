// Simulates layers on the HWCE, with data.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/job/layer_simulator.h"
#include "platform/reference/output_check.h"
#include "platform/tensor/tensor.h"
#include "schedules/predictors/hwce.h"

namespace hwcvp {

// The operands of one layer for the HWCE.
struct HwceTensors {
  HostTensor input;                // int16 {B, C, H, W}
  HostTensor weights;              // int16 {M, C/group, KH, KW}, in the range of 16, 8 or 4 bits
  std::vector<int16_t> constants;  // where each output map starts
  int shift = 0;                   // of every sum, 0 to 31
};

// The input of random_tensors(), its weights cut to their upper 16, 8 or 4 bits, and constants; the shift
// brings three standard deviations of a whole sum to the largest pixel, so that outputs use their range and
// some saturate.
HwceTensors random_hwce_tensors(const Layer& layer, const HwceMapping& mapping, uint64_t seed);

struct HwceSimulation {
  JobObservation observed;
  HostTensor output;
};

// Runs a layer on the HWCE of a machine. Throws InputError where the tensors do not fit into the DRAM, and
// MachineFault as Runner::run().
HwceSimulation simulate_hwce(LayerSimulator& machine, const Layer& layer, const HwceMapping& mapping,
                             const HwceTensors& tensors);

// Compares an output, all elements of it, with the reference.
OutputCheck check_hwce_output(const Layer& layer, const HwceMapping& mapping, const HwceTensors& tensors,
                              const HostTensor& output);

}  // namespace hwcvp
