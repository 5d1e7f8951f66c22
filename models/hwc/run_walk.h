// A box between memory and a buffer, as runs of bytes that are contiguous in memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "models/hwc/command.h"
#include "models/hwc/layer_configuration.h"

namespace hwcvp {

// Where the elements of a box lie on chip: coordinate i of an axis is at (i modulo extent) * stride bytes.
struct CircularView {
  unsigned char* data = nullptr;
  PerAxis<int64_t> extent{};
  PerAxis<int64_t> stride{};
};

// Does not merge runs that touch by accident: only along axes whose elements follow one another without gaps.
//
// Any axis may be the contiguous one, or none. Runs are as long as the box and the strides in memory allow
// (rows, planes, the whole box), also where they are scattered in the buffer; then copy_to_buffer and
// copy_from_buffer move them piecewise.
class RunWalk {
 public:
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
  struct Axis {
    int64_t count, memory_stride, buffer_stride, extent;
    int64_t start;     // position in the buffer of index 0
    int64_t index;     // in the box
    int64_t position;  // in the buffer
  };

  // Steps an axis; false, back at index 0, after its last index. Moves a pointer along.
  static bool step(Axis& axis, unsigned char*& data);
  template <typename Copy>
  void for_each_piece(unsigned char* run, const Copy& copy) const;

  std::array<Axis, kAxes> axes_;  // with more than one element, by stride in memory
  size_t axis_count_ = 0;
  size_t merged_ = 0;  // leading axes that make up a run
  int64_t element_bytes_;
  int64_t run_bytes_;
  int64_t run_count_ = 1;
  bool direct_ = true;
  uint64_t address_;
  unsigned char* data_;
};

}  // namespace hwcvp
