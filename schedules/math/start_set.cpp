#include "schedules/math/start_set.h"

#include <algorithm>

#include "schedules/math/division.h"

namespace hwcvp {

namespace {

int64_t last(const Run& run) { return run.first + run.step * (run.count - 1); }

int128 sum(const Run& run) { return (int128{run.first} + last(run)) * run.count / 2; }

StartSet::Node run_node(const Run& run) {
  StartSet::Node node;
  node.count = run.count;
  node.min = run.first;
  node.max = last(run);
  node.sum = sum(run);
  node.step = run.step;
  node.is_run = true;
  return node;
}

}  // namespace

StartSet::StartSet(const NestedTiles& tiles, size_t depth, int64_t size, const Run& run)
    : root_(build(tiles, {0, tiles.extent()}, {depth, size}, run)) {}

// The numbers of the target pieces inside one piece, from its start.
StartSet::Node StartSet::build(const NestedTiles& tiles, const Piece& piece, const Piece& target,
                               const Run& run) {
  if (piece.depth == target.depth) return piece.size == target.size ? run_node(run) : Node();
  if (piece.size < target.size) return {};
  if (const auto known = known_.find(piece); known != known_.end()) return known->second;

  const int64_t tile = tiles.tile(piece.depth + 1);
  const int64_t full = piece.size / tile;
  const int64_t remainder = piece.size % tile;
  Node node;
  if (full > 0) append(node, build(tiles, {piece.depth + 1, tile}, target, run), {0, tile, full});
  if (remainder > 0) {
    append(node, build(tiles, {piece.depth + 1, remainder}, target, run), {full * tile, 1, 1});
  }
  // The innermost pieces are quicker to build again than to look up.
  if (piece.depth > 0 && piece.depth + 1 < target.depth) known_.emplace(piece, node);
  return node;
}

size_t StartSet::store(const Node& node) {
  nodes_.push_back(node);
  return nodes_.size() - 1;
}

// Adds copies of a set behind all that the node has.
void StartSet::append(Node& node, const Node& copy, const Run& shift) {
  if (copy.count == 0) return;
  Node longer = node;
  longer.sum += copy.sum * shift.count + sum(shift) * copy.count;
  longer.count += copy.count * shift.count;
  longer.max = last(shift) + copy.max;

  // Progressions that continue one another become one.
  if (node.count == 0) {
    longer.min = shift.first + copy.min;
    longer.step = copy.count == 1 && shift.count > 1 ? shift.step : copy.step;
    longer.is_run = copy.is_run && (shift.count == 1 || shift.step == longer.step * copy.count);
  } else {
    const int64_t gap = shift.first + copy.min - node.max;
    if (node.count == 1) longer.step = gap;
    longer.is_run = node.is_run && copy.is_run && shift.count == 1 && gap == longer.step &&
                    (copy.count == 1 || copy.step == longer.step);
    if (!longer.is_run && node.is_run) longer.parts[longer.part_count++] = {store(node), Run()};
  }
  if (!longer.is_run) longer.parts[longer.part_count++] = {store(copy), shift};
  node = longer;
}

int64_t SumSet::clamped_sum(int64_t offset, int64_t width) const {
  const int128 sum = ramp(offset, a_.root(), b_.root()) - ramp(offset - width, a_.root(), b_.root());
  return static_cast<int64_t>(sum);
}

std::optional<int64_t> SumSet::last_before(int64_t bound) const {
  const int64_t behind = count_from(bound);
  if (behind == count()) return std::nullopt;
  // The number is in [low, high), and fewer numbers lie from high on than from low on.
  int64_t low = min();
  int64_t high = std::min(bound, max() + 1);
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (count_from(middle) > behind ? low : high) = middle;
  }
  return low;
}

std::optional<int64_t> SumSet::first_from(int64_t bound) const {
  const int64_t wanted = count_from(bound);
  if (wanted == 0) return std::nullopt;
  int64_t low = std::max(bound, min());
  int64_t high = max() + 1;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (count_from(middle) == wanted ? low : high) = middle;
  }
  return low;
}

// Sum of max(0, x) over the numbers x of the set with another offset, for nodes of its two sets.
int128 SumSet::ramp(int64_t offset, const StartSet::Node& a, const StartSet::Node& b) const {
  const int64_t least = offset + scale_a_ * a.min + scale_b_ * b.min;
  const int64_t most = offset + scale_a_ * a.max + scale_b_ * b.max;
  if (most <= 0) return 0;
  if (least >= 0) {
    return int128{offset} * a.count * b.count + scale_a_ * a.sum * b.count + scale_b_ * b.sum * a.count;
  }
  if (a.is_run && b.is_run) {
    return grid_ramp_sum(least, scale_a_ * a.step, a.count, scale_b_ * b.step, b.count);
  }
  // Splitting the wider of the two leaves the fewest parts that lie across zero.
  const bool split_a = b.is_run || (!a.is_run && scale_a_ * (a.max - a.min) >= scale_b_ * (b.max - b.min));
  return split_a ? ramp_of_parts<true>(offset, a, b) : ramp_of_parts<false>(offset, b, a);
}

template <bool kSplitA>
int128 SumSet::ramp_of_parts(int64_t offset, const StartSet::Node& split, const StartSet::Node& other) const {
  const StartSet& set = kSplitA ? a_ : b_;
  const int64_t scale = kSplitA ? scale_a_ : scale_b_;
  const int64_t other_scale = kSplitA ? scale_b_ : scale_a_;
  int128 sum = 0;
  for (size_t i = 0; i < split.part_count; ++i) {
    const StartSet::Part& part = split.parts[i];
    const StartSet::Node& child = set.child(part);
    const int64_t first = offset + scale * part.shift.first;
    const int64_t step = scale * part.shift.step;
    const int64_t least = first + scale * child.min + other_scale * other.min;
    const int64_t most = first + scale * child.max + other_scale * other.max;

    // Copies up to `below` lie under zero, those from `above` on over it; only the ones between are looked
    // into.
    const int64_t below = std::clamp<int64_t>(floor_div(-most, step) + 1, 0, part.shift.count);
    const int64_t above = std::clamp<int64_t>(ceil_div(-least, step), below, part.shift.count);
    for (int64_t copy = below; copy < above; ++copy) {
      const int64_t at = first + copy * step;
      sum += kSplitA ? ramp(at, child, other) : ramp(at, other, child);
    }
    if (above < part.shift.count) {
      const int64_t copies = part.shift.count - above;
      const int128 offsets = (int128{2} * first + (above + part.shift.count - 1) * step) * copies / 2;
      sum += offsets * child.count * other.count +
             copies * (scale * child.sum * other.count + other_scale * other.sum * child.count);
    }
  }
  return sum;
}

}  // namespace hwcvp
