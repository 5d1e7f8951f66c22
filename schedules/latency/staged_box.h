// The box that stands in the registers of the HWC.
#pragma once

#include "schedules/latency/control_processor.h"
#include "schedules/latency/transfer.h"

namespace hwcvp::latency {

// The firmware writes only registers whose value differs. Every change to a box that may be staged goes this
// way.
class StagedBox {
 public:
  explicit StagedBox(ControlProcessor& processor) : processor_(processor) {}

  // Makes `box` the staged one.
  void stage(const Box& box) {
    if (staged_ == &box) return;
    processor_.work(FirmwareCosts::staged_box);
    for (size_t axis = 0; axis < kAxes; ++axis) {
      const int64_t writes =
          (staged_->start[axis] != box.start[axis]) + (staged_->count[axis] != box.count[axis]);
      if (writes != 0) processor_.work(FirmwareCosts::staged_axis);
      write(writes);
    }
    staged_ = &box;
  }
  // Changes an axis of a box; returns whether it did.
  bool set(Box& box, size_t axis, int64_t start, int64_t count) {
    const int64_t writes = (box.start[axis] != start) + (box.count[axis] != count);
    if (writes == 0) return false;
    if (staged_ == &box) write(writes);
    box.start[axis] = start;
    box.count[axis] = count;
    return true;
  }

 private:
  void write(int64_t registers) {
    processor_.work(FirmwareCosts::box_register, registers);
    processor_.access_registers(registers);
  }

  ControlProcessor& processor_;
  const Box zero_;
  const Box* staged_ = &zero_;
};

}  // namespace hwcvp::latency
