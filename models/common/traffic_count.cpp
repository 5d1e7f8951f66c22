#include "models/common/traffic_count.h"

#include <array>

namespace hwcvp {

const char* to_string(TrafficClass traffic_class) {
  constexpr std::array<const char*, kTrafficClassCount> kNames = {"input",  "weight",  "output", "psum",
                                                                  "params", "control", "other"};
  return kNames[static_cast<size_t>(traffic_class)];
}

TrafficCount& TrafficCount::operator+=(const TrafficCount& other) {
  read_bytes += other.read_bytes;
  write_bytes += other.write_bytes;
  reads += other.reads;
  writes += other.writes;
  read_words += other.read_words;
  write_words += other.write_words;
  return *this;
}

}  // namespace hwcvp
