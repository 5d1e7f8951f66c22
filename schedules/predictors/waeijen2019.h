// Tiles, and unit loops in them with a store level for each array.
#pragma once

#include "schedules/predictors/nest_model.h"

namespace hwcvp {

// After L. Waeijen, S. Sioutas, Y. He, M. Peemen, H. Corporaal, "Automatic memory-efficient scheduling of
// CNNs", SAMOS 2019. Read: its code, for one layer without fusion.
//
// Loops over tiles (of output channels, input channels, rows, columns), and inside them unit loops through a
// tile; each array has a store level among the latter, outputs anywhere. Inputs load their volume once for
// each tile, and again for each turn of the unit loops outside their store; weights once for each turn of
// rows and columns outside theirs and each tile of them; loops over tiles count even where they do not index
// an array. Halo: each load brings its own; a store folds along the unit loop over rows or columns right
// inside it, so that its lines slide past (input_reuse sliding), and the loop over input channels around that
// one. Partial sums: every visit reads and writes, but for the first read. Output tiles count at full size.
// Cannot express loops over the filter, a dimension cut otherwise than into tiles and unit loops, or inputs
// or weights stored outside a loop over tiles. Own space: tiles of powers of two or whole, unit loops in any
// order, any tile loop innermost and C, K, OY, OX around it from the inside out, any store level.
class Waeijen2019 : public NestModel {
 public:
  std::string name() const override { return "waeijen2019"; }

 protected:
  void check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const override;
  int64_t visits(const PlainNest& nest, Tensor tensor, size_t level) const override;
  void count_outputs(const PlainNest& nest, int64_t visits, ElementCounts& counts) const override;
  void for_each_nest(const ConvShape& shape, const Visit& visit) const override;
  size_t outermost_level(const PlainNest& nest, Tensor tensor) const override;
  InputReuse reuse(const PlainNest& nest) const override;
};

}  // namespace hwcvp
