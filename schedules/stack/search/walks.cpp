#include "schedules/stack/search/walks.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "schedules/math/division.h"
#include "schedules/stack/predictor.h"

namespace hwcvp::stack {

namespace {

constexpr int64_t kMostWork = 60000;          // runs of operators, for all ways of a stack together
constexpr int64_t kMostChosenWork = 8000000;  // the same where ways are chosen, at most
constexpr std::array<int64_t, 4> kFewLines = {1, 2, 4, 8};

// Of the operators from one on. Nothing where the pieces are illegal in a group.
std::optional<std::vector<LineCounts>> walk_from(const Stack& stack, Axis inner,
                                                 const std::vector<std::vector<bool>>& needed,
                                                 const std::vector<int64_t>& pieces, size_t from) {
  std::vector<LineCounts> counts;
  for (const std::vector<bool>& of : needed) {
    std::optional<LineCounts> walked = walk_lines(stack, inner, pieces, of, from);
    if (!walked || (from == 0 && !outputs_complete(stack, inner, *walked, of))) return std::nullopt;
    counts.push_back(*std::move(walked));
  }
  return counts;
}

class Maker {
 public:
  Maker(const Stack& stack, Axis inner, const std::vector<std::vector<bool>>& needed)
      : stack_(stack), inner_(inner), needed_(needed), pieces_(stack.operators.size(), 1) {}

  Walks run() {
    const int64_t extent = stack_.tensor(stack_.operators[stack_.last()].output).lines[index(inner_)];
    if (!enumerate(extent)) {
      walks_ = Walks{};
      choose(extent);
    } else {
      walks_.complete = true;
    }
    return std::move(walks_);
  }

 private:
  bool enumerate(int64_t extent) {
    work_ = 0;
    for (int64_t tile = 1; tile <= extent; ++tile) {
      pieces_.back() = tile;
      if (!descend(stack_.last())) return false;
    }
    return true;
  }

  // Pieces of operators from `from` on are given. Those before it are tried up to what is asked at once.
  bool descend(size_t from) {
    std::optional<std::vector<LineCounts>> counts = walk_from(stack_, inner_, needed_, pieces_, from);
    if (!counts) return count_work(1);
    int64_t runs = 0;
    for (const LineCounts& group : *counts) {
      for (const LineCounts::OfOperator& op : group.operators) runs += op.runs;
    }
    if (!count_work(runs)) return false;
    if (from == 0) {
      walks_.list.push_back({pieces_, *std::move(counts)});
      return true;
    }
    int64_t most = 1;
    for (const LineCounts& group : *counts) {
      most = std::max(most, group.tensors[stack_.operators[from - 1].output].most_new);
    }
    for (int64_t piece = 1; piece <= most; ++piece) {
      pieces_[from - 1] = piece;
      if (!descend(from - 1)) return false;
    }
    return true;
  }

  bool count_work(int64_t runs) {
    work_ += runs;
    return work_ <= kMostWork;
  }

  void choose(int64_t extent) {
    std::set<int64_t> tiles;
    for (int64_t steps = 1; steps <= extent; ++steps) tiles.insert(ceil_div(extent, steps));
    const size_t count = stack_.operators.size();
    int64_t lines = 0;
    for (const StackOperator& op : stack_.operators) lines += stack_.tensor(op.output).lines[index(inner_)];
    // Of long stacks of tall tensors not every tile, but the smallest one.
    const auto ways = static_cast<int64_t>(tiles.size() * count * kFewLines.size());
    const int64_t every = ceil_div(ways * lines, kMostChosenWork);
    int64_t number = 0;
    for (const int64_t tile : tiles) {
      if (number++ % every != 0) continue;
      for (size_t first_whole = 0; first_whole < count; ++first_whole) {
        for (const int64_t few : kFewLines) {
          if (few > 1 && (few >= tile || first_whole == 0)) continue;
          std::fill(pieces_.begin(), pieces_.end(), 0);
          std::fill(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_whole), few);
          pieces_.back() = tile;
          add();
        }
        if (tile == 1) break;
      }
    }
  }

  void add() {
    if (auto walk = walk_of(stack_, inner_, needed_, pieces_)) walks_.list.push_back(*std::move(walk));
  }

  const Stack& stack_;
  const Axis inner_;
  const std::vector<std::vector<bool>>& needed_;
  std::vector<int64_t> pieces_;
  int64_t work_ = 0;
  Walks walks_;
};

}  // namespace

std::optional<Walk> walk_of(const Stack& stack, Axis inner, const std::vector<std::vector<bool>>& needed,
                            const std::vector<int64_t>& pieces) {
  auto counts = walk_from(stack, inner, needed, pieces, 0);
  if (!counts) return std::nullopt;
  return Walk{pieces, *std::move(counts)};
}

Walks walks_of(const Stack& stack, Axis inner, const std::vector<std::vector<bool>>& needed) {
  return Maker(stack, inner, needed).run();
}

}  // namespace hwcvp::stack
