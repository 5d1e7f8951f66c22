// Tiles at full size, one array hoisted out of the innermost tile loop.
#pragma once

#include "schedules/predictors/tile_model.h"

namespace hwcvp {

// After C. Zhang, P. Li, G. Sun, Y. Guan, B. Xiao, J. Cong, "Optimizing FPGA-based accelerator design for
// deep convolutional neural networks", FPGA 2015. Recalled rather than read: the trip counts; its buffer
// sizes are those of TileModel.
//
// Every tile travels at full size, those at the borders too. Inputs and weights make nk*nc*ny*nx trips; an
// array that the innermost tile loop does not index is hoisted out of that loop, and of that one only. Halo:
// each tile loads its own, sharing nothing with its neighbours. Partial sums: an output tile is read and
// written at every trip, the first read included; with the loop over input channels innermost, or not cut, it
// is only written, once complete.
class Zhang2015 : public TileModel {
 public:
  std::string name() const override { return "zhang2015"; }

 protected:
  ElementCounts count(const Tiling& tiling, Innermost innermost) const override;
  std::vector<std::vector<Dim>> orders() const override { return orders_by_innermost(); }
};

}  // namespace hwcvp
