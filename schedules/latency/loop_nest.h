// The loops of a schedule at one position.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "schedules/geometry/range.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp::latency {

// Where ranges are asked for: at the buffer of a tensor, or inside all loops.
enum class Place : uint8_t { input, weight, output, leaf };
inline constexpr size_t kPlaces = 4;
constexpr size_t index(Place place) { return static_cast<size_t>(place); }

// Entries are eight roots, one for each dimension in its whole extent, and behind them the loops that cut
// something, outermost first.
class LoopNest {
 public:
  static constexpr size_t kRoots = kDimCount;

  struct Entry {
    Dim dim;
    size_t parent;  // whose pieces it cuts
    int64_t tile;
    int64_t start;  // of the present piece
    int64_t limit;  // where the piece of its parent ends
    Range range() const { return {start, start + tile < limit ? start + tile : limit}; }
  };

  LoopNest(const Layer& layer, const Schedule& schedule);

  size_t size() const { return entries_.size(); }
  Entry& operator[](size_t entry) { return entries_[entry]; }
  const Entry& operator[](size_t entry) const { return entries_[entry]; }
  // Entries outside a place.
  size_t level(Place place) const { return levels_[index(place)]; }
  // The entry that cuts a dimension last outside a place.
  size_t innermost(Place place, Dim dim) const { return innermost_[index(place)][hwcvp::index(dim)]; }
  Range range(Place place, Dim dim) const { return entries_[innermost(place, dim)].range(); }
  // The range of a dimension outside an entry.
  Range range_outside(size_t entry, Dim dim) const;
  // The piece of a dimension that holds an index, where the entries before `level` cut the whole extent.
  Range piece_at(size_t level, Dim dim, int64_t at) const;
  // The range may have changed where `moved` was the outermost entry to move.
  bool moved(Place place, Dim dim, size_t moved) const { return innermost(place, dim) >= moved; }

 private:
  std::vector<Entry> entries_;
  std::array<size_t, kPlaces> levels_{};
  std::array<PerDim<size_t>, kPlaces> innermost_{};
};

}  // namespace hwcvp::latency
