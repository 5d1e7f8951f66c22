#include "platform/report/dram_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/latency_json.h"
#include "platform/report/table.h"

namespace hwcvp {

namespace {

double part(uint64_t count, uint64_t of) {
  return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
}

std::string count_and_part(uint64_t count, uint64_t of) {
  return fmt::format("{} ({:.1f}%)", grouped(static_cast<int64_t>(count)), 100 * part(count, of));
}

}  // namespace

void print_report(std::ostream& out, const DramObservation& dram) {
  const DramStatistics& s = dram.statistics;
  const auto nanoseconds = [&dram](double cycles) { return fmt::format("{:.1f}", cycles * dram.clock_ns); };
  const auto quantile = [&](double q) { return nanoseconds(static_cast<double>(s.latency.quantile(q))); };
  const auto millijoules = [](double joules) { return fmt::format("{:.3f}", joules * 1e3); };
  Table table({{"DRAM " + dram.name, Table::Align::left}, {""}});
  table.add({"requests", grouped(static_cast<int64_t>(s.requests))});
  table.add({"bytes asked for", grouped(static_cast<int64_t>(s.request_bytes))});
  table.add({"bytes in bursts", grouped(static_cast<int64_t>(s.accesses()) * dram.burst_bytes)});
  table.add({"GB/s while busy", fmt::format("{:.2f} of {:.2f}", dram.bytes_per_second() * 1e-9,
                                            dram.peak_bytes_per_second * 1e-9)});
  table.add({"row hits", count_and_part(s.row_hits, s.accesses())});
  table.add({"row misses", count_and_part(s.row_misses, s.accesses())});
  table.add({"row conflicts", count_and_part(s.row_conflicts, s.accesses())});
  table.add({"latency ns, mean / median / 99% / most",
             fmt::format("{} / {} / {} / {}", nanoseconds(s.latency.mean()), quantile(0.5), quantile(0.99),
                         nanoseconds(static_cast<double>(s.latency.most())))});
  table.add({"energy mJ, total", millijoules(dram.energy.total())});
  table.add({"activate / read / write / refresh / standby",
             fmt::format("{} / {} / {} / {} / {}", millijoules(dram.energy.activate),
                         millijoules(dram.energy.read), millijoules(dram.energy.write),
                         millijoules(dram.energy.refresh), millijoules(dram.energy.background))});
  table.print(out);
}

nlohmann::ordered_json to_json(const DramObservation& dram) {
  const DramStatistics& s = dram.statistics;
  const auto ns = [&dram](double cycles) { return cycles * dram.clock_ns; };
  return {{"name", dram.name},
          {"requests", s.requests},
          {"request_bytes", s.request_bytes},
          {"burst_bytes", s.accesses() * static_cast<uint64_t>(dram.burst_bytes)},
          {"reads", s.reads},
          {"writes", s.writes},
          {"activates", s.activates},
          {"precharges", s.precharges},
          {"refreshes", s.refreshes_all},
          {"bank_refreshes", s.refreshes_bank},
          {"row_hits", s.row_hits},
          {"row_misses", s.row_misses},
          {"row_conflicts", s.row_conflicts},
          {"busy_seconds", ns(static_cast<double>(s.busy_cycles)) * 1e-9},
          {"busy_gb_per_s", dram.bytes_per_second() * 1e-9},
          {"peak_gb_per_s", dram.peak_bytes_per_second * 1e-9},
          {"latency_ns", latency_json(s.latency, dram.clock_ns)},
          {"energy_mj",
           {{"activate", dram.energy.activate * 1e3},
            {"read", dram.energy.read * 1e3},
            {"write", dram.energy.write * 1e3},
            {"refresh", dram.energy.refresh * 1e3},
            {"standby", dram.energy.background * 1e3},
            {"total", dram.energy.total() * 1e3}}}};
}

}  // namespace hwcvp
