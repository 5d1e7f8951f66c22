#include "schedules/stack/search/network_cuts.h"

#include <algorithm>

#include "schedules/stack/search/frame.h"
#include "schedules/stack/stack.h"

namespace hwcvp::stack {

namespace {

int64_t sum(int64_t a, int64_t b) { return a == kNever || b == kNever ? kNever : a + b; }

// Of the operators from one to another: the least bytes found, and the bound, both over all cuts of them.
struct Span {
  int64_t bytes = kNever;
  int64_t proven = kNever;
  std::optional<size_t> split;       // the last operator of the first part
  std::optional<ChosenStack> stack;  // where that is best, and no split
};

class CutSearch {
 public:
  CutSearch(const Network& network, const std::vector<GivenStack>& given, const SearchOptions& options,
            const std::function<void(size_t, size_t)>& progress)
      : network_(network),
        given_(given),
        options_(options),
        progress_(progress),
        count_(network.operators.size()),
        spans_(count_ * count_) {}

  NetworkCuts run() {
    for (size_t last = 0; last < count_; ++last) {
      for (size_t first = last + 1; first-- > 0;) solve(first, last);
      if (progress_) progress_(last + 1, count_);
    }
    collect(0, count_ - 1);
    cuts_.bytes = span(0, count_ - 1).bytes;
    cuts_.proven = span(0, count_ - 1).proven;
    return std::move(cuts_);
  }

 private:
  Span& span(size_t first, size_t last) { return spans_[first * count_ + last]; }

  // All spans inside it are solved.
  void solve(size_t first, size_t last) {
    Span& best = span(first, last);
    for (size_t end = first; end < last; ++end) {
      const Span& left = span(first, end);
      const Span& right = span(end + 1, last);
      best.proven = std::min(best.proven, sum(left.proven, right.proven));
      const int64_t bytes = sum(left.bytes, right.bytes);
      if (bytes >= best.bytes) continue;
      best.bytes = bytes;
      best.split = end;
    }
    for (size_t i = 0; i < given_.size(); ++i) {
      if (given_[i].first != first || given_[i].last != last) continue;
      best.proven = std::min(best.proven, given_[i].proven);
      if (given_[i].bytes >= best.bytes) continue;
      take(best, {first, last, i, {}, given_[i].bytes, given_[i].proven});
    }
    if (first == last) return;
    // A stack that moves no less than its parts is never needed.
    const Stack stack = make_stack(network_, first, last);
    if (once_bytes(stack) >= best.bytes) return;
    if (options_.ended()) {
      cuts_.finished = false;
      best.proven = std::min(best.proven, once_bytes(stack));
      return;
    }
    StackAnswer answer = search_stack(network_, first, last, best.bytes, options_);
    cuts_.evaluated += answer.evaluated;
    best.proven = std::min(best.proven, answer.proven);
    if (!answer.schedule) return;
    take(best, {first, last, std::nullopt, answer, answer.bytes, answer.proven});
  }

  static void take(Span& best, ChosenStack stack) {
    best.bytes = stack.bytes;
    best.split.reset();
    best.stack = std::move(stack);
  }

  void collect(size_t first, size_t last) {
    const Span& best = span(first, last);
    if (best.split) {
      collect(first, *best.split);
      collect(*best.split + 1, last);
    } else {
      cuts_.stacks.push_back(*best.stack);
    }
  }

  const Network& network_;
  const std::vector<GivenStack>& given_;
  const SearchOptions& options_;
  const std::function<void(size_t, size_t)>& progress_;
  const size_t count_;
  std::vector<Span> spans_;
  NetworkCuts cuts_;
};

}  // namespace

NetworkCuts cut_network(const Network& network, const std::vector<GivenStack>& given,
                        const SearchOptions& options,
                        const std::function<void(size_t done, size_t all)>& progress) {
  return CutSearch(network, given, options, progress).run();
}

}  // namespace hwcvp::stack
