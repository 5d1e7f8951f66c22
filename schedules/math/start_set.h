// Where the pieces of one dimension start, as a compact set of numbers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "schedules/math/lattice_sums.h"
#include "schedules/math/nested_tiles.h"

namespace hwcvp {

// An arithmetic progression: first, first + step, ..., `count` numbers in all.
struct Run {
  int64_t first = 0;
  int64_t step = 1;
  int64_t count = 1;
};

// The numbers start + r, for the starts of all pieces that have one size at one depth of nested tiles, and
// for all r of a run. Held as nested progressions that share their parts, so that its size does not depend on
// how many numbers it has.
class StartSet {
 public:
  // A set of numbers: a run, or `parts` that are each copies of a smaller set.
  struct Part {
    size_t child;  // place of the smaller set
    Run shift;     // one copy at each of these
  };
  struct Node {
    int64_t count = 0;
    int64_t min = 0;
    int64_t max = 0;
    int128 sum = 0;
    int64_t step = 1;
    bool is_run = false;  // then it is the run {min, step, count} and has no parts
    size_t part_count = 0;
    std::array<Part, 2> parts = {};
  };

  // Pieces of `size` at `depth`, which must occur there.
  StartSet(const NestedTiles& tiles, size_t depth, int64_t size, const Run& run = {});

  const Node& root() const { return root_; }
  const Node& child(const Part& part) const { return nodes_[part.child]; }
  int64_t count() const { return root_.count; }

 private:
  struct Piece {
    size_t depth;
    int64_t size;
    bool operator<(const Piece& other) const {
      return depth != other.depth ? depth < other.depth : size < other.size;
    }
  };
  Node build(const NestedTiles& tiles, const Piece& piece, const Piece& target, const Run& run);
  void append(Node& node, const Node& copy, const Run& shift);
  size_t store(const Node& node);

  std::vector<Node> nodes_;
  std::map<Piece, Node> known_;  // pieces that several others contain
  Node root_;
};

// The numbers scale_a * x + scale_b * y for all x of a and y of b. Scales are positive, numbers below 2^35.
// Sums take time for how deep the sets nest, not for how many numbers they have, with one exception: where
// one of them is not a run, its parts that lie across zero or the width for some y are looked into one by
// one.
class SumSet {
 public:
  SumSet(const StartSet& a, int64_t scale_a, const StartSet& b, int64_t scale_b)
      : a_(a), b_(b), scale_a_(scale_a), scale_b_(scale_b) {}

  int64_t count() const { return a_.count() * b_.count(); }
  int64_t min() const { return scale_a_ * a_.root().min + scale_b_ * b_.root().min; }
  int64_t max() const { return scale_a_ * a_.root().max + scale_b_ * b_.root().max; }

  // Sum of min(max(x + offset, 0), width) over all numbers x of the set. `width` is not negative.
  int64_t clamped_sum(int64_t offset, int64_t width) const;
  // How many numbers are at least `least`.
  int64_t count_from(int64_t least) const { return clamped_sum(1 - least, 1); }
  // The largest number below `bound`, and the smallest that is at least `bound`.
  std::optional<int64_t> last_before(int64_t bound) const;
  std::optional<int64_t> first_from(int64_t bound) const;

 private:
  int128 ramp(int64_t offset, const StartSet::Node& a, const StartSet::Node& b) const;
  template <bool kSplitA>
  int128 ramp_of_parts(int64_t offset, const StartSet::Node& split, const StartSet::Node& other) const;

  const StartSet& a_;
  const StartSet& b_;
  int64_t scale_a_;
  int64_t scale_b_;
};

}  // namespace hwcvp
