// How the loops over one dimension cut its extent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hwcvp {

// The pieces of one dimension under its loops, outermost first. Depth 0 is the whole extent, depth j the
// pieces that the first j loops leave. A loop cuts each piece into tiles and a shorter remainder, so that all
// pieces of one depth have few different sizes: at most one more than at the depth before.
class NestedTiles {
 public:
  struct SizeClass {
    int64_t size;   // of a piece
    int64_t count;  // pieces of this size
  };
  struct SizeClasses {
    const SizeClass* first;
    const SizeClass* last;
    const SizeClass* begin() const { return first; }
    const SizeClass* end() const { return last; }
  };
  // A piece inside another: where it starts in it, and its size.
  struct Piece {
    int64_t start;
    int64_t size;
  };

  explicit NestedTiles(int64_t extent);

  // Adds a loop inside the others. A tile is positive and smaller than the largest piece so far: a loop that
  // cuts nothing must be left out.
  void cut(int64_t tile);

  size_t depth() const { return levels_.size() - 1; }
  int64_t extent() const { return levels_[0].tile; }
  // Size of the largest pieces at a depth, which the first one has.
  int64_t tile(size_t depth) const { return levels_[depth].tile; }
  int64_t pieces(size_t depth) const { return levels_[depth].pieces; }
  // Sizes that occur at a depth, each once, the largest first.
  SizeClasses classes(size_t depth) const;
  // The last piece of depth `to` inside a piece of the given size at depth `from`.
  Piece last_piece(int64_t size, size_t from, size_t to) const;

 private:
  struct Level {
    int64_t tile;
    int64_t pieces;
    size_t first_class;  // in classes_
  };
  std::vector<Level> levels_;
  std::vector<SizeClass> classes_;
};

}  // namespace hwcvp
