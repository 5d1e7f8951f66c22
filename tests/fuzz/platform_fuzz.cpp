// Platform files, and what is derived from what they hold.
#include <nlohmann/json.hpp>

#include "platform/config/config.h"
#include "platform/placement/tensor_placement.h"
#include "platform/prediction/platform_timing.h"
#include "schedules/json/parse_json.h"
#include "schedules/networks/network.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Layer layer = builtin_network("alexnet").layers.front();
  const std::string where = "platform.json";
  PlatformConfig config;
  if (!fuzz::taken(
          where, [&] { config = platform_from_json(parse_json(fuzz::text_of(data, size), where), where); })) {
    return 0;
  }
  const nlohmann::json written = to_json(config);
  fuzz::require(nlohmann::json(to_json(platform_from_json(written, where))) == written,
                "the platform as it was written");
  const MachineTiming timing = machine_timing(config);
  fuzz::require(timing.bytes_per_cycle() > 0, "a memory that moves bytes");
  fuzz::taken("", [&] { place_tensors(layer, config.layout.tensors, config); });
  return 0;
}
