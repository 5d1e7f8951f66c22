// A box between memory and a buffer, as runs of bytes that are contiguous in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "models/hwc/command.h"
#include "models/hwc/layer_configuration.h"

namespace hwcvp::hwc {

// Where the elements of a box lie on chip: coordinate i of an axis is at ((i - origin) modulo extent) *
// stride bytes.
struct CircularView {
  unsigned char* data = nullptr;
  PerAxis<int64_t> extent{};
  PerAxis<int64_t> stride{};
  PerAxis<int64_t> origin{};
};

// The parts into which blocks in memory cut a box, in order; together they are the box.
struct BoxParts {
  std::array<Box, 3> part;
  size_t count = 0;
  const Box* begin() const { return part.data(); }
  const Box* end() const { return part.data() + count; }
};

// The rest of a block that is begun, whole blocks, the begin of a block; the box itself where no axis lies in
// blocks.
BoxParts parts_of(const MemoryLayout& memory, const Box& box);

// Does not merge runs that touch by accident: only along axes whose elements follow one another without gaps.
//
// Any axis may be the contiguous one, or none. Runs are as long as the box and the strides in memory allow
// (rows, planes, the whole box), also where they are scattered in the buffer; then copy_to_buffer and
// copy_from_buffer move them piecewise.
class RunWalk {
 public:
  // The box is one of parts_of(). On each axis its count is at most the buffer's extent.
  RunWalk(const MemoryLayout& memory, const Box& box, const CircularView& buffer, int64_t element_bytes);

  int64_t run_bytes() const { return run_bytes_; }
  int64_t run_count() const { return run_count_; }
  // Every run lies in the buffer as it does in memory: at data().
  bool direct() const { return direct_; }

  // Of the present run.
  uint64_t address() const { return address_; }
  unsigned char* data() const { return data_; }
  void copy_to_buffer(const unsigned char* run) const;
  void copy_from_buffer(unsigned char* run) const;

  // Goes on to the next run; false after the last one.
  bool next();

 private:
  // An axis of the buffer, and where on it the walk stands.
  struct Circle {
    int64_t extent, stride, position;
  };
  using Circles = PerAxis<Circle>;
  // A direction in memory. The axis in blocks makes two: within a block, and from block to block.
  struct Axis {
    int64_t count, memory_stride;
    size_t circle;
    int64_t step;   // on the circle, from an index to the next
    int64_t index;  // in the box
  };
  using Axes = std::array<Axis, kAxes + 1>;

  void insert(const Axis& axis);
  // Steps an axis; false, back at index 0, after its last index. Moves a pointer along.
  static bool step(Axis& axis, Circles& circles, unsigned char*& data);
  static void move(Circle& circle, int64_t steps, unsigned char*& data);
  template <typename Copy>
  void for_each_piece(unsigned char* run, const Copy& copy) const;

  Axes axes_;  // with more than one element, by stride in memory
  Circles circles_;
  size_t axis_count_ = 0;
  size_t merged_ = 0;  // leading axes that make up a run
  int64_t element_bytes_;
  int64_t run_bytes_;
  int64_t run_count_ = 1;
  bool direct_ = true;
  uint64_t address_;
  unsigned char* data_;
};

}  // namespace hwcvp::hwc
