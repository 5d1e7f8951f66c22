// What a sweep over buffer sizes found, for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "platform/report/answer.h"
#include "platform/report/front_report.h"
#include "schedules/sweep/pareto.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct LayerSweep {
  Layer layer;
  std::vector<CapacityResult> points;  // by ascending capacity
};

// Bytes and cycles of all layers, one after the other in one buffer.
struct FrontAtCapacity {
  int64_t buffer_bytes = 0;
  std::vector<NetworkFrontPoint> points;
  FrontBounds bounds;
};

struct SweepReport {
  std::vector<LayerSweep> layers;
  std::vector<NetworkResult> totals;
  std::vector<FrontAtCapacity> fronts;  // by ascending capacity; none unless the objective is Front
  std::string caveat;                   // of their cycles
  bool prices = false;                  // costs are not bytes
  bool complete = false;                // every capacity was searched for every layer
};

// For the capacities that all layers were searched for and fit in.
std::vector<FrontAtCapacity> add_fronts(const std::vector<LayerSweep>& layers,
                                        const std::vector<int64_t>& capacities);

// The sections of the answer and, for options, their names with those that the command adds. The report must
// outlive the answer, whose subject is left to the command.
std::vector<std::string> sweep_section_names();
Answer answer(const SweepReport& report);
nlohmann::ordered_json to_json(const SweepReport& report);

}  // namespace hwcvp
