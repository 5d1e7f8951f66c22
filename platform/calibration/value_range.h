// The range of the numbers of a tensor, over all that is seen of it.
#pragma once

#include <cstdint>
#include <vector>

namespace hwcvp::onnx_import {

class ValueRange {
 public:
  void see(const float* numbers, int64_t count);
  void see(const ValueRange& other);

  // Least and most, with 0 between them. With less than 100 `percent`, what is beyond that part of all
  // numbers is cut off on each side, to one part in 4096 of the range.
  struct Limits {
    float least = 0, most = 0;
  };
  Limits limits(double percent) const;

  int64_t count() const { return count_; }

 private:
  // Makes the bins reach beyond `size` on both sides: to a power of two.
  void widen(float size);

  static constexpr int kHalf = 4096;  // bins below 0, and above
  static constexpr int kBins = 2 * kHalf;
  float least_ = 0, most_ = 0;
  float reach_ = 0;
  int64_t count_ = 0;
  std::vector<int64_t> bins_;
};

}  // namespace hwcvp::onnx_import
