#include "models/hwc/buffer_state.h"

#include <algorithm>

namespace hwcvp::hwc {

void HeldBox::add(const Box& box, const PerAxis<int64_t>& extent) {
  for (size_t axis = 0; axis < kAxes; ++axis) {
    const int64_t first = box.start[axis];
    const int64_t end = first + box.count[axis];
    if (first_[axis] >= end_[axis]) {
      first_[axis] = first;
      end_[axis] = end;
    } else if (end > end_[axis]) {
      end_[axis] = end;
      first_[axis] = std::max(std::min(first_[axis], first), end - extent[axis]);
    } else if (first < first_[axis]) {
      first_[axis] = first;
      end_[axis] = std::min(end_[axis], first + extent[axis]);
    }
  }
}

bool HeldBox::contains(const Box& box) const {
  if (std::find(box.count.begin(), box.count.end(), 0) != box.count.end()) return true;
  for (size_t axis = 0; axis < kAxes; ++axis) {
    if (box.start[axis] < first_[axis] || box.start[axis] + box.count[axis] > end_[axis]) return false;
  }
  return true;
}

void BufferState::clear() {
  input = {};
  weight = {};
  output = {};
  parameters.held = 0;
  parameters.table_held = false;
}

}  // namespace hwcvp::hwc
