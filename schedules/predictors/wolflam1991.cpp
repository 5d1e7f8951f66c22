#include "schedules/predictors/wolflam1991.h"

namespace hwcvp {

ElementCounts WolfLam1991::count(const Tiling& t, Innermost /*innermost*/) const {
  const int64_t trips = t.nk * t.nc * t.spatial();
  ElementCounts counts;
  counts.input = trips * t.input_tile();
  counts.weight = trips * t.weight_tile();
  counts.psum_read = trips * t.output_tile();
  counts.output_write = counts.psum_read / t.nc;
  counts.psum_write = counts.psum_read - counts.output_write;
  return counts;
}

}  // namespace hwcvp
