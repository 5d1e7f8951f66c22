#include "models/common/histogram.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hwcvp {

// Values below 2^(shift + 1) have a place each. A greater one with 2^e <= value < 2^(e + 1) has its first
// shift + 1 bits m, 2^shift <= m < 2^(shift + 1), and the place (e - shift) * 2^shift + m.
Histogram::Histogram(unsigned steps) : shift_(0) {
  if (steps < 1 || steps > 64 || (steps & (steps - 1)) != 0) {
    throw std::invalid_argument("histogram: steps: expected a power of two from 1 to 64, found " +
                                std::to_string(steps));
  }
  while ((1U << shift_) < steps) ++shift_;
  counts_.resize(static_cast<size_t>(65 - shift_) << shift_);
}

Histogram& Histogram::operator+=(const Histogram& other) {
  if (other.shift_ != shift_) throw std::invalid_argument("histogram: expected as many steps in the other");
  std::transform(counts_.begin(), counts_.end(), other.counts_.begin(), counts_.begin(), std::plus<>());
  count_ += other.count_;
  sum_ += other.sum_;
  least_ = std::min(least_, other.least_);
  most_ = std::max(most_, other.most_);
  return *this;
}

void Histogram::clear() {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = sum_ = most_ = 0;
  least_ = UINT64_MAX;
}

Histogram::Bucket Histogram::bucket(size_t place) const {
  const size_t step = place >> shift_;
  if (step < 2) return {place, place, counts_[place]};
  const size_t doubling = step - 1;  // e - shift
  const uint64_t first = static_cast<uint64_t>(place - (doubling << shift_)) << doubling;
  return {first, first + ((uint64_t{1} << doubling) - 1), counts_[place]};
}

uint64_t Histogram::quantile(double part) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(part * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t place = 0; place < counts_.size(); ++place) {
    seen += counts_[place];
    if (seen > 0 && seen >= wanted) return std::min(bucket(place).last, most_);
  }
  return most_;
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> filled;
  for (size_t place = 0; place < counts_.size(); ++place) {
    if (counts_[place] != 0) filled.push_back(bucket(place));
  }
  return filled;
}

}  // namespace hwcvp
