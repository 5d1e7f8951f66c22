#include "schedules/predictors/zhang2015.h"

namespace hwcvp {

ElementCounts Zhang2015::count(const Tiling& t, Innermost innermost) const {
  const int64_t output_tiles = t.nk * t.spatial();
  const int64_t trips = output_tiles * t.nc;
  ElementCounts counts;
  counts.input = trips * t.input_tile();
  counts.weight = trips * t.weight_tile();
  if (innermost == Dim::K) counts.input /= t.nk;
  if (innermost == Dim::OY) counts.weight /= t.ny;
  if (innermost == Dim::OX) counts.weight /= t.nx;
  counts.output_write = output_tiles * t.output_tile();
  if (t.nc > 1 && innermost != Dim::C) {
    counts.psum_read = trips * t.output_tile();
    counts.psum_write = counts.psum_read - counts.output_write;
  }
  return counts;
}

}  // namespace hwcvp
