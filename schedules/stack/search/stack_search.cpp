#include "schedules/stack/search/stack_search.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "schedules/stack/predictor.h"
#include "schedules/stack/search/frame.h"
#include "schedules/stack/search/residency.h"
#include "schedules/stack/search/walks.h"

namespace hwcvp::stack {

namespace {

class StackSearch {
 public:
  StackSearch(const Network& network, size_t first, size_t last, int64_t limit, const SearchOptions& options)
      : stack_(make_stack(network, first, last)), limit_(limit), options_(options) {}

  StackAnswer run() {
    const bool possible =
        std::all_of(stack_.operators.begin(), stack_.operators.end(),
                    [this](const auto& op) { return stack_.network->operators[op.op].stackable; });
    if (!possible || stack_.unread()) {
      answer_.proven = kNever;
      return std::move(answer_);
    }
    answer_.proven = kNever;
    for (const Frame& frame : frames_of(stack_, options_.buffer_bytes, limit_)) {
      // Frames come by ascending bound: none of the rest is better.
      if (frame.bound >= least() || options_.ended()) {
        answer_.proven = std::min(answer_.proven, frame.bound);
        break;
      }
      search_frame(frame);
    }
    if (answer_.schedule) answer_.proven = std::min(answer_.proven, answer_.bytes);
    return std::move(answer_);
  }

 private:
  // What a schedule has to undercut.
  int64_t least() const { return answer_.schedule ? answer_.bytes : limit_; }

  const Walks& walks(const Frame& frame) {
    const std::vector<std::vector<bool>> needed = needs_of(frame);
    const auto [found, added] = walks_.try_emplace({frame.outer, needed});
    if (added) found->second = walks_of(stack_, other(frame.outer), needed);
    return found->second;
  }

  static std::vector<std::vector<bool>> needs_of(const Frame& frame) {
    std::vector<std::vector<bool>> needed;
    for (const StripGroup& group : frame.strips.groups) needed.push_back(group.needed);
    return needed;
  }

  // The pieces that the bound is made of, and the same with operators of more than a line taking all that is
  // asked of them.
  void try_proposals(const Frame& frame) {
    bool exact = true;
    for (std::vector<int64_t> pieces : frame.pieces) {
      for (const bool whole : {false, true}) {
        for (size_t i = 0; whole && i < stack_.last(); ++i) {
          if (pieces[i] > 1) pieces[i] = 0;
        }
        const auto [found, added] = proposed_.try_emplace({frame.outer, pieces});
        if (added) found->second = walk_of(stack_, other(frame.outer), needs_of(frame), pieces);
        if (found->second) evaluate(frame, *found->second, exact);
      }
      if (options_.ended()) return;
    }
  }

  void search_frame(const Frame& frame) {
    const Walks& ways = walks(frame);
    bool exact = ways.complete;
    if (!exact) try_proposals(frame);
    int64_t best = kNever;
    for (const Walk& walk : ways.list) {
      best = std::min(best, evaluate(frame, walk, exact));
      if (options_.ended()) {
        exact = false;
        break;
      }
    }
    // Where all ways were looked at, the frame's own least is known.
    answer_.proven = std::min(answer_.proven, exact ? best : frame.bound);
  }

  // Bytes of the best choice of weights; kNever where nothing fits.
  int64_t evaluate(const Frame& frame, const Walk& walk, bool& exact) {
    const std::vector<LineCounts>& counts = walk.counts;
    ++answer_.evaluated;
    int64_t room = options_.buffer_bytes;
    int64_t moved = 0;
    for (size_t t = 0; t < stack_.tensors.size(); ++t) {
      const StackTensor& tensor = stack_.tensors[t];
      const int64_t line_bytes = stack_.tensor(t).channels * stack_.tensor(t).element_bytes;
      int64_t held = 0;
      int64_t elements = 0;
      for (size_t g = 0; g < counts.size(); ++g) {
        held = std::max(held, counts[g].tensors[t].most_held);
        elements += counts[g].tensors[t].lines * frame.strips.groups[g].widths[t];
      }
      room -= held * frame.strips.widest[t] * line_bytes;
      const int64_t bytes = elements * stack_.network->batch * line_bytes;
      if (!tensor.maker) moved += bytes;
      if (tensor.written) moved += bytes;
    }
    if (room < 0) return kNever;
    choices_.clear();
    for (size_t i = 0; i < stack_.operators.size(); ++i) {
      const Operator& op = stack_.op(i);
      moved += op.constant_bytes;
      WeightChoice choice;
      if (op.product) {
        const Product& product = *op.product;
        moved += product.params_bytes;
        int64_t largest = 0;
        for (size_t g = 0; g < counts.size(); ++g) {
          choice.runs += counts[g].operators[i].runs * frame.strips.groups[g].strips * stack_.network->batch;
          largest = std::max(largest, counts[g].operators[i].largest);
        }
        choice.bytes = product.weight_elements() * product.weight_bytes;
        choice.kernel = product.kernel[0] * product.kernel[1] * product.weight_bytes;
        choice.accumulators =
            largest * frame.strips.widest[stack_.operators[i].output] * product.accumulator_bytes;
      }
      choices_.push_back(choice);
    }
    const Residency residency = choose_residency(choices_, room);
    exact = exact && residency.exact;
    if (!residency.fits) return kNever;
    moved += residency.moved;
    if (moved < least() || (answer_.schedule && moved == answer_.bytes)) {
      keep(frame, walk, residency, room, moved);
    }
    return moved;
  }

  // Takes the schedule unless the one so far has as little work and as few commands.
  void keep(const Frame& frame, const Walk& walk, const Residency& residency, int64_t room, int64_t moved) {
    Schedule schedule;
    schedule.first = stack_.operators.front().op;
    schedule.outer = frame.outer;
    schedule.outer_tile = frame.tile;
    schedule.inner_tile = walk.pieces.back();
    for (size_t i = 0; i < choices_.size(); ++i) {
      if (residency.resident[i]) room -= choices_[i].bytes;
    }
    for (size_t i = 0; i < choices_.size(); ++i) {
      OperatorSchedule chosen;
      chosen.piece = i == stack_.last() ? 0 : walk.pieces[i];
      if (const auto& product = stack_.op(i).product) {
        chosen.resident = residency.resident[i];
        chosen.portion = largest_portion(*product, chosen.resident, choices_[i].accumulators, room);
      }
      schedule.operators.push_back(chosen);
    }
    const StackCost cost = cost_of(stack_, schedule, frame.strips, walk.counts);
    const auto rank = std::make_tuple(moved, cost.macs, cost.commands);
    if (answer_.schedule && rank >= rank_) return;
    rank_ = rank;
    answer_.bytes = moved;
    answer_.schedule = std::move(schedule);
  }

  const Stack stack_;
  const int64_t limit_;
  const SearchOptions& options_;
  std::map<std::pair<Axis, std::vector<std::vector<bool>>>, Walks> walks_;  // [outer axis, needs of groups]
  std::map<std::pair<Axis, std::vector<int64_t>>, std::optional<Walk>> proposed_;
  std::vector<WeightChoice> choices_;
  std::tuple<int64_t, int64_t, int64_t> rank_;
  StackAnswer answer_;
};

}  // namespace

bool SearchOptions::ended() const {
  return (cancel != nullptr && *cancel) || (deadline && std::chrono::steady_clock::now() >= *deadline);
}

StackAnswer search_stack(const Network& network, size_t first, size_t last, int64_t limit,
                         const SearchOptions& options) {
  return StackSearch(network, first, last, limit, options).run();
}

}  // namespace hwcvp::stack
