// Loads for DRAM controllers: sequences of requests, and a run of them that keeps the queue as full as told.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "models/dram/controller/controller.h"
#include "platform/dram/dram_spec_file.h"

namespace hwcvp {

struct DramLoad {
  const char* name;
  uint64_t bytes = 0;  // of a request; 0: random, 1 to 300
  double writes = 0;   // part of the requests
  double gap = 0;      // mean cycles between arrivals
  enum Pattern { stream, random, conflict, mixed } pattern = stream;
};

// All kinds at several rates.
std::vector<DramLoad> all_loads();

// Request number n of a load; ids count from 0, arrivals never go back.
class DramLoadGenerator {
 public:
  DramLoadGenerator(const DramLoad& load, const DramSpec& spec, uint64_t seed)
      : load_(load), spec_(spec), random_(seed) {}
  DramController::Request next();

 private:
  uint64_t address();

  const DramLoad load_;
  const DramSpec& spec_;
  std::mt19937_64 random_;
  uint64_t number_ = 0;
  double arrival_ = 0;
};

// Runs `requests` of them, each submitted when it arrives or as soon as there is room, until all ended.
// Returns the cycle at which nothing was left.
DramCycle run_load(DramController& controller, DramLoadGenerator generator, uint64_t requests);

}  // namespace hwcvp
