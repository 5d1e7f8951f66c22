#include "platform/calibration/value_range.h"

#include <algorithm>
#include <cmath>

namespace hwcvp::onnx_import {

void ValueRange::see(const float* numbers, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    if (!std::isfinite(numbers[i])) continue;
    least_ = std::min(least_, numbers[i]);
    most_ = std::max(most_, numbers[i]);
  }
  widen(std::max(-least_, most_));
  const float bins = static_cast<float>(kHalf) / reach_;
  for (int64_t i = 0; i < count; ++i) {
    if (!std::isfinite(numbers[i])) continue;
    const int bin = static_cast<int>(std::floor(numbers[i] * bins)) + kHalf;
    ++bins_[static_cast<size_t>(std::clamp(bin, 0, kBins - 1))];
    ++count_;
  }
}

void ValueRange::see(const ValueRange& other) {
  if (other.count_ == 0) return;
  ValueRange same = other;
  widen(same.reach_ / 2);
  same.widen(reach_ / 2);
  for (size_t i = 0; i < bins_.size(); ++i) bins_[i] += same.bins_[i];
  least_ = std::min(least_, same.least_);
  most_ = std::max(most_, same.most_);
  count_ += same.count_;
}

// Twice the reach halves the bins that hold what there is: two become one.
void ValueRange::widen(float size) {
  if (bins_.empty()) {
    bins_.assign(kBins, 0);
    reach_ = 0x1p-20F;
  }
  while (reach_ <= size && reach_ < 0x1p120F) {
    std::vector<int64_t> wide(kBins, 0);
    for (int i = 0; i < kBins; ++i) {
      const int place = i / 2 + kHalf / 2;
      wide[static_cast<size_t>(place)] += bins_[static_cast<size_t>(i)];
    }
    bins_ = std::move(wide);
    reach_ *= 2;
  }
}

ValueRange::Limits ValueRange::limits(double percent) const {
  Limits limits = {least_, most_};
  if (percent >= 100 || count_ == 0) return limits;
  const auto beyond = static_cast<int64_t>(static_cast<double>(count_) * (1 - percent / 100));
  const float step = reach_ / static_cast<float>(kHalf);
  int64_t cut = 0;
  for (int i = 0; i < kHalf; ++i) {
    cut += bins_[static_cast<size_t>(i)];
    if (cut > beyond) {
      limits.least = std::max(limits.least, static_cast<float>(i - kHalf) * step);
      break;
    }
    if (i == kHalf - 1) limits.least = 0;
  }
  cut = 0;
  for (int i = kBins - 1; i >= kHalf; --i) {
    cut += bins_[static_cast<size_t>(i)];
    if (cut > beyond) {
      limits.most = std::min(limits.most, static_cast<float>(i + 1 - kHalf) * step);
      break;
    }
    if (i == kHalf) limits.most = 0;
  }
  return limits;
}

}  // namespace hwcvp::onnx_import
