// All schedules of small stacks, and all cuts of small networks, one by one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "schedules/stack/network.h"

namespace hwcvp::stack {

// Bytes of the best schedule of operators `first` to `last` that fits: both axes, all tiles, all pieces, all
// choices of resident weights, the least portions. Nothing where none does.
std::optional<int64_t> best_of_all(const Network& network, size_t first, size_t last, int64_t buffer_bytes);

// The same for each outer axis and tile in which something fits.
std::map<std::pair<Axis, int64_t>, int64_t> best_of_frames(const Network& network, size_t first, size_t last,
                                                           int64_t buffer_bytes);

// Bytes of the best cut of all operators into stacks, where `given` has what spans of operators move in other
// ways.
std::optional<int64_t> best_cut_of_all(const Network& network,
                                       const std::map<std::pair<size_t, size_t>, int64_t>& given,
                                       int64_t buffer_bytes);

}  // namespace hwcvp::stack
