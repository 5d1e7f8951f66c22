// Constraints files.
#include <nlohmann/json.hpp>

#include "schedules/json/constraints_json.h"
#include "schedules/json/parse_json.h"
#include "schedules/networks/network.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<Layer> layers = builtin_network("alexnet").layers;
  const std::string where = "constraints.json";
  ConstraintsFile file;
  if (!fuzz::taken(where, [&] {
        file = constraints_from_json(parse_json(fuzz::text_of(data, size), where), where);
      })) {
    return 0;
  }
  fuzz::require(constraints_from_json(to_json(file.constraints), where).constraints == file.constraints,
                "the constraints as they were written");
  for (const Layer& layer : layers) {
    if (!fuzz::taken(where, [&] { file.constraints.validate(layer, where); })) continue;
    Schedule schedule;
    schedule.loops = file.constraints.outer_loops;
    const bool legal = fuzz::taken(where, [&] { schedule.validate(layer, where); });
    fuzz::require(legal, "outer loops that are legal for the layer");
    file.constraints.allow(layer, schedule);
  }
  return 0;
}
