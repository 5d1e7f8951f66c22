// A quick guess at the cycles of a schedule, to steer a search.
#pragma once

#include <cstdint>

#include "schedules/bursts/tensor_layout.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp {

// Does not model the order of commands, banks, nor what fills and drains: neither a bound nor an estimate
// that may be shown. estimate_latency() has the last word on every schedule.
//
// The array's time for all commands, and behind it the transfers of the tensors that have one buffer, which
// wait for the commands that use it; or all transfers, or the processor's way through the nest, where these
// take longer.
class RoughLatency {
 public:
  RoughLatency(const Layer& layer, const MachineTiming& timing);

  // Of a schedule in which the tensors move so many bytes in all.
  double cycles(const Schedule& schedule, const PerTensor<int64_t>& bytes) const;

 private:
  struct Transfers {
    double port = 0;   // cycles of the memory port
    double delay = 0;  // until the first byte of each
  };
  PerTensorAxis<int64_t> part(Tensor tensor, const PerDim<int64_t>& tile, int slides) const;
  int64_t run_elements(Tensor tensor, const PerTensorAxis<int64_t>& part) const;
  Transfers transfers(Tensor tensor, const PerTensorAxis<int64_t>& part, int64_t bytes) const;

  const Layer layer_;
  const PerDim<int64_t> extents_;
  const MachineTiming timing_;
  const double issue_cycles_;  // of a command
  PerTensor<PerTensorAxis<int64_t>> in_memory_{};
  PerTensor<int64_t> element_bytes_{};
};

}  // namespace hwcvp
