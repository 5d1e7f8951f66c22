// Reuse within a tile only.
#pragma once

#include "schedules/predictors/tile_model.h"

namespace hwcvp {

// After M. Peemen, A. A. A. Setio, B. Mesman, H. Corporaal, "Memory-centric accelerator design for
// convolutional neural networks", ICCD 2013. Recalled rather than read.
//
// Each tile loads its inputs and weights, whatever the tile before it held, so that the order of the tile
// loops does not matter: inputs K-tiles times with their halos, weights once for each spatial tile. Halo:
// each tile loads its own; input tiles at full size, weights and outputs as large as they are. Partial sums:
// an output is written once for each tile of input channels, and read back for all but the first.
class Peemen2013 : public TileModel {
 public:
  std::string name() const override { return "peemen2013"; }

 protected:
  ElementCounts count(const Tiling& tiling, Innermost innermost) const override;
  std::vector<std::vector<Dim>> orders() const override { return {{Dim::K, Dim::C, Dim::OY, Dim::OX}}; }
};

}  // namespace hwcvp
