// How a network's operators are best cut into stacks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "schedules/stack/network.h"
#include "schedules/stack/search/stack_search.h"

namespace hwcvp::stack {

// Operators `first` to `last` in a way that is no Schedule: one of them alone, or a convolution with a tail.
struct GivenStack {
  size_t first = 0, last = 0;
  int64_t bytes = 0;
  int64_t proven = 0;  // bytes that no schedule of this kind undercuts
};

struct ChosenStack {
  size_t first = 0, last = 0;
  std::optional<size_t> given;  // in the list that was handed in
  StackAnswer answer;           // of others
  int64_t bytes = 0, proven = 0;
};

struct NetworkCuts {
  std::vector<ChosenStack> stacks;  // in the network's order
  int64_t bytes = 0;
  int64_t proven = 0;  // bytes that no cut into stacks undercuts
  int64_t evaluated = 0;
  bool finished = true;  // neither time limit nor cancellation ended the search
};

// The cut that moves the fewest bytes. `given` has each operator alone; more of them are alternatives to the
// schedules of stacks. `progress` is told how many of how many last operators are done.
NetworkCuts cut_network(const Network& network, const std::vector<GivenStack>& given,
                        const SearchOptions& options,
                        const std::function<void(size_t done, size_t all)>& progress = {});

}  // namespace hwcvp::stack
