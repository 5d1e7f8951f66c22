// Parts of the buffer memory that hold tensors between operators.
#pragma once

#include <cstdint>
#include <vector>

#include "models/hwc/command.h"
#include "models/hwc/layer_configuration.h"
#include "models/hwc/run_walk.h"

namespace hwcvp::hwc {

// The box of channels, lines and columns of one image, on the axes of an input whose groups are one.
struct RegionBox {
  int64_t image = 0;
  int64_t channel = 0, channels = 0;
  int64_t line = 0, lines = 0;
  int64_t column = 0, columns = 0;

  bool empty() const { return channels == 0 || lines == 0 || columns == 0; }
  Box box() const { return {{image, 0, channel, line, column}, {1, 1, channels, lines, columns}}; }
};

// Does not know every element: for each line of each channel that lies there it keeps the span of columns
// that was written last.
//
// A tensor's lines and columns, each circular, of elements of 8 bits: what one context delivers and others
// read, and what is moved between memory and here.
struct Region {
  SlotLayout layout;  // extents 1, 1, channels, lines, columns; empty: not defined
  MemoryLayout memory;
  uint64_t generation = 0;  // differs from all others after each change of contents

  bool defined() const { return !layout.empty; }
  int64_t channels() const { return layout.extent[2]; }
  int64_t lines() const { return layout.extent[3]; }
  int64_t columns() const { return layout.extent[4]; }

  // Whether a box is within the channels and no larger than the region.
  bool fits(const RegionBox& box) const;
  // All of it lies here.
  bool holds(const RegionBox& box) const;
  // It was written. What shared its places is lost.
  void note(const RegionBox& box);
  void forget() { rows_.clear(); }

  // `memory_data` is the buffer memory.
  CircularView view(unsigned char* memory_data) const {
    return {memory_data + layout.offset, layout.extent, layout.strides()};
  }
  // Writes a box from elements that are dense in the order channels, lines, columns.
  void put(const RegionBox& box, const unsigned char* elements, unsigned char* memory_data) const;

 private:
  // A line of one channel.
  struct Row {
    int64_t image = -1, line = -1;
    int64_t first = 0, end = 0;  // columns
  };
  size_t row_of(int64_t channel, int64_t line) const {
    return static_cast<size_t>(channel * lines() + line % lines());
  }

  std::vector<Row> rows_;  // empty: nothing is held
};

}  // namespace hwcvp::hwc
