// What the timed DRAM did in a run, for people and for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "models/dram/controller/energy.h"
#include "models/dram/timed_dram.h"

namespace hwcvp {

struct DramReport {
  std::string name;  // of the specification
  DramStatistics statistics;
  DramEnergy energy;
  double clock_ns = 0;
  int64_t burst_bytes = 0;
  double peak_bytes_per_second = 0;

  // Bytes asked for by the time in which requests were under way.
  double bytes_per_second() const;
};

DramReport report_of(const TimedDram& dram);

void print_report(std::ostream& out, const DramReport& report);
// The object that docs/command-line.md describes.
nlohmann::ordered_json to_json(const DramReport& report);

}  // namespace hwcvp
