#include "schedules/optimizer/objectives/latency_fields.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "schedules/latency/latency_model.h"
#include "schedules/optimizer/objectives/least_latency.h"

namespace hwcvp::optimizer {

void add_timing_to_key(const MachineTiming& timing, nlohmann::json& key) {
  nlohmann::json& of_timing = key["timing"];
  visit_timing(timing, [&of_timing](const char* name, const auto& value) { of_timing[name] = value; });
}

void complete_latency(const Layer& layer, const MachineTiming& timing, std::optional<int64_t> cycles,
                      OptimizerResult& result) {
  const Traffic& traffic = result.prediction.traffic;
  if (result.finished) {
    result.latency = estimate_latency(layer, result.schedule, traffic, timing);
  } else if (cycles && *cycles < std::numeric_limits<int64_t>::max()) {
    result.latency = estimate_of_cycles(*cycles, layer, result.schedule, traffic, timing);
  } else if (const auto estimate = estimate_latency_at_once(layer, result.schedule, traffic, timing)) {
    result.latency = *estimate;
  } else {
    throw InputError(layer.name + ": cycles: the search had to end before those of any schedule were known");
  }
  result.latency_bound = latency_bound(layer, timing);
}

}  // namespace hwcvp::optimizer
