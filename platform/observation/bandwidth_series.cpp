#include "platform/observation/bandwidth_series.h"

namespace hwcvp {

uint64_t BandwidthSample::tensor_bytes() const {
  uint64_t sum = 0;
  for (const uint64_t bytes : tensors) sum += bytes;
  return sum;
}

}  // namespace hwcvp
