#include "tests/models/dram/controller/load.h"

#include <algorithm>
#include <cmath>

namespace hwcvp {

std::vector<DramLoad> all_loads() {
  using L = DramLoad;
  return {{"stream of reads", 64, 0, 0, L::stream},
          {"stream of writes", 256, 1, 0, L::stream},
          {"stream both ways", 512, 0.5, 0, L::stream},
          {"slow stream", 64, 0.3, 30, L::stream},
          {"random reads", 64, 0, 0, L::random},
          {"random both ways", 64, 0.5, 0, L::random},
          {"random unaligned", 0, 0.4, 5, L::random},
          {"slow random", 64, 0.4, 100, L::random},
          {"conflicts", 64, 0.2, 0, L::conflict},
          {"mixed", 0, 0.35, 10, L::mixed},
          {"rare", 64, 0.5, 20000, L::mixed}};
}

uint64_t DramLoadGenerator::address() {
  const uint64_t capacity = spec_.organization.capacity_bytes();
  constexpr uint64_t kLongest = 1024;
  const uint64_t anywhere = random_() % (capacity - kLongest);
  switch (load_.pattern) {
    case DramLoad::stream:
      return number_ * load_.bytes % (capacity - kLongest);
    case DramLoad::random:
      return load_.bytes == 0 ? anywhere : anywhere / load_.bytes * load_.bytes;
    case DramLoad::conflict:  // four rows of one bank, row bits on top
      return (random_() % 4) * (capacity / static_cast<uint64_t>(spec_.organization.rows));
    default:
      return random_() % 4 == 0 ? anywhere : number_ * 40 % (capacity - kLongest);
  }
}

DramController::Request DramLoadGenerator::next() {
  DramController::Request request;
  request.address = address();
  request.bytes = load_.bytes == 0 ? 1 + random_() % 300 : load_.bytes;
  request.write = static_cast<double>(random_() % 1000) < load_.writes * 1000;
  if (load_.gap > 0) arrival_ += std::exponential_distribution<double>(1 / load_.gap)(random_);
  request.arrival = static_cast<DramCycle>(arrival_);
  request.id = number_++;
  return request;
}

DramCycle run_load(DramController& controller, DramLoadGenerator generator, uint64_t requests) {
  DramCycle last = 0;
  DramCycle now = 0;
  uint64_t ended = 0;
  const auto collect = [&] {
    for (const DramController::Completion& done : controller.completions())
      last = std::max(last, done.finish);
    ended += controller.completions().size();
    controller.clear_completions();
  };
  for (uint64_t n = 0; n < requests; ++n) {
    DramController::Request request = generator.next();
    while (!controller.ready()) {
      now = std::max(now, controller.next_cycle() + 1);
      controller.advance(now);
    }
    request.arrival = std::max(request.arrival, now);
    now = request.arrival;
    controller.advance(now);
    controller.submit(request);
    collect();
  }
  while (ended < requests) {
    now = std::max(now, controller.next_cycle() + 1);
    controller.advance(now);
    collect();
  }
  return std::max(last, now);
}

}  // namespace hwcvp
