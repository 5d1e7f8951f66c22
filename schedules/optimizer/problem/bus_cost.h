// What transactions take of a bus, and how that is counted.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tuple>

#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Fewer bytes come first, then fewer bursts.
struct BusCost {
  int64_t bus_bytes = 0;
  int64_t bursts = 0;
};
inline bool operator<(const BusCost& a, const BusCost& b) {
  return std::tie(a.bus_bytes, a.bursts) < std::tie(b.bus_bytes, b.bursts);
}

struct BusCounter {
  // Of a legal schedule of a legal layer, in the best layouts; called from several threads. Bus bytes are no
  // fewer than the bytes of the schedule's traffic. Nothing where it would take long to count.
  std::function<std::optional<BusCost>(const Layer& layer, const Schedule& schedule)> cost;
  std::string machine;  // everything that decides it, for caches
};

}  // namespace hwcvp
