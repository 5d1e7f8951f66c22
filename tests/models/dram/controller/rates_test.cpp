// What each preset achieves, against what its timing parameters imply by hand. The figures of a preset in
// clock cycles are written out, so that a preset or a constraint that changes is noticed here.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/models/dram/controller/load.h"

namespace hwcvp {
namespace {

// One rank, so that ranks do not take turns.
struct Preset {
  const char* name;
  double clock_ns;
  double burst_bytes, channels;
  double BL2;                // cycles of the data bus that a burst takes
  double tRRD_S, tFAW;       // ACT to ACT, and to the fourth one after
  double tRC, tRAS, tRP;     // row cycle
  double tRFC, tRPab, tRCD;  // what a refresh takes from a stream: PREab, REF, ACT
  double tREFI, bursts_per_row, banks;
};

// tRRD_S: 6 ns, 3.3 ns, 2.5 ns or 4 nCK, 10 ns. tFAW: 30 ns, 21 ns, 21 ns, 40 ns. tRFC: 260, 350, 350, 280
// ns.
constexpr Preset kPresets[] = {
    {"ddr3-1600", 1.25, 64, 1, 4, 5, 24, 39, 28, 11, 208, 11, 11, 6240, 128, 8},
    {"ddr4-2400", 1 / 1.2, 64, 1, 4, 4, 26, 55, 39, 16, 420, 16, 16, 9360, 128, 16},
    {"ddr4-3200", 0.625, 64, 1, 4, 4, 34, 74, 52, 22, 560, 22, 22, 12480, 128, 16},
    {"lpddr4-3200", 0.625, 32, 2, 8, 16, 64, 96, 68, 29, 448, 34, 29, 6246, 64, 8},
};

double refresh_share(const Preset& p) { return (p.tRFC + p.tRPab + p.tRCD) / p.tREFI; }

class Rates : public ::testing::TestWithParam<Preset> {
 protected:
  Rates() : spec(find_dram_spec(GetParam().name)) { spec.organization.ranks = 1; }

  // Bytes in a cycle, of all channels.
  double achieved(const DramControllerConfig& config, const DramLoad& load, uint64_t requests) {
    DramController controller(spec, config);
    const DramCycle cycles = run_load(controller, DramLoadGenerator(load, controller.spec(), 1), requests);
    statistics = controller.statistics(cycles);
    return static_cast<double>(statistics.accesses()) * GetParam().burst_bytes / static_cast<double>(cycles);
  }

  DramSpec spec;
  DramStatistics statistics;
};

TEST_P(Rates, StreamHasTheDataBusLessRefresh) {
  const Preset& p = GetParam();
  // A burst every BL/2 on each channel; for each tREFI the time from PREab to the first RD again is lost.
  const double peak = p.burst_bytes * p.channels / p.BL2;
  const double expected = peak * (1 - refresh_share(p));
  EXPECT_NEAR(achieved({}, {"stream", 64, 0, 0, DramLoad::stream}, 40000) / expected, 1, 0.01);
  // The preset's name: beats of 8 bytes (LPDDR4: two channels of 2) at the data rate.
  EXPECT_NEAR(peak / p.clock_ns, spec.peak_bytes_per_second() * 1e-9, 0.01);
  // A burst in so many opens a row, and after a refresh one of each bank that the stream is in.
  const double accesses = static_cast<double>(statistics.accesses());
  const double hits = static_cast<double>(statistics.row_hits) / accesses;
  EXPECT_LE(hits, 1 - 1 / p.bursts_per_row);
  EXPECT_GE(hits, 1 - 1 / p.bursts_per_row -
                      static_cast<double>(statistics.refreshes_all + 1) * p.banks / accesses);
}

TEST_P(Rates, RandomRowsAreBoundByActivates) {
  const Preset& p = GetParam();
  DramControllerConfig config;
  config.page_policy = DramPageClosing::closed;
  config.queue_depth = 64;
  // A row for each burst: an ACT every tRRD_S, four in tFAW, each bank every tRC, a burst every BL/2.
  const double cycles = std::max({p.tRRD_S, p.tFAW / 4, p.tRC / p.banks, p.BL2});
  const double limit = p.burst_bytes * p.channels / cycles * (1 - refresh_share(p));
  const double rate =
      achieved(config, {"random", static_cast<uint64_t>(p.burst_bytes), 0, 0, DramLoad::random}, 20000);
  EXPECT_LE(rate, limit * 1.002);
  EXPECT_GE(rate, limit * 0.93) << "the next 64 accesses do not always find four banks";
  EXPECT_LT(static_cast<double>(statistics.row_hits), 0.005 * static_cast<double>(statistics.accesses()));
  EXPECT_EQ(0u, statistics.row_conflicts);
}

TEST_P(Rates, ConflictsAreBoundByTheRowCycle) {
  const Preset& p = GetParam();
  DramControllerConfig config;
  config.scheduler = DramScheduling::fcfs;
  DramController controller(spec, config);
  // Two rows of one bank in turn, on the first channel: ACT, RD, PRE after tRAS, ACT after tRP and no sooner
  // than tRC.
  const uint64_t row = spec.organization.capacity_bytes() / static_cast<uint64_t>(spec.organization.rows);
  constexpr uint64_t kReads = 2000;
  DramCycle now = 0;
  for (uint64_t i = 0; i < kReads; ++i) {
    while (!controller.ready()) controller.advance(now = controller.next_cycle() + 1);
    controller.submit({i, (i % 2) * row, static_cast<uint64_t>(p.burst_bytes), false, now});
  }
  while (controller.in_flight() != 0) controller.advance(now = controller.next_cycle() + 1);
  const DramStatistics s = controller.statistics(now);
  // A refresh comes between two of them: PREab and tRFC in place of PRE.
  const double each = std::max(p.tRC, p.tRAS + p.tRP);
  const double expected = kReads * each / (1 - p.tRFC / p.tREFI);
  EXPECT_NEAR(static_cast<double>(s.last_finish) / expected, 1, 0.01);
  EXPECT_EQ(0u, s.row_hits);
}

INSTANTIATE_TEST_SUITE_P(Presets, Rates, ::testing::ValuesIn(kPresets), [](const auto& preset) {
  std::string name = preset.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace hwcvp
