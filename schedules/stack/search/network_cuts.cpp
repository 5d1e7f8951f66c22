#include "schedules/stack/search/network_cuts.h"

#include <algorithm>

#include "schedules/stack/search/frame.h"
#include "schedules/stack/stack.h"

namespace hwcvp::stack {

namespace {

int64_t sum(int64_t a, int64_t b) { return a == kNever || b == kNever ? kNever : a + b; }

// The first operators of the network up to one: the least bytes found, and the bound, over all cuts of them.
struct Prefix {
  int64_t bytes = kNever;
  int64_t proven = kNever;
  ChosenStack stack;  // the last one
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
        prefixes_(count_ + 1) {}

  NetworkCuts run() {
    prefixes_[0].bytes = prefixes_[0].proven = 0;
    for (size_t last = 0; last < count_; ++last) {
      solve(last);
      if (progress_) progress_(last + 1, count_);
    }
    std::vector<size_t> ends;
    for (size_t end = count_; end > 0; end = prefixes_[end].stack.first) ends.push_back(end);
    for (size_t i = ends.size(); i-- > 0;) cuts_.stacks.push_back(prefixes_[ends[i]].stack);
    cuts_.bytes = prefixes_[count_].bytes;
    cuts_.proven = prefixes_[count_].proven;
    return std::move(cuts_);
  }

 private:
  // All prefixes that end before are solved.
  void solve(size_t last) {
    Prefix& best = prefixes_[last + 1];
    for (size_t i = 0; i < given_.size(); ++i) {
      const GivenStack& given = given_[i];
      if (given.last != last) continue;
      best.proven = std::min(best.proven, sum(prefixes_[given.first].proven, given.proven));
      take(best, {given.first, last, i, {}, given.bytes, given.proven});
    }
    // The stack that was best one operator before, then the longest first: what they move, shorter ones
    // have to undercut.
    const size_t longest = first_that_fits(last);
    if (last > 0 && prefixes_[last].stack.first >= longest) try_stack(prefixes_[last].stack.first, last);
    for (size_t first = longest; first < last; ++first) try_stack(first, last);
    best.proven = std::min(best.proven, best.bytes);
  }

  // The longest stack that ends there and may fit; `last` where none does.
  size_t first_that_fits(size_t last) const {
    size_t least = last;  // nothing else in front keeps operators from being in a stack
    while (least > 0 && network_.operators[least].stackable && network_.operators[least - 1].stackable)
      --least;
    size_t fits = last;
    while (least < fits) {
      const size_t middle = least + (fits - least) / 2;
      if (can_fit(make_stack(network_, middle, last), options_.buffer_bytes)) {
        fits = middle;
      } else {
        least = middle + 1;
      }
    }
    return fits;
  }

  void try_stack(size_t first, size_t last) {
    Prefix& best = prefixes_[last + 1];
    const Prefix& before = prefixes_[first];
    const int64_t limit = best.bytes == kNever ? kNever : best.bytes - before.proven;
    const Stack stack = make_stack(network_, first, last);
    if (stack.unread()) return;
    const int64_t once = once_bytes(stack);
    if (once >= limit) return;
    if (options_.ended()) {
      cuts_.finished = false;
      best.proven = std::min(best.proven, sum(before.proven, once));
      return;
    }
    const StackAnswer answer = search_stack(network_, first, last, limit, options_);
    cuts_.evaluated += answer.evaluated;
    best.proven = std::min(best.proven, sum(before.proven, answer.proven));
    if (answer.schedule) take(best, {first, last, std::nullopt, answer, answer.bytes, answer.proven});
  }

  void take(Prefix& best, ChosenStack stack) const {
    const int64_t bytes = sum(prefixes_[stack.first].bytes, stack.bytes);
    if (bytes >= best.bytes) return;
    best.bytes = bytes;
    best.stack = std::move(stack);
  }

  const Network& network_;
  const std::vector<GivenStack>& given_;
  const SearchOptions& options_;
  const std::function<void(size_t, size_t)>& progress_;
  const size_t count_;
  std::vector<Prefix> prefixes_;  // [number of operators]
  NetworkCuts cuts_;
};

}  // namespace

NetworkCuts cut_network(const Network& network, const std::vector<GivenStack>& given,
                        const SearchOptions& options,
                        const std::function<void(size_t done, size_t all)>& progress) {
  return CutSearch(network, given, options, progress).run();
}

}  // namespace hwcvp::stack
