#include "schedules/math/nested_tiles.h"

#include <algorithm>

namespace hwcvp {

NestedTiles::NestedTiles(int64_t extent) : levels_{{extent, 1, 0}}, classes_{{extent, 1}} {}

NestedTiles::SizeClasses NestedTiles::classes(size_t depth) const {
  const size_t last = depth + 1 < levels_.size() ? levels_[depth + 1].first_class : classes_.size();
  return {classes_.data() + levels_[depth].first_class, classes_.data() + last};
}

void NestedTiles::cut(int64_t tile) {
  const size_t parents = levels_.back().first_class;
  const size_t full =
      classes_.size();  // the class of the full tiles; remainders come behind it, in descending order
  classes_.push_back({tile, 0});
  int64_t pieces = 0;

  const auto add_remainders = [&](int64_t size, int64_t count) {
    const auto place = std::find_if(classes_.begin() + static_cast<ptrdiff_t>(full), classes_.end(),
                                    [&](const SizeClass& other) { return other.size <= size; });
    if (place != classes_.end() && place->size == size) {
      place->count += count;
    } else {
      classes_.insert(place, {size, count});
    }
  };
  for (size_t i = parents; i < full; ++i) {
    const SizeClass parent = classes_[i];
    const int64_t tiles = parent.size / tile;
    const int64_t remainder = parent.size - tiles * tile;
    classes_[full].count += tiles * parent.count;
    if (remainder > 0) add_remainders(remainder, parent.count);
    pieces += (tiles + (remainder > 0 ? 1 : 0)) * parent.count;
  }
  levels_.push_back({tile, pieces, full});
}

NestedTiles::Piece NestedTiles::last_piece(int64_t size, size_t from, size_t to) const {
  Piece piece{0, size};
  for (size_t depth = from + 1; depth <= to; ++depth) {
    const int64_t start = (piece.size - 1) / tile(depth) * tile(depth);
    piece = {piece.start + start, piece.size - start};
  }
  return piece;
}

}  // namespace hwcvp
