// Reuse inside the tile only, all or nothing.
#pragma once

#include "schedules/predictors/tile_model.h"

namespace hwcvp {

// After M. E. Wolf, M. S. Lam, "A data locality optimizing algorithm", PLDI 1991. Recalled rather than read,
// and written for caches: the loops inside the tile are the localized space, in which the buffers hold all
// that is used again.
//
// All reuse in the localized space is had, none across it: every tile fetches all three arrays, whatever the
// tile before it held. The order of the tile loops does not matter. Tiles count at full size. Halo: none of a
// sliding window is kept between tiles; each fetches its own. Partial sums: an output tile is fetched and
// written back at every trip, the first included.
class WolfLam1991 : public TileModel {
 public:
  std::string name() const override { return "wolflam1991"; }

 protected:
  ElementCounts count(const Tiling& tiling, Innermost innermost) const override;
  std::vector<std::vector<Dim>> orders() const override { return {{Dim::K, Dim::C, Dim::OY, Dim::OX}}; }
};

}  // namespace hwcvp
