#include "models/dram/controller/energy.h"

#include <algorithm>

namespace hwcvp {

DramEnergy estimate_energy(const DramSpec& spec, const DramStatistics& statistics, DramCycle cycles) {
  const DramOrganization& o = spec.organization;
  const DramTiming& t = spec.timing;
  const double clock = o.clock_ps() * 1e-12;
  const auto times = [](uint64_t count) { return static_cast<double>(count); };
  const auto seconds = [clock](DramCycle count) { return static_cast<double>(count) * clock; };
  const DramCycle all = cycles * o.channels * o.ranks;
  const DramCycle active = std::min(statistics.active_cycles, all);
  const double refreshes = times(statistics.refreshes_all) +
                           times(statistics.refreshes_bank) / static_cast<double>(o.banks_per_rank());
  DramEnergy energy;
  for (const DramRail& rail : spec.rails) {
    const double volts = rail.volts * 1e-3 * static_cast<double>(o.devices);  // times mA: watts
    const auto charge = [volts](double milliamperes_seconds) {
      return volts * std::max(0.0, milliamperes_seconds);
    };
    energy.activate +=
        times(statistics.activates) * charge(rail.IDD0 * seconds(t.tRC) - rail.IDD3N * seconds(t.tRAS) -
                                             rail.IDD2N * seconds(t.tRC - t.tRAS));
    energy.read += times(statistics.reads) * charge((rail.IDD4R - rail.IDD3N) * seconds(spec.burst_cycles()));
    energy.write +=
        times(statistics.writes) * charge((rail.IDD4W - rail.IDD3N) * seconds(spec.burst_cycles()));
    energy.refresh += refreshes * charge((rail.IDD5B - rail.IDD3N) * seconds(t.tRFC));
    energy.background += charge(rail.IDD3N * seconds(active) + rail.IDD2N * seconds(all - active));
  }
  return energy;
}

}  // namespace hwcvp
