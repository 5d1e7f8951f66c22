// Models that cut the nest into tiles of one size for all arrays.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schedules/predictors/earlier_model.h"
#include "schedules/predictors/plain_nest.h"

namespace hwcvp {

struct TileSize {
  int64_t k, c, y, x;
};

// Tiles of output and input channels, output rows and columns; the filter stays whole.
struct Tiling {
  const ConvShape& shape;
  int64_t k, c, y, x;      // tile sizes
  int64_t nk, nc, ny, nx;  // tiles, the last possibly shorter

  Tiling(const ConvShape& layer, const TileSize& size);

  int64_t spatial() const { return ny * nx; }
  int64_t input_tile() const { return c * shape.input_rows(y) * shape.input_columns(x); }
  int64_t weight_tile() const { return k * c * shape.fy * shape.fx; }
  int64_t output_tile() const { return k * y * x; }
  // Input elements of all spatial tiles with their halos, all channels.
  int64_t input_with_halo() const {
    return shape.c * spatial() * shape.input_rows(y) * shape.input_columns(x);
  }
};

// The innermost tile loop that cuts something; none where one tile is all.
using Innermost = std::optional<Dim>;

// Each buffer holds a tile, Tc*iy*ix + Tm*Tc*FH*FW + Tm*Ty*Tx together, at full size. Cannot express buffers
// that hold more than the tile, several loops of a dimension, or loops over the filter.
class TileModel : public EarlierModel {
 public:
  Prediction predict(const Layer& layer, const Schedule& schedule) const final;
  ModelChoice choose(const Layer& layer, int64_t buffer_bytes) const final;

 protected:
  virtual ElementCounts count(const Tiling& tiling, Innermost innermost) const = 0;
  // The orders of tile loops that the formula tells apart, outermost first.
  virtual std::vector<std::vector<Dim>> orders() const = 0;
  // Throws InputError for what else the model cannot express.
  virtual void check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const;
  // How input tiles are taken, and whether there are two buffers for each array.
  virtual InputReuse reuse(Innermost innermost) const;
  virtual bool double_buffered() const { return false; }
};

// Every tile loads its inputs, with the halo at full size, and its weights; outputs are written once for each
// tile of input channels and read back for all but the first. Weights and outputs count as large as they are.
ElementCounts tile_by_tile(const Tiling& tiling);

// An order for each loop that can be innermost, the others as in K, C, OY, OX.
std::vector<std::vector<Dim>> orders_by_innermost();

}  // namespace hwcvp
