// A histogram of durations whose buckets grow with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hwcvp {

// Counts of any unit. Each doubling is cut into `steps` buckets of equal width, so that what a bucket holds
// is known to a part in `steps`; below 2 * steps buckets hold a single value. Its size does not depend on
// what is added.
class Histogram {
 public:
  struct Bucket {
    uint64_t first = 0;
    uint64_t last = 0;  // inclusive
    uint64_t count = 0;
  };

  // Throws std::invalid_argument unless `steps` is a power of two from 1 to 64.
  explicit Histogram(unsigned steps = 8);

  void add(uint64_t value) {
    ++counts_[place(value)];
    ++count_;
    sum_ += value;
    if (value < least_) least_ = value;
    if (value > most_) most_ = value;
  }
  // Adds what another one of as many steps holds; throws std::invalid_argument where the steps differ.
  Histogram& operator+=(const Histogram& other);
  // Forgets everything.
  void clear();

  unsigned steps() const { return 1U << shift_; }
  uint64_t count() const { return count_; }
  uint64_t least() const { return count_ == 0 ? 0 : least_; }
  uint64_t most() const { return most_; }
  double mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }
  // The upper end of the bucket that holds the given part (0 to 1) of the values, at most `most()`.
  uint64_t quantile(double part) const;
  // Those that hold something, in ascending order.
  std::vector<Bucket> buckets() const;

 private:
  size_t place(uint64_t value) const {
    if (value >> (shift_ + 1) == 0) return static_cast<size_t>(value);
    const unsigned exponent = 63 - static_cast<unsigned>(__builtin_clzll(value));
    return ((static_cast<size_t>(exponent - shift_) << shift_) +
            static_cast<size_t>(value >> (exponent - shift_)));
  }
  Bucket bucket(size_t place) const;

  unsigned shift_;  // steps are 2^shift_
  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  uint64_t sum_ = 0;
  uint64_t least_ = UINT64_MAX;
  uint64_t most_ = 0;
};

}  // namespace hwcvp
