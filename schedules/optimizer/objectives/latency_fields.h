// What objectives that estimate cycles have in common.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "schedules/latency/machine_timing.h"
#include "schedules/optimizer/problem/result.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

void add_timing_to_key(const MachineTiming& timing, nlohmann::json& key);

// Sets latency and latency_bound of a result. `cycles` are the estimate of its schedule where the search
// knows it; throws InputError where it was cut short, does not know them, and they would take long.
void complete_latency(const Layer& layer, const MachineTiming& timing, std::optional<int64_t> cycles,
                      OptimizerResult& result);

}  // namespace hwcvp::optimizer
