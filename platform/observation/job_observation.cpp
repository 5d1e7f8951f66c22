#include "platform/observation/job_observation.h"

#include <algorithm>

namespace hwcvp {

StreamObservation& StreamObservation::operator+=(const StreamObservation& other) {
  count += other.count;
  busy_seconds += other.busy_seconds;
  peak_bytes_per_second = std::max(peak_bytes_per_second, other.peak_bytes_per_second);
  latency_ps += other.latency_ps;
  return *this;
}

void add(std::vector<InitiatorObservation>& sum, const std::vector<InitiatorObservation>& job) {
  const auto entry = [](auto& list, const auto& wanted) {
    return std::find_if(list.begin(), list.end(), [&](const auto& e) { return e.name == wanted.name; });
  };
  for (const InitiatorObservation& initiator : job) {
    const auto found = entry(sum, initiator);
    if (found == sum.end()) {
      sum.push_back(initiator);
      continue;
    }
    found->total += initiator.total;
    for (const InitiatorObservation::Part& part : initiator.parts) {
      const auto same = entry(found->parts, part);
      if (same == found->parts.end()) {
        found->parts.push_back(part);
      } else {
        same->stream += part.stream;
      }
    }
  }
}

}  // namespace hwcvp
