// Schedule files, and the predictors on what they hold.
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "schedules/bursts/burst_model.h"
#include "schedules/json/json.h"
#include "schedules/json/parse_json.h"
#include "schedules/latency/latency_model.h"
#include "schedules/networks/network.h"
#include "schedules/traffic/bounds.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

namespace {

// Of different kinds: with stride and padding, strided and grouped, with one pixel.
const std::array<Layer, 3>& layers() {
  static const std::array<Layer, 3> layers = [] {
    const std::vector<Layer> alexnet = builtin_network("alexnet").layers;
    return std::array<Layer, 3>{alexnet.front(), builtin_network("mobilenetv1").layers[3], alexnet.back()};
  }();
  return layers;
}

void predict(const Layer& layer, const Schedule& schedule) {
  const Prediction predicted = predict_exact(layer, schedule);
  const int64_t total = predicted.traffic.total();
  fuzz::require(total >= compulsory_bytes(layer) && total <= layer.most_moved_bytes(), "traffic in range");
  fuzz::require(predicted.buffer.total() > 0, "buffers that hold something");
  if (burst_steps(layer, schedule) < 1e5) {
    const BurstCounts bursts = predict_bursts(layer, schedule, {}, {}, {});
    fuzz::require(bursts.total().beats * 16 >= total, "bus beats for all bytes");
  }
  // Gives up where the steps of the nest differ too much.
  const std::optional<int64_t> cycles = cycles_within(std::numeric_limits<int64_t>::max() - 1, layer,
                                                      schedule, predicted.traffic, MachineTiming{}, nullptr);
  fuzz::require(!cycles || *cycles > 0, "cycles above 0");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string where = "schedule.json";
  nlohmann::json document;
  if (!fuzz::taken(where, [&] { document = parse_json(fuzz::text_of(data, size), where); })) return 0;
  for (const Layer& layer : layers()) {
    Schedule schedule;
    if (!fuzz::taken(where, [&] { schedule = schedule_from_json(document, layer, where); })) continue;
    fuzz::require(schedule_from_json(to_json(schedule), layer, where) == schedule,
                  "the schedule as it was written");
    predict(layer, schedule);
  }
  return 0;
}
