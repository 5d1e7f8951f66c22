// Sums along one axis of a tensor over the changes of its region.
//
// The loops outside a buffer walk like an odometer: when a loop steps, those inside it that the buffer sees
// return from their last pieces to their first. A region is a box, and the dimensions are independent, so
// what a loop's steps bring in all its positions together is a product over the axes. An axis contributes
//   step: where one of its own loops steps, a sum over the pairs of neighbouring pieces that the loop makes;
//   hold: where a loop of another axis steps, a sum over the pieces that the loops outside that one leave.
// Both depend only on the tiles of the axis's own dimensions and on few small numbers (depths), so that a
// search may keep them. Depths count the loops of one dimension; `buffer_depth` is how many of them are
// outside the buffer. All tiles are proper: loops that cut nothing are left out, since they never step.
#pragma once

#include <cstddef>
#include <cstdint>

#include "schedules/math/nested_tiles.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// Two sums over changes of region, along one axis: the extent of the new region, and the part of it that need
// not be read. Products over all axes give elements.
struct AxisSum {
  int64_t fresh = 0;
  int64_t kept = 0;
};

// An axis that is one dimension of the nest: a region is a piece, and two regions are equal or disjoint.
AxisSum hold_sum(const NestedTiles& tiles, size_t buffer_depth, size_t depth);
// The loop at `depth` (1 is the outermost one) steps.
AxisSum step_sum(const NestedTiles& tiles, size_t buffer_depth, size_t depth);

// A dimension that does not index the tensor: it only repeats changes, its extent counts as 1.
AxisSum hold_count(const NestedTiles& tiles, size_t depth);
AxisSum step_count(const NestedTiles& tiles, size_t depth);

// Rows or columns of the input: the hull of output lines times stride plus filter lines times dilation,
// clipped to the lines that exist.
class SpatialAxis {
 public:
  // axis: 0 rows, 1 columns. Refers to the tiles of OY and FY, or OX and FX, which must outlive it.
  SpatialAxis(const Layer& layer, int axis, InputReuse reuse, const NestedTiles& out, size_t out_buffer_depth,
              const NestedTiles& filter, size_t filter_buffer_depth);

  // Extent of the very first region.
  int64_t first() const;
  AxisSum hold(size_t out_depth, size_t filter_depth) const;
  // The loop at out_depth over output lines steps, inside the first filter_depth loops over filter lines.
  AxisSum step_out(size_t out_depth, size_t filter_depth) const;
  // The loop at filter_depth over filter lines steps, inside the first out_depth loops over output lines.
  AxisSum step_filter(size_t out_depth, size_t filter_depth) const;
  // The largest extent that any region has.
  int64_t largest() const;

 private:
  // One of the two dimensions, and how far one line of it moves the hull.
  struct Lines {
    const NestedTiles& tiles;
    size_t buffer_depth;
    int64_t scale;
  };
  struct Change;
  AxisSum step(const Lines& moving, size_t moving_depth, const Lines& other, size_t other_depth) const;
  Change change_inside(const Lines& lines, int64_t size, size_t depth) const;
  AxisSum sum(const class StartSet& a, const Change& change_a, int64_t scale_a, const class StartSet& b,
              const Change& change_b, int64_t scale_b) const;

  InputReuse reuse_;
  int64_t lines_ = 0;   // that exist
  int64_t offset_ = 0;  // of the first line of the first hull
  Lines out_;
  Lines filter_;
};

}  // namespace hwcvp
