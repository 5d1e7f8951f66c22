// The inner axis: how the lines of a stack's tensors come and go in one strip.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "schedules/stack/stack.h"

namespace hwcvp::stack {

// Of one strip.
struct LineCounts {
  struct OfTensor {
    int64_t lines = 0;      // loaded or made, the last operator's output included
    int64_t most_held = 0;  // at any time; 0 of the last operator's output, which nothing reads
    int64_t most_new = 0;   // at once: no piece of the operator that makes them is larger
  };
  struct OfOperator {
    int64_t runs = 0;
    int64_t largest = 0;  // lines of a run
  };
  std::vector<OfTensor> tensors;
  std::vector<OfOperator> operators;
};

// Is told what happens, in order.
struct LineVisitor {
  virtual ~LineVisitor() = default;
  virtual void piece(size_t op) = 0;  // begins: its inputs are looked at
  virtual void look(size_t tensor) = 0;
  virtual void load(size_t tensor, Range lines) = 0;  // of an input of the stack
  virtual void run(size_t op, Range lines) = 0;       // all that it reads is there
};

// Walks through the runs of one strip. `pieces` has a number of lines for each operator of the stack, that of
// the last is the inner tile; `needed` says of which tensors the strip needs anything. Operators before
// `from` do not run: what they make is counted as if it were loaded. Nothing where a line would have to come
// back. The time grows with the runs of all operators together.
std::optional<LineCounts> walk_lines(const Stack& stack, Axis inner, const std::vector<int64_t>& pieces,
                                     const std::vector<bool>& needed, size_t from = 0,
                                     LineVisitor* visitor = nullptr);

}  // namespace hwcvp::stack
