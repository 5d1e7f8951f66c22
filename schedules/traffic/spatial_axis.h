// Sums along the rows or columns of the input over the changes of its region; axis_sums.h has those of other
// axes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "schedules/geometry/input_axis.h"
#include "schedules/math/nested_tiles.h"
#include "schedules/math/start_set.h"
#include "schedules/nest/schedule.h"
#include "schedules/traffic/axis_sums.h"

namespace hwcvp {

// The regions of an input axis whose outputs and taps are cut by nested tiles.
class SpatialAxis {
 public:
  // Refers to the tiles of OY and FY, or OX and FX, which must outlive it.
  SpatialAxis(const InputAxis& axis, InputReuse reuse, const NestedTiles& out, size_t out_buffer_depth,
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
  AxisSum sum(const StartSet& a, const Change& change_a, int64_t scale_a, const StartSet& b,
              const Change& change_b, int64_t scale_b) const;

  InputAxis axis_;
  InputReuse reuse_;
  Lines out_;
  Lines filter_;
};

}  // namespace hwcvp
