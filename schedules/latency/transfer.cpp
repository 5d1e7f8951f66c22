#include "schedules/latency/transfer.h"

#include <algorithm>

namespace hwcvp::latency {

Transfer::Transfer(const Payload& payload) : tensor_(payload.tensor), rest_(payload.box) {
  if (tensor_ == nullptr) {
    run_ = payload.address;
    run_bytes_ = left_ = payload.bytes;
    runs_ = 1;
  } else {
    next_part();
  }
}

// Few, and nearly in order: the last axis mostly has the smallest stride.
void Transfer::add_axis(int64_t count, int64_t stride) {
  if (count <= 1) return;
  size_t place = axis_count_++;
  for (; place > 0 && axes_[place - 1].stride > stride; --place) axes_[place] = axes_[place - 1];
  axes_[place] = {count, stride, 0};
}

// Begins with the part at the front of the rest; false where there is none.
bool Transfer::next_part() {
  if (tensor_ == nullptr) return false;
  const TensorStrides& strides = tensor_->strides;
  run_ = tensor_->base;
  run_bytes_ = tensor_->element_bytes;
  run_number_ = 0;
  axis_count_ = 0;
  for (size_t i = kAxes; i-- > 0;) {
    run_ += strides.offset(i, rest_.start[i]);
    if (!strides.blocks || strides.blocks->axis != i) add_axis(rest_.count[i], strides.stride[i]);
  }
  if (strides.blocks) {
    take_blocks(*strides.blocks);
  } else {
    tensor_ = nullptr;  // no further part
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
  ++parts_begun_;
  return true;
}

// Moves the rest of a block that is begun, or whole blocks, or the begin of a block from the rest to the
// part.
void Transfer::take_blocks(const TensorStrides::Blocks& blocks) {
  int64_t& start = rest_.start[blocks.axis];
  int64_t& left = rest_.count[blocks.axis];
  const int64_t in_block = std::min(left, blocks.size - start % blocks.size);
  const int64_t whole = in_block == blocks.size ? left / blocks.size : 1;
  add_axis(in_block, tensor_->strides.stride[blocks.axis]);
  add_axis(whole, blocks.stride);
  start += in_block * whole;
  left -= in_block * whole;
  if (left == 0) tensor_ = nullptr;
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
  if (left_ != 0) return;
  if (next_run()) {
    left_ = run_bytes_;
  } else {
    next_part();
  }
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
