#include "schedules/stack/line_walk.h"

#include <algorithm>

namespace hwcvp::stack {

namespace {

class LineWalk {
 public:
  LineWalk(const Stack& stack, Axis inner, const std::vector<int64_t>& pieces,
           const std::vector<bool>& needed, size_t from, LineVisitor* visitor)
      : stack_(stack), axis_(index(inner)), pieces_(pieces), needed_(needed), from_(from), visitor_(visitor) {
    counts_.tensors.resize(stack.tensors.size());
    counts_.operators.resize(stack.operators.size());
    tensors_.resize(stack.tensors.size());
    for (size_t t = 0; t < stack.tensors.size(); ++t) {
      tensors_[t].extent = stack.tensor(t).lines[axis_];
      tensors_[t].windows.resize(stack.tensors[t].readers.size());
    }
    operators_.resize(stack.operators.size());
    for (size_t i = 0; i < stack.operators.size(); ++i) {
      for (const size_t t : stack.operators[i].inputs) {
        const std::vector<size_t>& readers = stack.tensors[t].readers;
        const auto reader = std::find(readers.begin(), readers.end(), i) - readers.begin();
        operators_[i].windows.push_back(&tensors_[t].windows[static_cast<size_t>(reader)]);
      }
    }
  }

  std::optional<LineCounts> run() {
    const size_t last = stack_.last();
    const size_t output = stack_.operators[last].output;
    const int64_t extent = tensors_[output].extent;
    if (!make(last, {0, extent})) return std::nullopt;
    counts_.tensors[output].lines = extent;
    return std::move(counts_);
  }

 private:
  struct TensorState {
    int64_t extent = 0;
    Range held;
    int64_t passed = 0;          // lines before it were held and forgotten, or never will be
    std::vector<Range> windows;  // of each reader's latest run; empty before its first
  };
  struct OperatorState {
    std::vector<Range*> windows;  // of each input
  };

  bool make(size_t op, Range lines) {
    const int64_t piece = pieces_[op] == 0 ? lines.count() : pieces_[op];
    for (int64_t start = lines.start; start < lines.end; start += piece) {
      if (!run(op, {start, std::min(start + piece, lines.end)})) return false;
    }
    return true;
  }

  bool run(size_t op, Range lines) {
    LineCounts::OfOperator& count = counts_.operators[op];
    ++count.runs;
    if (visitor_ != nullptr) visitor_->piece(op);
    count.largest = std::max(count.largest, lines.count());
    const std::vector<size_t>& inputs = stack_.operators[op].inputs;
    const LineMap& map = stack_.op(op).maps[axis_];
    for (size_t i = 0; i < inputs.size(); ++i) {
      *operators_[op].windows[i] = map.needs(lines, tensors_[inputs[i]].extent);
    }
    if (!std::all_of(inputs.begin(), inputs.end(), [this](size_t t) { return bring(t); })) return false;
    if (visitor_ != nullptr) visitor_->run(op, lines);
    return true;
  }

  bool bring(size_t t) {
    if (!needed_[t]) return true;
    if (visitor_ != nullptr) visitor_->look(t);
    TensorState& tensor = tensors_[t];
    Range held;
    for (const Range window : tensor.windows) {
      if (window.empty()) continue;
      held =
          held.empty() ? window : Range{std::min(held.start, window.start), std::max(held.end, window.end)};
    }
    const Range before = tensor.held;
    tensor.held = held;
    if (held.empty()) {
      tensor.passed = std::max(tensor.passed, before.end);
      return true;
    }
    // A reader that does not run might have kept what seems to come back.
    if (held.start < tensor.passed) return stack_.tensors[t].readers.front() < from_;
    tensor.passed = held.start;
    LineCounts::OfTensor& count = counts_.tensors[t];
    count.most_held = std::max(count.most_held, held.count());
    const Range fresh = {before.empty() ? held.start : std::max(held.start, before.end), held.end};
    if (fresh.empty()) return true;
    count.lines += fresh.count();
    count.most_new = std::max(count.most_new, fresh.count());
    const std::optional<size_t> maker = stack_.tensors[t].maker;
    if (visitor_ != nullptr && !maker) visitor_->load(t, fresh);
    return !maker || *maker < from_ || make(*maker, fresh);
  }

  const Stack& stack_;
  const size_t axis_;
  const std::vector<int64_t>& pieces_;
  const std::vector<bool>& needed_;
  const size_t from_;
  LineVisitor* const visitor_;  // null: nobody asks
  LineCounts counts_;
  std::vector<TensorState> tensors_;
  std::vector<OperatorState> operators_;
};

}  // namespace

std::optional<LineCounts> walk_lines(const Stack& stack, Axis inner, const std::vector<int64_t>& pieces,
                                     const std::vector<bool>& needed, size_t from, LineVisitor* visitor) {
  return LineWalk(stack, inner, pieces, needed, from, visitor).run();
}

}  // namespace hwcvp::stack
