// What a sweep over buffer sizes found, for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <vector>

#include "schedules/sweep/pareto.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct LayerSweep {
  Layer layer;
  std::vector<CapacityResult> points;  // by ascending capacity
};

struct SweepReport {
  std::vector<LayerSweep> layers;
  std::vector<NetworkResult> totals;
  bool prices = false;    // costs are not bytes
  bool complete = false;  // every capacity was searched for every layer
};

void print_sweep(std::ostream& out, const SweepReport& report);
nlohmann::ordered_json to_json(const SweepReport& report);

}  // namespace hwcvp
