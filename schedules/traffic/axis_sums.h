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

}  // namespace hwcvp
