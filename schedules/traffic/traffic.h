// Bytes at the accelerator's memory port, and bytes of on-chip buffer.
#pragma once

#include <array>
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

  int64_t total() const;
  Traffic& operator+=(const Traffic& other);
};

// What tensor traffic carries: a tensor, partial sums, or per-output-channel constants.
enum class Carried : uint8_t { input, weight, output, psum, params };

// A kind of traffic, and where Traffic has it.
struct TrafficKind {
  const char* name;  // "input_read"
  Carried carried;
  bool read;
  int64_t Traffic::*member;
};

// All of them: whatever treats them alike goes by this list.
inline constexpr std::array<TrafficKind, 6> kTrafficKinds = {{
    {"input_read", Carried::input, true, &Traffic::input_read},
    {"weight_read", Carried::weight, true, &Traffic::weight_read},
    {"output_write", Carried::output, false, &Traffic::output_write},
    {"psum_read", Carried::psum, true, &Traffic::psum_read},
    {"psum_write", Carried::psum, false, &Traffic::psum_write},
    {"params_read", Carried::params, true, &Traffic::params_read},
}};
static_assert(sizeof(Traffic) == kTrafficKinds.size() * sizeof(int64_t), "a kind is missing");

inline int64_t Traffic::total() const {
  int64_t sum = 0;
  for (const TrafficKind& kind : kTrafficKinds) sum += this->*kind.member;
  return sum;
}

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
