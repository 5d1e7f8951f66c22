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
  for (Context& context : contexts) {
    context.input = {};
    context.weight = {};
    context.output = {};
    context.parameters.held = 0;
    context.parameters.table_held = false;
  }
  for (Region& region : regions) region.forget();
  shared_ = false;
}

void BufferState::written(std::array<Slot, 2>& slots, unsigned index, const SlotLayout& layout,
                          const Box& box) {
  slots[index].held.add(box, layout.extent);
  slots[index].generation = ++generations_;
  const Context& first = contexts.front();
  shared_ = shared_ || (&slots != &first.input && &slots != &first.weight && &slots != &first.output);
  if (!shared_) return;
  const int64_t begin = layout.slot_offset(index);
  lose(slots, index, begin, begin + layout.slot_bytes());
}

// Slots of other tensors that lie in bytes which were written.
void BufferState::lose(const std::array<Slot, 2>& keeper, unsigned index, int64_t first, int64_t end) {
  const auto lose_slots = [&](std::array<Slot, 2>& slots, const SlotLayout& layout) {
    for (unsigned i = 0; i < slots.size(); ++i) {
      const int64_t begin = layout.slot_offset(i);
      if (&slots == &keeper && i == index) continue;
      if (begin < end && first < begin + layout.slot_bytes()) slots[i].held = {};
    }
  };
  for (Context& context : contexts) {
    const LayerConfiguration& layer = context.layer;
    if (layer.input_region < 0) lose_slots(context.input, layer.input);
    lose_slots(context.weight, layer.weight);
    lose_slots(context.output, layer.output);
  }
}

void BufferState::written(Region& region, const RegionBox& box) {
  region.note(box);
  region.generation = ++generations_;
}

bool BufferState::input_held(const Context& context, unsigned slot, const Box& box) const {
  const LayerConfiguration& layer = context.layer;
  if (layer.input_region < 0) return context.input[slot].held.contains(box);
  if (std::find(box.count.begin(), box.count.end(), 0) != box.count.end()) return true;
  RegionBox part;
  part.image = box.start[0];
  part.line = box.start[3];
  part.lines = box.count[3];
  part.column = box.start[4];
  part.columns = box.count[4];
  for (int64_t g = box.start[1]; g < box.start[1] + box.count[1]; ++g) {
    if (layer.second_region >= 0) {
      part.channel = g;
      part.channels = 1;
      for (int64_t c = box.start[2]; c < box.start[2] + box.count[2]; ++c) {
        if (!regions[static_cast<size_t>(c == 0 ? layer.input_region : layer.second_region)].holds(part))
          return false;
      }
      continue;
    }
    part.channel = g * layer.input.extent[2] + box.start[2];
    part.channels = box.count[2];
    if (!regions[static_cast<size_t>(layer.input_region)].holds(part)) return false;
  }
  return true;
}

uint64_t BufferState::input_generation(const Context& context, unsigned slot) const {
  const int64_t region = context.layer.input_region;
  return region < 0 ? context.input[slot].generation : regions[static_cast<size_t>(region)].generation;
}

}  // namespace hwcvp::hwc
