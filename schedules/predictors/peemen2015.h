// Reuse between neighbouring tiles of the innermost loop.
#pragma once

#include "schedules/predictors/tile_model.h"

namespace hwcvp {

// After M. Peemen, B. Mesman, H. Corporaal, "Inter-tile reuse optimization applied to bandwidth constrained
// embedded accelerators", DATE 2015. Recalled rather than read.
//
// As peemen2013, but an array that the innermost tile loop does not index is not loaded again by that loop.
// Halo: where the innermost loop runs over rows or columns, only new lines are loaded along it, and the
// schedule must keep lines (input_reuse sliding); in the other direction, and under any other loop, each tile
// loads its halo. Partial sums: as in peemen2013; with the loop over input channels innermost outputs are
// written once.
class Peemen2015 : public TileModel {
 public:
  std::string name() const override { return "peemen2015"; }

 protected:
  ElementCounts count(const Tiling& tiling, Innermost innermost) const override;
  std::vector<std::vector<Dim>> orders() const override { return orders_by_innermost(); }
  void check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const override;
  InputReuse reuse(Innermost innermost) const override;
};

}  // namespace hwcvp
