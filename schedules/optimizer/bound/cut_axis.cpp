#include "schedules/optimizer/bound/cut_axis.h"

#include <algorithm>

namespace hwcvp::optimizer {

namespace {

constexpr size_t kMostCuts = 2'000'000;  // some 300 MB

}  // namespace

const AxisPieces& CutAxis::cut(Cutting cutting, int64_t room) {
  cutting.limit = std::max(cutting.largest, std::min(cutting.limit, room));
  const auto size = static_cast<uint64_t>(shape_->outputs) + 1;
  const uint64_t key =
      (static_cast<uint64_t>(cutting.count) * size + static_cast<uint64_t>(cutting.largest)) * size +
      static_cast<uint64_t>(cutting.limit);
  const auto found = cuts_.find(key);
  if (found != cuts_.end()) return found->second;
  if (cuts_.size() >= kMostCuts) throw BoundGivenUp();
  return cuts_.emplace(key, AxisPieces(*shape_, cutting, cutting.limit)).first->second;
}

const AxisPieces& CutAxis::piece(int64_t outputs, bool first, bool last) {
  const auto key = std::make_tuple(outputs, first, last);
  auto found = pieces_.find(key);
  if (found == pieces_.end()) found = pieces_.try_emplace(key, shape_->piece(outputs, first, last)).first;
  return found->second.pieces;
}

}  // namespace hwcvp::optimizer
