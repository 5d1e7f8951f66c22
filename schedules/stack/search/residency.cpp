#include "schedules/stack/search/residency.h"

#include <algorithm>
#include <numeric>

namespace hwcvp::stack {

namespace {

// Subsets that a choice looks at, at most.
constexpr int64_t kMostSteps = 4000;

// The resident operators that save most, by branch and bound; those with the largest saving a byte first.
class Knapsack {
 public:
  Knapsack(const std::vector<WeightChoice>& operators, std::vector<size_t> free, int64_t room)
      : operators_(operators), free_(std::move(free)), room_(room) {
    std::stable_sort(free_.begin(), free_.end(), [this](size_t a, size_t b) {
      const WeightChoice& x = operators_[a];
      const WeightChoice& y = operators_[b];
      return x.runs != y.runs ? x.runs > y.runs : x.bytes > y.bytes;
    });
    rest_.resize(free_.size() + 1, 0);
    for (size_t i = free_.size(); i-- > 0;) rest_[i] = rest_[i + 1] + saving(free_[i]);
    taken_.resize(operators.size(), false);
    best_ = taken_;
  }

  void run() { descend(0, room_, 0); }
  const std::vector<bool>& best() const { return best_; }
  int64_t saved() const { return best_saving_; }
  bool exact() const { return steps_ < kMostSteps; }

 private:
  int64_t saving(size_t op) const { return operators_[op].bytes * (operators_[op].runs - 1); }

  // What the operators from i on could save at most: a byte saves runs - 1.
  int64_t bound(size_t i, int64_t room) const {
    int64_t sum = 0;
    for (; i < free_.size() && room > 0; ++i) {
      const WeightChoice& op = operators_[free_[i]];
      sum += std::min(room, op.bytes) * (op.runs - 1);
      room -= std::min(room, op.bytes);
    }
    return sum;
  }

  void descend(size_t i, int64_t room, int64_t saved) {
    if (saved > best_saving_) {
      best_saving_ = saved;
      best_ = taken_;
    }
    if (i == free_.size() || ++steps_ >= kMostSteps) return;
    if (saved + rest_[i] <= best_saving_ || saved + bound(i, room) <= best_saving_) return;
    const size_t op = free_[i];
    if (operators_[op].bytes <= room) {
      taken_[op] = true;
      descend(i + 1, room - operators_[op].bytes, saved + saving(op));
      taken_[op] = false;
    }
    descend(i + 1, room, saved);
  }

  const std::vector<WeightChoice>& operators_;
  std::vector<size_t> free_;
  const int64_t room_;
  std::vector<int64_t> rest_;
  std::vector<bool> taken_, best_;
  int64_t best_saving_ = 0;
  int64_t steps_ = 0;
};

}  // namespace

Residency choose_residency(const std::vector<WeightChoice>& operators, int64_t room) {
  Residency best;
  best.resident.resize(operators.size(), false);
  int64_t all = 0;
  int64_t accumulators = 0;
  std::vector<int64_t> levels;  // what the operator that needs most may take as it runs
  bool all_run = true;          // what never runs is better streamed
  for (const WeightChoice& op : operators) {
    all_run = all_run && (op.runs > 0 || op.bytes == 0);
    all += op.bytes;
    accumulators = std::max(accumulators, op.accumulators);
    levels.push_back(op.accumulators + op.kernel);
  }
  if (all_run && accumulators + all <= room) {
    best.fits = true;
    best.moved = all;
    std::fill(best.resident.begin(), best.resident.end(), true);
    return best;
  }
  levels.push_back(accumulators);
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  for (size_t l = levels.size(); l-- > 0 && levels[l] >= accumulators;) {
    // Operators whose streamed weights would take more stay.
    int64_t left = room - levels[l];
    int64_t moved = 0;
    std::vector<size_t> free;
    std::vector<bool> resident(operators.size(), false);
    for (size_t i = 0; i < operators.size(); ++i) {
      const WeightChoice& op = operators[i];
      if (op.accumulators + op.kernel > levels[l]) {
        resident[i] = true;
        left -= op.bytes;
        moved += op.bytes;
      } else {
        moved += op.bytes * op.runs;
        if (op.runs > 1) free.push_back(i);
      }
    }
    if (left < 0) continue;
    Knapsack knapsack(operators, free, left);
    knapsack.run();
    if (!knapsack.exact()) best.exact = false;
    moved -= knapsack.saved();
    if (best.fits && moved >= best.moved) continue;
    best.fits = true;
    best.moved = moved;
    best.resident = resident;
    for (const size_t i : free) {
      if (knapsack.best()[i]) best.resident[i] = true;
    }
  }
  return best;
}

Portion largest_portion(const Product& product, bool resident, int64_t accumulators, int64_t room) {
  const int64_t kernel = resident ? 0 : product.kernel[0] * product.kernel[1] * product.weight_bytes;
  // An output channel takes its accumulators, and a kernel for each input channel of the portion.
  const auto channels_for = [&](int64_t in_channels) {
    const int64_t each = accumulators + kernel * in_channels;
    return each == 0 ? product.groups * product.out_channels : room / each;
  };
  Portion portion;
  int64_t outputs = std::max<int64_t>(1, channels_for(product.in_channels));
  portion.in_channels = product.in_channels;
  if (channels_for(product.in_channels) < 1 && kernel > 0) {
    portion.in_channels = std::clamp<int64_t>((room - accumulators) / kernel, 1, product.in_channels);
  }
  portion.out_channels = std::min(outputs, product.out_channels);
  portion.groups = portion.out_channels == product.out_channels
                       ? std::clamp<int64_t>(outputs / product.out_channels, 1, product.groups)
                       : 1;
  return portion;
}

}  // namespace hwcvp::stack
