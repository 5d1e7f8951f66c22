// Lower bounds on traffic that a report shows beside a schedule.
#pragma once

#include <cstdint>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Bytes that any schedule moves: every input element that any output touches, every weight, every output and
// the per-channel constants, once each.
int64_t compulsory_bytes(const Layer& layer);

// The published red-blue-pebble bound for convolutions with `buffer_bytes` on chip, in bytes; see the
// definition for source, constants and conditions. At least compulsory_bytes(layer).
int64_t published_bound_bytes(const Layer& layer, int64_t buffer_bytes);

}  // namespace hwcvp
