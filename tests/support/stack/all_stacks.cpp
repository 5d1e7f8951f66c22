#include "tests/support/stack/all_stacks.h"

#include <algorithm>
#include <vector>

#include "schedules/stack/schedule.h"
#include "tests/support/stack/stack_walk.h"

namespace hwcvp::stack {

namespace {

void take_least(std::optional<int64_t>& best, std::optional<int64_t> bytes) {
  if (bytes && (!best || *bytes < *best)) best = bytes;
}

class AllSchedules {
 public:
  AllSchedules(const Network& network, size_t first, size_t last, int64_t buffer_bytes)
      : network_(network), buffer_bytes_(buffer_bytes) {
    schedule_.first = first;
    schedule_.operators.resize(last - first + 1);
  }

  std::map<std::pair<Axis, int64_t>, int64_t> run() {
    const Tensor& output = tensor(schedule_.operators.size() - 1);
    for (const Axis outer : {Axis::rows, Axis::columns}) {
      schedule_.outer = outer;
      for (int64_t tile = 1; tile <= output.lines[index(outer)]; ++tile) {
        schedule_.outer_tile = tile;
        best_.reset();
        for (int64_t inner = 1; inner <= output.lines[index(other(outer))]; ++inner) {
          schedule_.inner_tile = inner;
          try_pieces(0);
        }
        if (best_) frames_[{outer, tile}] = *best_;
      }
    }
    return frames_;
  }

 private:
  const Tensor& tensor(size_t i) const {
    return network_.tensors[network_.operators[schedule_.first + i].output];
  }

  void try_pieces(size_t i) {
    if (i + 1 == schedule_.operators.size()) {
      if (const auto walked = walk_stack(network_, schedule_)) try_weights(*walked);
      return;
    }
    for (int64_t piece = 1; piece <= tensor(i).lines[index(other(schedule_.outer))]; ++piece) {
      schedule_.operators[i].piece = piece;
      try_pieces(i + 1);
    }
  }

  void try_weights(const WalkedStack& walked) {
    const size_t subsets = size_t{1} << walked.operators.size();
    for (size_t resident = 0; resident < subsets; ++resident) {
      int64_t bytes = walked.input_read + walked.output_write + walked.params_read;
      int64_t capacity = walked.tensor_bytes;
      int64_t working = 0;
      for (size_t i = 0; i < walked.operators.size(); ++i) {
        const WalkedOperator& op = walked.operators[i];
        const bool stays = (resident >> i) % 2 == 1;
        bytes += stays ? op.weights : op.weights * op.runs;
        capacity += stays ? op.weights : 0;
        working = std::max(working, op.accumulators + (stays ? 0 : op.kernel));
      }
      if (capacity + working <= buffer_bytes_) take_least(best_, bytes);
    }
  }

  const Network& network_;
  const int64_t buffer_bytes_;
  Schedule schedule_;
  std::optional<int64_t> best_;  // with the outer axis and tile at hand
  std::map<std::pair<Axis, int64_t>, int64_t> frames_;
};

}  // namespace

std::optional<int64_t> best_of_all(const Network& network, size_t first, size_t last, int64_t buffer_bytes) {
  std::optional<int64_t> best;
  for (const auto& [frame, bytes] : best_of_frames(network, first, last, buffer_bytes))
    take_least(best, bytes);
  return best;
}

std::map<std::pair<Axis, int64_t>, int64_t> best_of_frames(const Network& network, size_t first, size_t last,
                                                           int64_t buffer_bytes) {
  return AllSchedules(network, first, last, buffer_bytes).run();
}

std::optional<int64_t> best_cut_of_all(const Network& network,
                                       const std::map<std::pair<size_t, size_t>, int64_t>& given,
                                       int64_t buffer_bytes) {
  const size_t count = network.operators.size();
  std::map<std::pair<size_t, size_t>, std::optional<int64_t>> spans;
  for (size_t first = 0; first < count; ++first) {
    for (size_t last = first; last < count; ++last) {
      std::optional<int64_t>& best = spans[{first, last}];
      const auto found = given.find({first, last});
      if (found != given.end()) best = found->second;
      if (last > first) take_least(best, best_of_all(network, first, last, buffer_bytes));
    }
  }
  std::optional<int64_t> best;
  // A bit for each place between two operators: whether the network is cut there.
  for (size_t cuts = 0; cuts < size_t{1} << (count - 1); ++cuts) {
    int64_t sum = 0;
    bool possible = true;
    size_t first = 0;
    for (size_t op = 0; op < count; ++op) {
      if (op + 1 < count && (cuts >> op) % 2 == 0) continue;
      const std::optional<int64_t>& bytes = spans[{first, op}];
      possible = possible && bytes.has_value();
      sum += bytes.value_or(0);
      first = op + 1;
    }
    if (possible) take_least(best, sum);
  }
  return best;
}

}  // namespace hwcvp::stack
