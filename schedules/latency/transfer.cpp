#include "schedules/latency/transfer.h"

#include <algorithm>

namespace hwcvp::latency {

Transfer::Transfer(int64_t address, int64_t bytes)
    : run_bytes_(bytes), runs_(1), run_(address), left_(bytes) {}

Transfer::Transfer(const StridedTensor& layout, const Box& box)
    : run_bytes_(layout.element_bytes), run_(layout.base) {
  for (size_t i = 0; i < kAxes; ++i) {
    run_ += box.start[i] * layout.stride[i];
    if (box.count[i] > 1) axes_[axis_count_++] = {box.count[i], layout.stride[i], 0};
  }
  // Few, and nearly in order: the last axis mostly has the smallest stride.
  std::reverse(axes_.begin(), axes_.begin() + static_cast<std::ptrdiff_t>(axis_count_));
  for (size_t i = 1; i < axis_count_; ++i) {
    for (size_t j = i; j > 0 && axes_[j].stride < axes_[j - 1].stride; --j) std::swap(axes_[j], axes_[j - 1]);
  }
  size_t merged = 0;
  while (merged < axis_count_ && axes_[merged].stride == run_bytes_) run_bytes_ *= axes_[merged++].count;
  axis_count_ -= merged;
  runs_ = 1;
  for (size_t i = 0; i < axis_count_; ++i) {
    axes_[i] = axes_[i + merged];
    runs_ *= axes_[i].count;
  }
  left_ = run_bytes_;
}

Burst Transfer::burst(int64_t max_burst_bytes, bool aligned) const {
  const int64_t address = run_ + run_bytes_ - left_;
  const int64_t limit = std::min(left_, max_burst_bytes - (address & (max_burst_bytes - 1)));
  if (!aligned) return {address, limit};
  int64_t bytes = max_burst_bytes;
  while (bytes > limit || (address & (bytes - 1)) != 0) bytes /= 2;
  return {address, bytes};
}

void Transfer::advance(int64_t bytes) {
  left_ -= bytes;
  if (left_ == 0 && next_run()) left_ = run_bytes_;
}

bool Transfer::next_run() {
  if (++run_number_ == runs_) return false;
  for (size_t i = 0; i < axis_count_; ++i) {
    Axis& axis = axes_[i];
    run_ += axis.stride;
    if (++axis.index < axis.count) break;
    run_ -= axis.count * axis.stride;
    axis.index = 0;
  }
  return true;
}

void Transfer::skip(int64_t bytes) {
  const int64_t passed = bytes_passed() + bytes;
  run_number_ = passed / run_bytes_;
  left_ = run_bytes_ - passed % run_bytes_;
  int64_t number = run_number_;
  for (size_t i = 0; i < axis_count_; ++i) {
    Axis& axis = axes_[i];
    run_ += (number % axis.count - axis.index) * axis.stride;
    axis.index = number % axis.count;
    number /= axis.count;
  }
}

}  // namespace hwcvp::latency
