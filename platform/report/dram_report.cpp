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

double DramReport::bytes_per_second() const {
  const double seconds = static_cast<double>(statistics.busy_cycles) * clock_ns * 1e-9;
  return seconds > 0 ? static_cast<double>(statistics.request_bytes) / seconds : 0;
}

DramReport report_of(const TimedDram& dram) {
  const DramSpec& spec = dram.properties().spec;
  DramReport report;
  report.name = spec.name;
  report.statistics = dram.statistics();
  report.energy = dram.energy();
  report.clock_ns = spec.organization.clock_ps() * 1e-3;
  report.burst_bytes = spec.organization.burst_bytes();
  report.peak_bytes_per_second = spec.peak_bytes_per_second();
  return report;
}

void print_report(std::ostream& out, const DramReport& report) {
  const DramStatistics& s = report.statistics;
  const auto nanoseconds = [&report](double cycles) {
    return fmt::format("{:.1f}", cycles * report.clock_ns);
  };
  const auto quantile = [&](double q) { return nanoseconds(static_cast<double>(s.latency.quantile(q))); };
  const auto millijoules = [](double joules) { return fmt::format("{:.3f}", joules * 1e3); };
  Table table({{"DRAM " + report.name, Table::Align::left}, {""}});
  table.add({"requests", grouped(static_cast<int64_t>(s.requests))});
  table.add({"bytes asked for", grouped(static_cast<int64_t>(s.request_bytes))});
  table.add({"bytes in bursts", grouped(static_cast<int64_t>(s.accesses()) * report.burst_bytes)});
  table.add({"GB/s while busy", fmt::format("{:.2f} of {:.2f}", report.bytes_per_second() * 1e-9,
                                            report.peak_bytes_per_second * 1e-9)});
  table.add({"row hits", count_and_part(s.row_hits, s.accesses())});
  table.add({"row misses", count_and_part(s.row_misses, s.accesses())});
  table.add({"row conflicts", count_and_part(s.row_conflicts, s.accesses())});
  table.add({"latency ns, mean / median / 99% / most",
             fmt::format("{} / {} / {} / {}", nanoseconds(s.latency.mean()), quantile(0.5), quantile(0.99),
                         nanoseconds(static_cast<double>(s.latency.most())))});
  table.add({"energy mJ, total", millijoules(report.energy.total())});
  table.add({"activate / read / write / refresh / standby",
             fmt::format("{} / {} / {} / {} / {}", millijoules(report.energy.activate),
                         millijoules(report.energy.read), millijoules(report.energy.write),
                         millijoules(report.energy.refresh), millijoules(report.energy.background))});
  table.print(out);
}

nlohmann::ordered_json to_json(const DramReport& report) {
  const DramStatistics& s = report.statistics;
  const auto ns = [&report](double cycles) { return cycles * report.clock_ns; };
  return {{"name", report.name},
          {"requests", s.requests},
          {"request_bytes", s.request_bytes},
          {"burst_bytes", s.accesses() * static_cast<uint64_t>(report.burst_bytes)},
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
          {"busy_gb_per_s", report.bytes_per_second() * 1e-9},
          {"peak_gb_per_s", report.peak_bytes_per_second * 1e-9},
          {"latency_ns", latency_json(s.latency, report.clock_ns)},
          {"energy_mj",
           {{"activate", report.energy.activate * 1e3},
            {"read", report.energy.read * 1e3},
            {"write", report.energy.write * 1e3},
            {"refresh", report.energy.refresh * 1e3},
            {"standby", report.energy.background * 1e3},
            {"total", report.energy.total() * 1e3}}}};
}

}  // namespace hwcvp
