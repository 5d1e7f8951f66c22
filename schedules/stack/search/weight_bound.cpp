#include "schedules/stack/search/weight_bound.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "schedules/math/division.h"

namespace hwcvp::stack {

namespace {

constexpr size_t kMostLabels = 1024;
// Tensors at one time whose lines are followed while other operators run; of more of them, less is known.
constexpr size_t kMostOpen = 6;

// Some first operators of the stack, decided.
struct Label {
  int64_t asked = 1;  // lines of the latest output that are asked for at once, at least
  int64_t taken = 0;  // bytes of buffer
  int64_t moved = 0;  // bytes of weights
  // Lines of open tensors that were asked for or read at once, in the places that tensors have.
  std::array<int64_t, kMostOpen> open{};
  // What of `taken` is for these, beside LineBounds::held: it is not taken again by those that read them.
  std::array<int64_t, kMostOpen> paid{};
  size_t step = 0;  // the latest decision
};

// What is taken whatever open tensors come to hold.
int64_t settled(const Label& label) {
  return label.taken - std::accumulate(label.paid.begin(), label.paid.end(), int64_t{0});
}

// Whether all that can follow takes and moves no more after one than after the other.
bool no_worse(const Label& a, const Label& b) {
  if (a.moved > b.moved || settled(a) > settled(b) || a.asked > b.asked) return false;
  for (size_t i = 0; i < kMostOpen; ++i) {
    if (a.open[i] > b.open[i]) return false;
  }
  return true;
}

// Lines that a window of some output lines spans at least, wherever it is.
int64_t least_window(const LineMap& map, int64_t outputs, int64_t out_extent, int64_t extent) {
  outputs = std::min(outputs, out_extent);
  if (map.kind == LineMap::Kind::repeat) return std::min(extent, ceil_div(outputs, map.factor));
  // Windows are clipped at the ends alone.
  return std::min(map.needs({0, outputs}, extent).count(),
                  map.needs({out_extent - outputs, out_extent}, extent).count());
}

// Output lines whose window can span that many lines.
int64_t outputs_for(const LineMap& map, int64_t lines) {
  switch (map.kind) {
    case LineMap::Kind::window: {
      const int64_t span = (map.kernel - 1) * map.dilation + 1;
      return lines <= span ? 1 : ceil_div(lines - span, map.stride) + 1;
    }
    case LineMap::Kind::repeat:
      return lines <= 1 ? 1 : (lines - 2) * map.factor + 2;
    case LineMap::Kind::all:
      break;
  }
  return 1;
}

class LabelSearch {
 public:
  LabelSearch(const Stack& stack, Axis inner, const Strips& strips, const LineBounds& bounds, int64_t room,
              int64_t limit)
      : stack_(stack),
        axis_(index(inner)),
        strips_(strips),
        bounds_(bounds),
        room_(room),
        limit_(limit),
        passes_(strips.count * stack.network->batch),
        rest_(stack.operators.size() + 1, 0) {
    for (size_t i = stack.operators.size(); i-- > 0;) rest_[i] = rest_[i + 1] + weights(i);
    find_places();
  }

  WeightBound run() {
    steps_ = {{0, 0}};
    labels_ = {Label{}};
    for (size_t i = 0; i < stack_.operators.size(); ++i) {
      next_.clear();
      for (const Label& label : labels_) extend(i, label);
      if (next_.empty()) return {cut_off_ ? limit_ : kNever, {}};
      thin_out();
      labels_.swap(next_);
    }
    WeightBound bound;
    bound.bytes = cut_off_ ? std::min(limit_, labels_.front().moved) : labels_.front().moved;
    for (const Label& label : labels_) bound.pieces.push_back(pieces_of(label));
    return bound;
  }

 private:
  // None of an operator that never runs, since nobody needs a line of it.
  int64_t weights(size_t i) const {
    const auto& product = stack_.op(i).product;
    return product && bounds_.lines[stack_.operators[i].output] > 0
               ? product->weight_elements() * product->weight_bytes
               : 0;
  }
  int64_t extent(size_t t) const { return stack_.tensor(t).lines[axis_]; }
  int64_t line_bytes(size_t t) const {
    return stack_.tensor(t).channels * stack_.tensor(t).element_bytes * strips_.widest[t];
  }

  // Whether the operator's output goes to the next one alone, which then asks for what it makes.
  bool handed_on(size_t i) const {
    return i < stack_.last() &&
           stack_.tensors[stack_.operators[i].output].readers == std::vector<size_t>{i + 1};
  }

  void extend(size_t i, const Label& label) {
    const size_t output = stack_.operators[i].output;
    const int64_t lines = bounds_.lines[output];
    const bool behind = i > 0 && handed_on(i - 1);
    const LineMap& map = stack_.op(i).maps[axis_];
    int64_t asked = behind ? outputs_for(map, label.asked) : 1;
    for (const size_t t : stack_.operators[i].inputs) {
      const bool only = stack_.tensors[t].readers.size() == 1 && places_[t] < kMostOpen;
      if (only) asked = std::max(asked, outputs_for(map, label.open[places_[t]]));
    }
    asked = std::min(asked, lines);
    const int64_t bytes = weights(i);
    if (bytes == 0) {
      add(i, label, behind, asked, 0, 0);
      return;
    }
    add(i, label, behind, asked, bytes, bytes);
    // Each number of pieces that the size of the largest one tells apart.
    for (int64_t piece = asked; piece <= lines;) {
      const int64_t runs = ceil_div(lines, piece);
      add(i, label, behind, piece, 0, bytes * passes_ * runs);
      if (runs == 1) break;
      piece = std::max(piece + 1, ceil_div(lines, runs - 1));
    }
  }

