// Predicted cycles of a layer, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "schedules/latency/latency_model.h"
#include "schedules/latency/roofline.h"

namespace hwcvp {

// What is predicted of the time of one schedule on one machine.
struct LatencyPrediction {
  std::optional<LatencyEstimate> estimate;  // none where the steps of the nest are too many to follow
  RooflinePosition roofline;                // where there is an estimate
  std::string caveat;                       // as latency_caveat()
};

void print_latency(std::ostream& out, const LatencyPrediction& prediction);

// Adds the "cycles", "compute_cycles", "transfer_cycles", "roofline" and "caveats" of
// docs/command-line.md.
void add_latency(nlohmann::ordered_json& object, const LatencyPrediction& prediction);

// For schedules of least traffic that take more than a tenth more cycles than the bound: what to do about it.
// Empty for others.
std::string slowness_note(int64_t cycles, int64_t bound);

// Below a table of predicted cycles; nothing for an empty caveat.
void print_caveat(std::ostream& out, const std::string& caveat);
nlohmann::ordered_json caveats_json(const std::string& caveat);

}  // namespace hwcvp
