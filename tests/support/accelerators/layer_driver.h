// Drives the HWC through a layer, in place of the firmware and sharing nothing with it.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/accelerators/hwc_bench.h"
#include "tests/support/accelerators/layer_run.h"

namespace hwcvp {

// Puts the tensors into memory, resets and configures the HWC, issues every command of the run, and returns
// the outputs that it left in memory, dense, B, K, OY, OX. Runs in the bench's script. Fails the test on an
// error of the HWC.
std::vector<int32_t> run_layer(HwcBench& bench, const LayerRun& run, const LayerData& data);

// Addresses of a layer's tensors in memory.
struct TensorAddresses {
  static constexpr uint64_t kSpacing = uint64_t{1} << 20;
  uint64_t input = HwcBench::kDramBase + kSpacing;
  uint64_t weight = input + kSpacing;
  uint64_t output = weight + kSpacing;
  uint64_t psum = output + kSpacing;
  uint64_t params = psum + kSpacing;
};

// Writes all configuration registers.
void configure_layer(HwcBench& bench, const LayerRun& run);

}  // namespace hwcvp
