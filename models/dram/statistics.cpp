#include "models/dram/statistics.h"

#include <algorithm>
#include <cmath>

namespace hwcvp {

size_t DramLatencyHistogram::bucket(uint64_t cycles) {
  if (cycles < 16) return static_cast<size_t>(cycles);
  const auto exponent = static_cast<unsigned>(63 - __builtin_clzll(cycles));  // at least 4
  const size_t index = 16 + (exponent - 4) * 8 + ((cycles >> (exponent - 3)) & 7);
  return std::min(index, kBuckets - 1);
}

DramCycle DramLatencyHistogram::upper_end(size_t bucket) {
  if (bucket < 16) return static_cast<DramCycle>(bucket);
  const size_t exponent = 4 + (bucket - 16) / 8;
  return (static_cast<DramCycle>(8 + (bucket - 16) % 8 + 1) << (exponent - 3)) - 1;
}

void DramLatencyHistogram::add(DramCycle cycles) {
  ++counts_[bucket(static_cast<uint64_t>(cycles))];
  ++count_;
  sum_ += cycles;
  least_ = std::min(least_, cycles);
  most_ = std::max(most_, cycles);
}

DramCycle DramLatencyHistogram::quantile(double part) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(part * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen > 0 && seen >= wanted) return std::min(upper_end(i), most_);
  }
  return most_;
}

}  // namespace hwcvp
