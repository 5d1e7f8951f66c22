// Bytes and transactions, by what the bytes are.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hwcvp {

// What the bytes of an address window are. `other` is everything outside the windows.
enum class TrafficClass : uint8_t { input, weight, output, psum, params, control, other };
inline constexpr size_t kTrafficClassCount = 7;
// "input", "weight", "output", "psum", "params", "control", "other".
const char* to_string(TrafficClass traffic_class);

struct TrafficCount {
  uint64_t read_bytes = 0;
  uint64_t write_bytes = 0;
  uint64_t reads = 0;  // transactions
  uint64_t writes = 0;
  uint64_t read_words = 0;  // of the bus, that the transactions touch; each its own
  uint64_t write_words = 0;

  TrafficCount& operator+=(const TrafficCount& other);
};

}  // namespace hwcvp
