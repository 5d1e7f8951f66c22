// What the search for schedules found, for people and for programs.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/report/answer.h"
#include "platform/report/front_report.h"
#include "schedules/bursts/tensor_layout.h"
#include "schedules/latency/machine_timing.h"
#include "schedules/optimizer/problem/result.h"
#include "schedules/traffic/traffic.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct LayerResult {
  Layer layer;
  OptimizerResult found;
  int64_t compulsory = 0;
  int64_t published = 0;
  TensorLayouts layouts;
  std::optional<BusTraffic> bus;
};

// What the results are about, besides bytes.
struct ShownResults {
  bool cost = false;    // prices are not all one
  bool cycles = false;  // the objective is about cycles
  bool bus = false;     // the objective is bus bytes
  bool front = false;   // the objective is bytes and cycles at once
  bool layout = false;  // layouts were asked for, or are part of the objective
  std::string caveat;   // of the cycles
};

// Bytes and cycles of all layers together.
struct WholeFront {
  std::vector<NetworkFrontPoint> points;
  FrontBounds bounds;
};
// Of results that have fronts.
WholeFront add_fronts(const std::vector<LayerResult>& results);

nlohmann::ordered_json to_json(const LayerResult& result, const ShownResults& shown);

// The answer without subject, and without what a whole network or an ONNX file adds to it. The results and
// the front must outlive it.
Answer answer(const std::vector<LayerResult>& results, const ShownResults& shown, const WholeFront& front,
              const MachineTiming& timing, bool interrupted);

}  // namespace hwcvp
