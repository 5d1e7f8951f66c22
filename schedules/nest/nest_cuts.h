// The loops of a schedule that cut something, and the tiles that they leave.
#pragma once

#include <cstddef>
#include <vector>

#include "schedules/math/nested_tiles.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// A loop that cuts nothing never steps and is left out.
class NestCuts {
 public:
  struct Cut {
    Dim dim;
    int position;  // in the schedule
  };

  NestCuts(const Layer& layer, const Schedule& schedule);

  // Outermost first.
  const std::vector<Cut>& cuts() const { return cuts_; }
  // The tiles of a dimension under all of its loops.
  const NestedTiles& of(Dim dim) const { return tiles_[index(dim)]; }

  // How many of the cuts lie outside a buffer level, in all and by dimension.
  size_t cuts_outside(int level) const;
  PerDim<size_t> depths(size_t cuts) const;

 private:
  std::vector<Cut> cuts_;
  std::vector<NestedTiles> tiles_;  // by dimension
};

}  // namespace hwcvp
