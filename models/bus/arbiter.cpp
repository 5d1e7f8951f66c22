#include "models/bus/arbiter.h"

namespace hwcvp::bus {

size_t Arbiter::pick(const std::vector<unsigned>& candidates) {
  // By how far an index is from where the search begins: those before it wrap around to the end.
  const unsigned from = policy_ == Arbitration::round_robin ? next_ : 0;
  size_t best = 0;
  for (size_t i = 1; i < candidates.size(); ++i) {
    if (candidates[i] - from < candidates[best] - from) best = i;
  }
  next_ = candidates[best] + 1;
  return best;
}

}  // namespace hwcvp::bus
