// The exact cost of a stack's schedule. The time that it takes grows with lines and operators, never with
// elements: all strips run through their lines alike, so that one walk over the lines of the inner axis and
// one over the strips of the outer axis give all counts as products.
//
// Does not model time, double buffering, nor stacks of one operator, whose schedules are loop nests
// (schedules/traffic).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schedules/stack/line_walk.h"
#include "schedules/stack/schedule.h"
#include "schedules/stack/stack.h"
#include "schedules/stack/strips.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp::stack {

// What a tensor of the stack moves and takes on chip.
struct TensorCost {
  size_t tensor = 0;             // of the network
  int64_t read = 0;              // bytes, of an input of the stack
  int64_t written = 0;           // bytes, of an output of the stack
  int64_t lines = 0, width = 0;  // held at most, along the inner axis; widest range of any strip
  int64_t bytes = 0;             // of its buffer: lines x width x channels; 0 where it is not read inside
};

struct OperatorCost {
  int64_t weight_read = 0, params_read = 0;  // bytes
  int64_t runs = 0;                          // pieces of all strips and images
  int64_t largest_piece = 0, width = 0;      // lines of it; widest range of its output
  int64_t commands = 0;                      // runs x portions
  int64_t macs = 0;                          // really done, padding included
  int64_t resident_bytes = 0;                // weights that stay
  int64_t working_bytes = 0;                 // accumulators and streamed weights while it runs
};

struct StackCost {
  Traffic traffic;
  int64_t macs = 0, commands = 0;
  // Bytes of buffer memory: of tensors, of resident weights, of the operator that needs most as it runs.
  int64_t tensor_bytes = 0, resident_bytes = 0, working_bytes = 0;
  int64_t buffer_bytes() const { return tensor_bytes + resident_bytes + working_bytes; }

  std::vector<TensorCost> tensors;      // as in Stack::tensors
  std::vector<OperatorCost> operators;  // of the stack, in order
};

// Throws InputError, with a line that begins with `where` and names the field, unless the schedule is one for
// operators of the network: two or more, all but the last read by others of them, tiles of one line or
// more, portions within the channels, residency only of weights that there are.
void validate(const Network& network, const Schedule& schedule, const std::string& where);

// The cost of a schedule that validate() accepts. Nothing where it is illegal: lines would have to come back,
// or lines or columns of an output are left that nobody asks for.
std::optional<StackCost> predict(const Network& network, const Schedule& schedule);

// The parts of predict(), for those who try many schedules of one stack.
std::vector<int64_t> pieces_of(const Schedule& schedule);
// Whether all lines of every output of the stack that strips of the group need are made.
bool outputs_complete(const Stack& stack, Axis inner, const LineCounts& counts,
                      const std::vector<bool>& needed);
// `counts` has an entry for each group of strips.
StackCost cost_of(const Stack& stack, const Schedule& schedule, const Strips& strips,
                  const std::vector<LineCounts>& counts);

}  // namespace hwcvp::stack
