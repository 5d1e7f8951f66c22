// How the region of a tensor changes, axis by axis, as intervals that the DMA moves.
#pragma once

#include <array>
#include <functional>

#include "schedules/bursts/transfer_count.h"
#include "schedules/geometry/input_axis.h"
#include "schedules/nest/nest_cuts.h"

namespace hwcvp {

// What happens on one axis over some changes of region. Regions are boxes and axes are independent: the
// changes are all combinations of what the axes have.
struct AxisChanges {
  AxisIntervals next;    // of the new regions
  AxisIntervals kept;    // of those new regions that keep all of the old one, or under sliding some of it
  AxisIntervals edges;   // rows and columns under sliding: what lies before and behind the part that is kept
  AxisIntervals shared;  // and that part
};

// The changes of one tensor's region under a schedule, the first region included.
class RegionChanges {
 public:
  using Visit = std::function<void(const PerTensorAxis<AxisChanges>& axes, int64_t times)>;

  // `memory` and `cuts` must outlive it. `poll`, if set, is called every some thousand pieces, and may throw.
  RegionChanges(const Layer& layer, const Schedule& schedule, const NestCuts& cuts, Tensor tensor,
                const TensorInMemory& memory, const BurstRules& rules, std::function<void()> poll = nullptr);

  // Calls visit for the first region, and for each loop with all changes that its steps make. All of them
  // happen `times` times over.
  void for_each_change(const Visit& visit) const;

  // How many pieces for_each_change() and all_regions() go through together.
  double steps() const;

  // All different regions, each once. Only for tensors whose regions are equal or disjoint.
  PerTensorAxis<AxisChanges> all_regions() const;

 private:
  void count_piece() const;
  AxisChanges none(size_t axis) const;
  AxisChanges first(size_t axis) const;
  // While a loop of another axis steps.
  AxisChanges held(size_t axis, const PerDim<size_t>& depth) const;
  double pieces(size_t axis, const PerDim<size_t>& depth) const;
  // While the loop at the depth of `dim` steps, which moves this axis.
  AxisChanges stepped(size_t axis, Dim dim, const PerDim<size_t>& depth) const;
  void add(const Interval& old, const Interval& next, AxisChanges& changes) const;
  Interval hull(size_t axis, const NestedTiles::Piece& outputs, const NestedTiles::Piece& filter) const;
  bool moves(Dim dim, size_t axis) const;
  size_t depth_in_buffer(Dim dim) const { return buffer_depth_[index(dim)]; }

  const std::array<InputAxis, 2> input_axes_;  // rows, columns
  const NestCuts& cuts_;
  const Tensor tensor_;
  const InputReuse reuse_;
  const TensorInMemory& memory_;
  const BurstRules rules_;
  const size_t cut_count_;
  const PerDim<size_t> buffer_depth_;
  const std::function<void()> poll_;
  mutable size_t pieces_ = 0;  // gone through since the last poll
};

}  // namespace hwcvp
