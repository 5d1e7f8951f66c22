#include "models/hwc/region.h"

#include <algorithm>
#include <cstring>

namespace hwcvp::hwc {

bool Region::fits(const RegionBox& box) const {
  return defined() && box.channel + box.channels <= channels() && box.lines <= lines() &&
         box.columns <= columns();
}

bool Region::holds(const RegionBox& box) const {
  if (box.empty()) return true;
  if (rows_.empty()) return false;
  for (int64_t channel = box.channel; channel < box.channel + box.channels; ++channel) {
    for (int64_t line = box.line; line < box.line + box.lines; ++line) {
      const Row& row = rows_[row_of(channel, line)];
      if (row.image != box.image || row.line != line || box.column < row.first ||
          box.column + box.columns > row.end) {
        return false;
      }
    }
  }
  return true;
}

void Region::note(const RegionBox& box) {
  if (rows_.empty()) rows_.resize(static_cast<size_t>(channels() * lines()));
  const int64_t first = box.column;
  const int64_t end = box.column + box.columns;
  for (int64_t channel = box.channel; channel < box.channel + box.channels; ++channel) {
    for (int64_t line = box.line; line < box.line + box.lines; ++line) {
      Row& row = rows_[row_of(channel, line)];
      const bool goes_on = row.image == box.image && row.line == line && first <= row.end && end >= row.first;
      if (!goes_on) {
        row = {box.image, line, first, end};
      } else if (end > row.end) {
        row.end = end;
        row.first = std::max(std::min(row.first, first), end - columns());
      } else if (first < row.first) {
        row.first = first;
        row.end = std::min(row.end, first + columns());
      }
    }
  }
}

void Region::put(const RegionBox& box, const unsigned char* elements, unsigned char* memory_data) const {
  const PerAxis<int64_t> stride = layout.strides();
  const int64_t position = box.column % columns();
  const int64_t before_wrap = std::min(box.columns, columns() - position);
  for (int64_t channel = box.channel; channel < box.channel + box.channels; ++channel) {
    for (int64_t line = box.line; line < box.line + box.lines; ++line) {
      unsigned char* const row =
          memory_data + layout.offset + channel * stride[2] + line % lines() * stride[3];
      std::memcpy(row + position, elements, static_cast<size_t>(before_wrap));
      std::memcpy(row, elements + before_wrap, static_cast<size_t>(box.columns - before_wrap));
      elements += box.columns;
    }
  }
}

}  // namespace hwcvp::hwc