  // The operator makes a piece of that many lines at some time.
  void add(size_t i, Label label, bool behind, int64_t piece, int64_t resident, int64_t moved) {
    const size_t output = stack_.operators[i].output;
    const LineMap& map = stack_.op(i).maps[axis_];
    label.taken += resident;
    label.moved += moved;
    for (const size_t t : stack_.operators[i].inputs) {
      const bool latest = behind && stack_.tensors[t].maker == i - 1;
      int64_t held = least_window(map, piece, extent(output), extent(t));
      if (places_[t] < kMostOpen) {
        keep_open(label, t, held);
        if (stack_.tensors[t].readers.back() == i) label.open[places_[t]] = label.paid[places_[t]] = 0;
        continue;
      }
      // Without a place, what is made further up was counted there.
      if (stack_.tensors[t].readers.size() > 1 || (stack_.tensors[t].maker && !latest)) continue;
      if (latest) held = std::max(held, label.asked);
      label.taken += std::max<int64_t>(0, held - bounds_.held[t]) * line_bytes(t);
    }
    if (i < stack_.last() && places_[output] < kMostOpen) {
      keep_open(label, output, piece);
    } else if (i < stack_.last() && !handed_on(i)) {
      label.taken += std::max<int64_t>(0, piece - bounds_.held[output]) * line_bytes(output);
    }
    if (label.taken > room_) return;
    if (label.moved + rest_[i + 1] >= limit_) {
      cut_off_ = true;
      return;
    }
    label.asked = handed_on(i) ? piece : 1;
    steps_.push_back({label.step, piece});
    label.step = steps_.size() - 1;
    next_.push_back(label);
  }

  std::vector<int64_t> pieces_of(const Label& label) const {
    std::vector<int64_t> pieces;
    for (size_t step = label.step; step != 0; step = steps_[step].before)
      pieces.push_back(steps_[step].piece);
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
  }

  // Places for tensors that are not handed on, from the operator that makes or first reads them to the one
  // that reads them last.
  void find_places() {
    places_.assign(stack_.tensors.size(), kMostOpen);
    std::array<size_t, kMostOpen> until{};  // operators; the place is free from the next one on
    std::array<bool, kMostOpen> used{};
    for (size_t i = 0; i < stack_.operators.size(); ++i) {
      const auto open = [&](size_t t) {
        if (places_[t] < kMostOpen) return;
        for (size_t place = 0; place < kMostOpen; ++place) {
          if (used[place] && until[place] >= i) continue;
          places_[t] = place;
          used[place] = true;
          until[place] = stack_.tensors[t].readers.back();
          return;
        }
      };
      for (const size_t t : stack_.operators[i].inputs) {
        if (!stack_.tensors[t].maker && stack_.tensors[t].readers.size() > 1) open(t);
      }
      if (i < stack_.last() && !handed_on(i)) open(stack_.operators[i].output);
    }
  }

  // Lines of an open tensor are held at one time.
  void keep_open(Label& label, size_t t, int64_t held) const {
    int64_t& lines = label.open[places_[t]];
    int64_t& paid = label.paid[places_[t]];
    lines = std::max(lines, held);
    const int64_t more = std::max<int64_t>(0, lines - bounds_.held[t]) * line_bytes(t) - paid;
    paid += more;
    label.taken += more;
  }

  // Without labels that are no better than others; where they are many, neighbours become one that is no
  // worse than both.
  void thin_out() {
    std::sort(next_.begin(), next_.end(), [](const Label& a, const Label& b) {
      if (a.moved != b.moved) return a.moved < b.moved;
      return settled(a) != settled(b) ? settled(a) < settled(b) : a.asked < b.asked;
    });
    std::vector<Label> kept;
    for (const Label& label : next_) {
      const bool worse =
          std::any_of(kept.begin(), kept.end(), [&](const Label& other) { return no_worse(other, label); });
      if (!worse) kept.push_back(label);
    }
    while (kept.size() > kMostLabels) {
      std::vector<Label> joined;
      for (size_t i = 0; i < kept.size(); i += 2) {
        joined.push_back(kept[i]);
        if (i + 1 == kept.size()) break;
        Label& label = joined.back();
        const Label& other = kept[i + 1];
        label.taken = std::min(settled(label), settled(other));
        label.asked = std::min(label.asked, other.asked);
        for (size_t k = 0; k < kMostOpen; ++k) {
          label.open[k] = std::min(label.open[k], other.open[k]);
          label.paid[k] = std::min(label.paid[k], other.paid[k]);
          label.taken += label.paid[k];
        }
      }
      kept.swap(joined);
    }
    next_.swap(kept);
  }

  struct Step {
    size_t before;
    int64_t piece;
  };

  const Stack& stack_;
  const size_t axis_;
  const Strips& strips_;
  const LineBounds& bounds_;
  const int64_t room_, limit_;
  const int64_t passes_;
  std::vector<size_t> places_;  // [tensor]: in Label::open; kMostOpen: none
  std::vector<int64_t> rest_;   // weights of the operators from one on
  std::vector<Step> steps_;     // the first is none
  std::vector<Label> labels_, next_;
  bool cut_off_ = false;  // something was left out because of the limit
};

}  // namespace

WeightBound weight_bound(const Stack& stack, Axis inner, const Strips& strips, const LineBounds& bounds,
                         int64_t room, int64_t limit) {
  return LabelSearch(stack, inner, strips, bounds, room, limit).run();
}

}  // namespace hwcvp::stack
