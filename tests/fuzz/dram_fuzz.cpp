// Files of DRAM specifications, and the controller with what they hold.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "models/dram/controller/controller.h"
#include "platform/dram/dram_spec_file.h"
#include "schedules/json/parse_json.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string where = "dram.json";
  DramSpec spec;
  if (!fuzz::taken(
          where, [&] { spec = dram_spec_from_json(parse_json(fuzz::text_of(data, size), where), where); })) {
    return 0;
  }
  const uint64_t capacity = spec.organization.capacity_bytes();
  fuzz::require(capacity > 0, "a device that holds something");
  DramController controller(spec, {});
  DramCycle last = 0;
  for (const uint64_t address : {uint64_t{0}, capacity / 2, capacity - 64}) {
    if (capacity < 64) break;
    const DramCycle finish = controller.access({0, address, 64, address != 0, last});
    fuzz::require(finish > last, "accesses that take time");
    last = finish;
  }
  return 0;
}
