// The least traffic of a small layer for every buffer size, by trying all nests.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Shares no code with the optimizer. A nest here is a list of loops that each cut something (a loop that cuts
// nothing changes no region); every tensor's buffer may be at any level. Reloaded inputs are tried beside
// sliding ones.
class AllNests {
 public:
  AllNests(const Layer& layer, const PerTensor<bool>& double_buffer);

  // Bytes without per-output-channel constants; the largest integer where nothing fits.
  int64_t least_traffic(int64_t buffer_bytes) const;
  // Buffer sizes from which on something better fits.
  std::vector<int64_t> buffer_sizes() const;

 private:
  struct Cost {
    PerTensor<int64_t> traffic{};
    PerTensor<int64_t> buffer{};
  };

  void grow();
  void combine_levels();
  void enter(int64_t buffer, int64_t traffic);

  Layer layer_;
  Schedule schedule_;
  PerDim<int64_t> tile_{};
  std::vector<Cost> costs_;           // of buffers at each level of the nest at hand
  std::map<int64_t, int64_t> least_;  // by buffer bytes
};

}  // namespace hwcvp
