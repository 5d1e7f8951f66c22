#include "models/hwc/run_walk.h"

#include <algorithm>
#include <cstring>

namespace hwcvp::hwc {

BoxParts parts_of(const MemoryLayout& memory, const Box& box) {
  BoxParts parts;
  const MemoryLayout::Blocks& blocks = memory.blocks;
  int64_t first = box.start[blocks.axis];
  int64_t left = box.count[blocks.axis];
  const auto add = [&](int64_t count) {
    Box& part = parts.part[parts.count++];
    part = box;
    part.start[blocks.axis] = first;
    part.count[blocks.axis] = count;
    first += count;
    left -= count;
  };
  if (blocks.size == 0) {
    add(left);
    return parts;
  }
  if (first % blocks.size != 0) add(std::min(left, blocks.size - first % blocks.size));
  if (left >= blocks.size) add(left / blocks.size * blocks.size);
  if (left > 0) add(left);
  return parts;
}

RunWalk::RunWalk(const MemoryLayout& memory, const Box& box, const CircularView& buffer,
                 int64_t element_bytes)
    : element_bytes_(element_bytes), run_bytes_(element_bytes), address_(memory.base), data_(buffer.data) {
  // From the last axis, usually the one of the smallest stride, so that the insertion has little to do.
  for (size_t i = kAxes; i-- > 0;) {
    const int64_t position = (box.start[i] - buffer.origin[i]) % buffer.extent[i];
    circles_[i] = {buffer.extent[i], buffer.stride[i], position};
    data_ += position * buffer.stride[i];
    const MemoryLayout::Blocks& blocks = memory.blocks;
    if (blocks.size == 0 || i != blocks.axis) {
      address_ += static_cast<uint64_t>(box.start[i] * memory.stride[i]);
      insert({box.count[i], memory.stride[i], i, 1, 0});
      continue;
    }
    address_ += static_cast<uint64_t>(box.start[i] / blocks.size * blocks.stride +
                                      box.start[i] % blocks.size * memory.stride[i]);
    insert({std::min(box.count[i], blocks.size), memory.stride[i], i, 1, 0});
    insert({box.count[i] / blocks.size, blocks.stride, i, blocks.size, 0});
  }
  for (; merged_ < axis_count_ && axes_[merged_].memory_stride == run_bytes_; ++merged_) {
    const Axis& axis = axes_[merged_];
    const Circle& circle = circles_[axis.circle];
    direct_ = direct_ && circle.stride * axis.step == run_bytes_ &&
              circle.position + box.count[axis.circle] <= circle.extent;
    run_bytes_ *= axis.count;
  }
  for (size_t i = merged_; i < axis_count_; ++i) run_count_ *= axes_[i].count;
}

void RunWalk::insert(const Axis& axis) {
  if (axis.count <= 1) return;
  size_t place = axis_count_++;
  for (; place > 0 && axes_[place - 1].memory_stride > axis.memory_stride; --place)
    axes_[place] = axes_[place - 1];
  axes_[place] = axis;
}

void RunWalk::move(Circle& circle, int64_t steps, unsigned char*& data) {
  int64_t position = circle.position + steps;
  if (position >= circle.extent) {
    position -= circle.extent;
  } else if (position < 0) {
    position += circle.extent;
  }
  data += (position - circle.position) * circle.stride;
  circle.position = position;
}

bool RunWalk::step(Axis& axis, Circles& circles, unsigned char*& data) {
  Circle& circle = circles[axis.circle];
  if (++axis.index == axis.count) {
    move(circle, -(axis.count - 1) * axis.step, data);
    axis.index = 0;
    return false;
  }
  move(circle, axis.step, data);
  return true;
}

bool RunWalk::next() {
  for (size_t i = merged_; i < axis_count_; ++i) {
    Axis& axis = axes_[i];
    if (step(axis, circles_, data_)) {
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
  Axes axes = axes_;
  Circles circles = circles_;
  const Axis& row = axes_[0];
  const Circle& circle = circles_[row.circle];
  const bool dense = circle.stride == element_bytes_ && row.step == 1;
  const int64_t before_wrap = std::min(row.count, circle.extent - circle.position);
  unsigned char* data = data_;
  for (;;) {
    if (dense) {
      copy(data, run, before_wrap * element_bytes_);
      if (before_wrap < row.count) {
        copy(data - circle.position * element_bytes_, run + before_wrap * element_bytes_,
             (row.count - before_wrap) * element_bytes_);
      }
    } else {
      Axis& axis = axes[0];
      unsigned char* element = data;
      unsigned char* place = run;
      do {
        copy(element, place, element_bytes_);
        place += element_bytes_;
      } while (step(axis, circles, element));
    }
    run += row.count * element_bytes_;
    size_t i = 1;
    while (i < merged_ && !step(axes[i], circles, data)) ++i;
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

}  // namespace hwcvp::hwc
