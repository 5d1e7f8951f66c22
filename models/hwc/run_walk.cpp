#include "models/hwc/run_walk.h"

#include <algorithm>
#include <cstring>

namespace hwcvp {

RunWalk::RunWalk(const MemoryLayout& memory, const Box& box, const CircularView& buffer,
                 int64_t element_bytes)
    : element_bytes_(element_bytes), run_bytes_(element_bytes), address_(memory.base), data_(buffer.data) {
  // From the last axis, usually the one of the smallest stride, so that the insertion below has little to do.
  for (size_t i = kAxes; i-- > 0;) {
    const int64_t start = box.start[i] % buffer.extent[i];
    address_ += static_cast<uint64_t>(box.start[i] * memory.stride[i]);
    data_ += start * buffer.stride[i];
    if (box.count[i] == 1) continue;
    size_t place = axis_count_++;
    for (; place > 0 && axes_[place - 1].memory_stride > memory.stride[i]; --place)
      axes_[place] = axes_[place - 1];
    axes_[place] = {box.count[i], memory.stride[i], buffer.stride[i], buffer.extent[i], start, 0, start};
  }
  for (; merged_ < axis_count_ && axes_[merged_].memory_stride == run_bytes_; ++merged_) {
    const Axis& axis = axes_[merged_];
    direct_ = direct_ && axis.buffer_stride == run_bytes_ && axis.start + axis.count <= axis.extent;
    run_bytes_ *= axis.count;
  }
  for (size_t i = merged_; i < axis_count_; ++i) run_count_ *= axes_[i].count;
}

bool RunWalk::step(Axis& axis, unsigned char*& data) {
  if (++axis.index == axis.count) {
    data -= (axis.position - axis.start) * axis.buffer_stride;
    axis.index = 0;
    axis.position = axis.start;
    return false;
  }
  data += axis.buffer_stride;
  if (++axis.position == axis.extent) {
    data -= axis.extent * axis.buffer_stride;
    axis.position = 0;
  }
  return true;
}

bool RunWalk::next() {
  for (size_t i = merged_; i < axis_count_; ++i) {
    Axis& axis = axes_[i];
    if (step(axis, data_)) {
      address_ += static_cast<uint64_t>(axis.memory_stride);
      return true;
    }
    address_ -= static_cast<uint64_t>((axis.count - 1) * axis.memory_stride);
  }
  return false;
}

// Calls copy(place in the buffer, place in the run, bytes) for pieces that are contiguous in both.
template <typename Copy>
void RunWalk::for_each_piece(unsigned char* run, const Copy& copy) const {
  if (merged_ == 0) {
    copy(data_, run, element_bytes_);
    return;
  }
  std::array<Axis, kAxes> axes = axes_;
  const Axis& row = axes_[0];
  const bool dense = row.buffer_stride == element_bytes_;
  const int64_t before_wrap = std::min(row.count, row.extent - row.start);
  unsigned char* data = data_;
  for (;;) {
    if (dense) {
      copy(data, run, before_wrap * element_bytes_);
      if (before_wrap < row.count) {
        copy(data - row.start * element_bytes_, run + before_wrap * element_bytes_,
             (row.count - before_wrap) * element_bytes_);
      }
    } else {
      Axis& axis = axes[0];
      unsigned char* element = data;
      unsigned char* place = run;
      do {
        copy(element, place, element_bytes_);
        place += element_bytes_;
      } while (step(axis, element));
    }
    run += row.count * element_bytes_;
    size_t i = 1;
    while (i < merged_ && !step(axes[i], data)) ++i;
    if (i >= merged_) return;
  }
}

void RunWalk::copy_to_buffer(const unsigned char* run) const {
  for_each_piece(const_cast<unsigned char*>(run),
                 [](unsigned char* buffer, unsigned char* place, int64_t bytes) {
                   std::memcpy(buffer, place, static_cast<size_t>(bytes));
                 });
}

void RunWalk::copy_from_buffer(unsigned char* run) const {
  for_each_piece(run, [](unsigned char* buffer, unsigned char* place, int64_t bytes) {
    std::memcpy(place, buffer, static_cast<size_t>(bytes));
  });
}

}  // namespace hwcvp
