// One of three arrays stays in place.
#pragma once

#include "schedules/predictors/tile_model.h"

namespace hwcvp {

// After J. Li, G. Yan, W. Lu, S. Jiang, S. Gong, J. Wu, X. Li, "SmartShuttle: optimizing off-chip memory
// accesses for deep learning accelerators", DATE 2018. Recalled rather than read.
//
// The innermost tile loops decide which array stays: with input channels innermost outputs, with rows and
// columns innermost weights, with output channels innermost inputs. That array moves once, the others as in
// peemen2013. Cannot express an order in which none stays: rows or columns innermost with channels between
// them. Halo: each tile loads its own, input tiles at full size. Partial sums: written for each tile of input
// channels and read back for all but the first, unless outputs stay.
class SmartShuttle2018 : public TileModel {
 public:
  std::string name() const override { return "smartshuttle2018"; }

 protected:
  ElementCounts count(const Tiling& tiling, Innermost innermost) const override;
  std::vector<std::vector<Dim>> orders() const override;
  void check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const override;
};

}  // namespace hwcvp
