// What is in a trace, counted.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/common/traffic_count.h"
#include "platform/trace/trace_record.h"

namespace hwcvp {

// Bytes and transactions of each tensor; those that were answered with an error are not among them.
using TensorCounts = std::array<TrafficCount, kTrafficClassCount>;

inline void count(TensorCounts& counts, const TraceRecord& record) {
  TrafficCount& entry = counts[static_cast<size_t>(record.tensor)];
  (record.is_read ? entry.read_bytes : entry.write_bytes) += record.bytes;
  ++(record.is_read ? entry.reads : entry.writes);
}
inline void add(TrafficCount& sum, const TrafficCount& part) {
  sum.read_bytes += part.read_bytes;
  sum.write_bytes += part.write_bytes;
  sum.reads += part.reads;
  sum.writes += part.writes;
}

// Grows with layers and sockets, not with records.
struct TraceSummary {
  uint64_t records = 0;
  uint64_t failed = 0;
  uint64_t first_ps = std::numeric_limits<uint64_t>::max();  // least start
  uint64_t last_ps = 0;                                      // greatest end
  // Of each layer, 0 being what came before the first one, and each socket.
  std::vector<std::vector<TensorCounts>> layers;

  TraceSummary(size_t layer_count, size_t sockets)
      : layers(layer_count + 1, std::vector<TensorCounts>(sockets)) {}

  void add(const TraceRecord& record, uint32_t layer) {
    ++records;
    first_ps = std::min(first_ps, record.start_ps);
    last_ps = std::max(last_ps, record.end_ps);
    if (record.ok) {
      count(layers[layer][record.socket], record);
    } else {
      ++failed;
    }
  }
};

}  // namespace hwcvp
