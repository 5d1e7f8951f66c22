// The best schedule of one stack.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "schedules/stack/network.h"
#include "schedules/stack/schedule.h"
#include "schedules/stack/search/frame.h"

namespace hwcvp::stack {

struct SearchOptions {
  int64_t buffer_bytes = 0;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  const std::atomic<bool>* cancel = nullptr;  // set it from another thread or a signal

  bool ended() const;
};

struct StackAnswer {
  std::optional<Schedule> schedule;  // none: nothing was found that fits and moves less than the limit
  int64_t bytes = 0;                 // that it moves
  // Bytes that no schedule of the stack undercuts, as far as they are below the limit; kNever where none
  // fits.
  int64_t proven = 0;
  int64_t evaluated = 0;
};

// The schedule that moves the fewest bytes, among those of equal bytes the one with the least work, then the
// fewest commands that were seen. Those that move `limit` bytes or more are not looked for.
StackAnswer search_stack(const Network& network, size_t first, size_t last, int64_t limit,
                         const SearchOptions& options);

}  // namespace hwcvp::stack
