// How many runs, bursts and bus beats it takes to move boxes of a tensor.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "schedules/bursts/tensor_layout.h"

namespace hwcvp {

// What decides how a run of bytes becomes transactions.
struct BurstRules {
  int64_t max_burst_bytes = 4096;  // a power of two; no burst crosses a multiple of it
  bool aligned_bursts = false;     // a burst is a power of two and begins at a multiple of itself
  int64_t bus_width_bytes = 16;    // a power of two
};

struct TransferCount {
  int64_t runs = 0;    // pieces of boxes that are contiguous in memory
  int64_t bursts = 0;  // transactions
  int64_t beats = 0;   // words of the bus, aligned to its width, that the bursts touch; each burst its own

  TransferCount& operator+=(const TransferCount& other);
  TransferCount& operator-=(const TransferCount& other);
};
TransferCount operator*(int64_t times, const TransferCount& count);
bool operator==(const TransferCount& a, const TransferCount& b);
inline bool operator!=(const TransferCount& a, const TransferCount& b) { return !(a == b); }

// The bursts of one run of `bytes` bytes.
TransferCount count_run(int64_t address, int64_t bytes, const BurstRules& rules);

// A tensor in memory, with the element at coordinates 0 at `base`.
struct TensorInMemory {
  TensorStrides strides;
  int64_t base = 0;
  int64_t element_bytes = 1;
};

struct Interval {
  int64_t first = 0;
  int64_t count = 0;  // may be 0
};

// Intervals on one axis of a tensor, each any number of times, reduced to what bursts depend on: how many
// coordinates, and where they start modulo the burst size. Parts of an interval in different blocks of a
// layout are kept apart, as the DMA keeps them: the rest of a block that is begun, whole blocks, the begin of
// a block.
class AxisIntervals {
 public:
  AxisIntervals(const TensorInMemory& tensor, size_t axis, const BurstRules& rules)
      : tensor_(&tensor), axis_(axis), modulus_(rules.max_burst_bytes) {}

  void add(const Interval& interval, int64_t times = 1);
  bool empty() const { return classes_.empty(); }

 private:
  friend TransferCount count_boxes(const TensorInMemory&, const PerTensorAxis<const AxisIntervals*>&,
                                   const BurstRules&);
  // Elements within a block and blocks, or elements and 1.
  using Shape = std::pair<int64_t, int64_t>;
  using Starts = std::map<int64_t, int64_t>;  // offset modulo the burst size, and how many

  void add_part(int64_t first, const Shape& shape, int64_t times);

  const TensorInMemory* tensor_;
  size_t axis_;
  int64_t modulus_;
  std::map<Shape, Starts> classes_;
};

// All boxes that have one of the given intervals on each axis. The cost grows with the different extents of
// the intervals and with the burst size, not with the number of boxes or runs.
TransferCount count_boxes(const TensorInMemory& tensor, const PerTensorAxis<const AxisIntervals*>& intervals,
                          const BurstRules& rules);

// One box.
TransferCount count_box(const TensorInMemory& tensor, const PerTensorAxis<Interval>& box,
                        const BurstRules& rules);

}  // namespace hwcvp
