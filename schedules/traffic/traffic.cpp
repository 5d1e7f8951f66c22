#include "schedules/traffic/traffic.h"

#include <algorithm>

namespace hwcvp {

Traffic& Traffic::operator+=(const Traffic& other) {
  for (const TrafficKind& kind : kTrafficKinds) this->*kind.member += other.*kind.member;
  return *this;
}

Traffic operator*(int64_t times, const Traffic& traffic) {
  Traffic product;
  for (const TrafficKind& kind : kTrafficKinds) product.*kind.member = times * traffic.*kind.member;
  return product;
}

bool operator==(const Traffic& a, const Traffic& b) {
  return std::all_of(kTrafficKinds.begin(), kTrafficKinds.end(),
                     [&](const TrafficKind& kind) { return a.*kind.member == b.*kind.member; });
}

BusTraffic& BusTraffic::operator+=(const BusTraffic& other) {
  bursts += other.bursts;
  bus_bytes += other.bus_bytes;
  return *this;
}

bool operator==(const BusTraffic& a, const BusTraffic& b) {
  return a.bursts == b.bursts && a.bus_bytes == b.bus_bytes;
}

bool operator==(const BufferUse& a, const BufferUse& b) { return a.bytes == b.bytes; }

}  // namespace hwcvp
