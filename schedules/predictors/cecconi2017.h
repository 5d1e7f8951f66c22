// Double-buffered tiles.
#pragma once

#include "schedules/predictors/tile_model.h"

namespace hwcvp {

// After L. Cecconi, S. Smets, L. Benini, M. Verhelst, "Optimal tiling strategy for memory bandwidth reduction
// for CNNs", ACIVS 2017. Read: the abstract (double-buffered tiles, and that the fullest buffer is not the
// one with the least traffic). Its bandwidth formula is recalled: what each tile needs is fetched for it.
//
// Two buffers for each array, so that tiles take half of the memory; cannot express single-buffered
// schedules. Traffic as in peemen2013, whatever the order of the tile loops. Halo: each tile loads its own,
// input tiles at full size. Partial sums: written for each tile of input channels and read back for all but
// the first.
class Cecconi2017 : public TileModel {
 public:
  std::string name() const override { return "cecconi2017"; }

 protected:
  ElementCounts count(const Tiling& tiling, Innermost innermost) const override;
  std::vector<std::vector<Dim>> orders() const override { return {{Dim::K, Dim::C, Dim::OY, Dim::OX}}; }
  void check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const override;
  bool double_buffered() const override { return true; }
};

}  // namespace hwcvp
