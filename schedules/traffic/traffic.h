// Bytes at the accelerator's memory port, and bytes of on-chip buffer.
#pragma once

#include <cstdint>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Tensor traffic of a layer, by what it carries; in bytes, where nothing else is said.
struct Traffic {
  int64_t input_read = 0;
  int64_t weight_read = 0;
  int64_t output_write = 0;
  int64_t psum_read = 0;    // partial sums taken back
  int64_t psum_write = 0;   // partial sums put aside
  int64_t params_read = 0;  // per-output-channel constants, once a layer

  int64_t total() const {
    return input_read + weight_read + output_write + psum_read + psum_write + params_read;
  }
  Traffic& operator+=(const Traffic& other);
};

Traffic operator*(int64_t times, const Traffic& traffic);

bool operator==(const Traffic& a, const Traffic& b);
inline bool operator!=(const Traffic& a, const Traffic& b) { return !(a == b); }

// What it takes to move the traffic, by what it carries.
struct BusTraffic {
  Traffic bursts;     // transactions at the accelerator's memory port
  Traffic bus_bytes;  // words of the bus that these touch, times its width

  BusTraffic& operator+=(const BusTraffic& other);
};

bool operator==(const BusTraffic& a, const BusTraffic& b);
inline bool operator!=(const BusTraffic& a, const BusTraffic& b) { return !(a == b); }

// On-chip bytes that a schedule needs for each tensor, double buffering included.
struct BufferUse {
  PerTensor<int64_t> bytes = {0, 0, 0};
  int64_t total() const { return bytes[0] + bytes[1] + bytes[2]; }
};

bool operator==(const BufferUse& a, const BufferUse& b);

}  // namespace hwcvp
