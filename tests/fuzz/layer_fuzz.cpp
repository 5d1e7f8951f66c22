// Layer files.
#include <nlohmann/json.hpp>

#include "schedules/json/json.h"
#include "schedules/json/parse_json.h"
#include "schedules/traffic/bounds.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string where = "layer.json";
  Layer layer;
  if (!fuzz::taken(where,
                   [&] { layer = layer_from_json(parse_json(fuzz::text_of(data, size), where), where); })) {
    return 0;
  }
  fuzz::require(layer_from_json(to_json(layer), where) == layer, "the layer as it was written");
  const int64_t least = compulsory_bytes(layer);
  fuzz::require(least > 0 && least <= layer.most_moved_bytes(), "compulsory bytes in range");
  fuzz::require(published_bound_bytes(layer, 65536) >= least, "a bound of at least the compulsory bytes");
  return 0;
}
