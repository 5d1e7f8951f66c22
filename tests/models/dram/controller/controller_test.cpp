// What the controller achieves, against figures worked out by hand from the timing parameters.
#include "models/dram/controller/controller.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "models/dram/controller/energy.h"
#include "tests/models/dram/controller/constraint_checker.h"
#include "tests/models/dram/controller/load.h"

namespace hwcvp {
namespace {

struct Outcome {
  DramStatistics statistics;
  DramCycle cycles = 0;
  // Bytes moved in a cycle.
  double bytes_per_cycle() const {
    return static_cast<double>(statistics.request_bytes) / static_cast<double>(cycles);
  }
};

Outcome run(const DramSpec& spec, const DramControllerConfig& config, const DramLoad& load,
            uint64_t requests) {
  DramController controller(spec, config);
  Outcome outcome;
  outcome.cycles = run_load(controller, DramLoadGenerator(load, controller.spec(), 1), requests);
  outcome.statistics = controller.statistics(outcome.cycles);
  return outcome;
}

constexpr DramLoad kReadStream{"reads", 64, 0, 0, DramLoad::stream};

double refresh_share(const DramSpec& spec) {
  // Each tREFI: PREab, tRPab to REF, tRFC, and tRCD to the first column command again.
  const DramTiming& t = spec.timing;
  return static_cast<double>(t.tRFC + t.tRPab + t.tRCD) / static_cast<double>(t.tREFI);
}

TEST(DramControllerTest, FirstReadTakesActivateCasAndBurst) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  DramController controller(spec, {});
  // tRCD 16 + CL 16 + BL/2 4 after the arrival.
  EXPECT_EQ(1000 + 16 + 16 + 4, controller.access({0, 0, 64, false, 1000}));
  // The row is open: CL + BL/2.
  EXPECT_EQ(2000 + 16 + 4, controller.access({0, 0, 64, false, 2000}));
  // Another row of the bank: tRP 16 more than a closed one.
  const uint64_t next_row = uint64_t{1} << (6 + 2 + 7 + 2);  // above burst, bank group, column, bank
  EXPECT_EQ(3000 + 16 + 16 + 16 + 4, controller.access({0, next_row, 64, false, 3000}));
  // A write: CWL 12 + BL/2 4.
  EXPECT_EQ(4000 + 12 + 4, controller.access({0, next_row, 64, true, 4000}));
  const DramStatistics s = controller.statistics(5000);
  EXPECT_EQ(2u, s.row_hits);
  EXPECT_EQ(1u, s.row_misses);
  EXPECT_EQ(1u, s.row_conflicts);
  EXPECT_EQ(16u, s.latency.least());
  EXPECT_EQ(52u, s.latency.most());
  EXPECT_DOUBLE_EQ((36 + 20 + 52 + 16) / 4.0, s.latency.mean());
}

TEST(DramControllerTest, StreamsAtTheRateOfTheDataBusLessRefresh) {
  for (const std::string& name : dram_preset_names()) {
    SCOPED_TRACE(name);
    const DramSpec spec = find_dram_spec(name);
    // Bank groups alternate, so that bursts follow one another every tCCD_S = BL/2: the bus is never idle but
    // for refresh. The channels of LPDDR4 work side by side; while one of its ranks is refreshed the stream
    // waits for it, so the share of each rank counts.
    const Outcome outcome = run(spec, {}, kReadStream, 40000);
    const double peak = static_cast<double>(spec.organization.burst_bytes() * spec.organization.channels) /
                        static_cast<double>(spec.burst_cycles());
    const double expected = peak * (1 - refresh_share(spec));
    EXPECT_NEAR(outcome.bytes_per_cycle() / expected, 1, 0.01);
    // One miss for each row that the stream opens: a burst of each row of each bank is the first.
    const double misses = static_cast<double>(outcome.statistics.accesses() - outcome.statistics.row_hits);
    const double rows = static_cast<double>(outcome.statistics.accesses()) /
                        static_cast<double>(spec.organization.bursts_per_row());
    const double refreshes = static_cast<double>(outcome.statistics.refreshes_all);
    EXPECT_GE(misses, rows);
    EXPECT_LE(misses, rows + static_cast<double>(spec.organization.banks_per_rank()) * (refreshes + 1));
  }
}

TEST(DramControllerTest, StreamInOneBankGroupIsHeldToTheLongDistance) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  DramControllerConfig config;
  config.mapping = DramFieldOrder("row-rank-bank_group-bank-column-channel");
  config.queue_depth = 4;
  // tCCD_L 6 in place of tCCD_S 4: two thirds of the bus. Where the stream passes to the next bank group,
  // every 512 bursts, the few that wait overlap.
  const Outcome outcome = run(spec, config, kReadStream, 20000);
  EXPECT_NEAR(outcome.bytes_per_cycle(), 64.0 / 6 * (1 - refresh_share(spec)), 64.0 / 6 * 0.01);
}

TEST(DramControllerTest, ConflictsInOneBankTakeTheRowCycle) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  DramControllerConfig config;
  config.scheduler = DramScheduling::fcfs;
  DramController controller(spec, config);
  // Every read another row of the same bank: ACT, RD, PRE, ACT every tRC = 55.
  const uint64_t row = uint64_t{1} << 17;
  DramCycle now = 0;
  const uint64_t reads = 2000;
  for (uint64_t i = 0; i < reads; ++i) {
    while (!controller.ready()) controller.advance(now = controller.next_cycle() + 1);
    controller.submit({i, (i % 2) * row, 64, false, now});
  }
  while (controller.in_flight() != 0) controller.advance(now = controller.next_cycle() + 1);
  const DramStatistics s = controller.statistics(now);
  // Refresh: the bank is idle for at most tRC + tRP + tRFC each time.
  const double expected =
      static_cast<double>(reads) * 55 / (1 - 420.0 / static_cast<double>(spec.timing.tREFI));
  EXPECT_NEAR(static_cast<double>(s.last_finish) / expected, 1, 0.01);
  EXPECT_EQ(0u, s.row_hits);
  EXPECT_LE(s.row_misses, 1 + s.refreshes_all);
}

TEST(DramControllerTest, RandomActivatesAreHeldToFourInAWindow) {
  DramSpec spec = find_dram_spec("ddr4-2400");
  DramControllerConfig config;
  config.page_policy = DramPageClosing::closed;
  config.queue_depth = 64;
  // A row for every burst, over 16 banks: tFAW allows four in 26 cycles, so 6.5 cycles a burst; banks would
  // allow one every tRC / 16 = 3.4, the bus every 4.
  const Outcome outcome = run(spec, config, {"random", 64, 0, 0, DramLoad::random}, 20000);
  const double limit = 64.0 / 6.5 * (1 - refresh_share(spec));
  EXPECT_LE(outcome.bytes_per_cycle(), limit * 1.001);
  EXPECT_GE(outcome.bytes_per_cycle(), limit * 0.97);
  EXPECT_EQ(0u, outcome.statistics.row_conflicts) << "a closed page has no other row open";
}

TEST(DramControllerTest, AlternatingReadsAndWritesPayTheTurnaround) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  DramController controller(spec, {});
  // One at a time, to the open row of one bank: RD to WR is CL 16 + 4 + 2 - CWL 12 = 10, WR to RD (tWTR_L)
  // 12 + 4 + 9 = 25; arrivals never hold it up.
  std::vector<DramCycle> columns;
  controller.trace = [&](const DramCommandRecord& r) {
    if (r.command == DramCommand::RD || r.command == DramCommand::WR) columns.push_back(r.cycle);
  };
  for (int i = 0; i < 20; ++i) controller.access({0, 0, 64, i % 2 == 1, 0});
  for (size_t i = 1; i < columns.size(); ++i) {
    EXPECT_EQ(i % 2 == 1 ? 10 : 25, columns[i] - columns[i - 1]) << i;
  }
}

TEST(DramControllerTest, FrFcfsServesHitsFirstAndStarvesNobody) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  const uint64_t row = uint64_t{1} << 17;
  std::vector<uint64_t> order;
  const auto serve = [&](const DramControllerConfig& config, uint64_t hits) {
    DramController controller(spec, config);
    order.clear();
    controller.access({0, 0, 64, false, 0});  // opens row 0
    DramCycle now = 500;
    controller.advance(now);
    controller.submit({1000, row, 64, false, now});  // a conflict, older than all hits
    for (uint64_t i = 0; i < hits; ++i) {
      while (!controller.ready()) controller.advance(now = controller.next_cycle() + 1);
      controller.submit({i, (i % 64) * 256, 64, false, now});  // bursts of row 0, the same bank
    }
    while (controller.in_flight() != 0) controller.advance(now = controller.next_cycle() + 1);
    for (const auto& done : controller.completions()) order.push_back(done.id);
    return std::find(order.begin(), order.end(), 1000u) - order.begin();
  };
  DramControllerConfig config;
  EXPECT_EQ(10, serve(config, 10)) << "the conflict comes behind all hits that wait";
  EXPECT_LE(serve(config, 500), config.bypass_limit + 1) << "but not behind more than the limit";
  config.bypass_limit = 4;
  EXPECT_LE(serve(config, 500), 5);
  config.scheduler = DramScheduling::fcfs;
  EXPECT_EQ(0, serve(config, 10)) << "first come, first served";
  EXPECT_EQ(11u, std::set<uint64_t>(order.begin(), order.end()).size());
}

TEST(DramControllerTest, FrFcfsHitsMoreRowsThanFcfs) {
  const DramSpec spec = find_dram_spec("ddr4-3200");
  DramControllerConfig config;
  const DramLoad load{"conflict", 64, 0, 0, DramLoad::conflict};
  const Outcome first_ready = run(spec, config, load, 5000);
  config.scheduler = DramScheduling::fcfs;
  const Outcome in_order = run(spec, config, load, 5000);
  // Four rows at random: in order every fourth is a hit by chance; with 32 waiting, most of them.
  EXPECT_NEAR(static_cast<double>(in_order.statistics.row_hits) / 5000, 0.25, 0.03);
  EXPECT_GT(first_ready.statistics.row_hits, 3 * in_order.statistics.row_hits);
  EXPECT_LT(first_ready.cycles, in_order.cycles / 2);
}

TEST(DramControllerTest, SplitsRequestsIntoTheBurstsThatTheyTouch) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  for (const auto& [address, bytes, bursts] : std::vector<std::tuple<uint64_t, uint64_t, uint64_t>>{
           {0, 1, 1}, {63, 1, 1}, {63, 2, 2}, {0, 64, 1}, {1, 64, 2}, {0, 4096, 64}, {32, 4096, 65}}) {
    DramController controller(spec, {});
    controller.access({0, address, bytes, false, 0});
    EXPECT_EQ(bursts, controller.statistics(0).reads) << address << " " << bytes;
    EXPECT_EQ(bytes, controller.statistics(0).request_bytes);
  }
}

TEST(DramControllerTest, RequestsInTurnWithOldArrivalsObeyTheStandard) {
  for (const std::string& name : dram_preset_names()) {
    const DramSpec spec = find_dram_spec(name);
    DramController controller(spec, {});
    std::vector<DramCommandRecord> trace;
    controller.trace = [&](const DramCommandRecord& r) { trace.push_back(r); };
    std::mt19937_64 random(7);
    DramCycle last = 0;
    for (int i = 0; i < 150; ++i) {
      DramController::Request request;
      request.bytes = 1 + random() % 3000;
      request.address = random() % (spec.organization.capacity_bytes() - request.bytes);
      request.write = random() % 3 == 0;
      request.arrival = std::max<DramCycle>(0, last - static_cast<DramCycle>(random() % 800));
      const DramCycle finish = controller.access(request);
      EXPECT_GE(finish, request.arrival + std::min(spec.read_latency(), spec.write_latency()));
      last = std::max(last, finish);
    }
    const std::vector<std::string> violations = find_violations(spec, trace, last);
    EXPECT_TRUE(violations.empty()) << name << ": " << violations.front();
  }
}

TEST(DramControllerTest, IdleTimeIsRefreshed) {
  const DramSpec spec = find_dram_spec("lpddr4-3200");
  for (const bool per_bank : {false, true}) {
    DramControllerConfig config;
    if (per_bank) config.refresh = DramRefreshing::per_bank;
    DramController controller(spec, config);
    controller.advance(spec.timing.tREFI * 100 + 1);
    const DramStatistics s = controller.statistics(0);
    // Two channels of two ranks; the second rank is half an interval ahead.
    const double times = 100 * 2 * 2;
    EXPECT_NEAR(
        static_cast<double>(per_bank ? s.refreshes_bank : s.refreshes_all),
        per_bank ? times * static_cast<double>(spec.timing.tREFI) / static_cast<double>(spec.timing.tREFIpb)
                 : times,
        4);
    EXPECT_EQ(0u, per_bank ? s.refreshes_all : s.refreshes_bank);
    EXPECT_EQ(0u, s.activates);
  }
}

TEST(DramControllerTest, PerBankRefreshLeavesMoreOfTheBus) {
  const DramSpec spec = find_dram_spec("lpddr4-3200");
  DramControllerConfig config;
  const DramLoad load{"random", 64, 0, 0, DramLoad::random};
  const Outcome all_banks = run(spec, config, load, 20000);
  config.refresh = DramRefreshing::per_bank;
  const Outcome single_banks = run(spec, config, load, 20000);
  EXPECT_LT(single_banks.cycles, all_banks.cycles);
}

TEST(DramControllerTest, EnergyFollowsTheFormula) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  DramStatistics s;
  s.activates = 10;
  s.reads = 100;
  s.writes = 50;
  s.refreshes_all = 2;
  s.active_cycles = 4000;
  const DramEnergy energy = estimate_energy(spec, s, 10000);
  const double ck = 1e-6 / 1200;        // s
  const double volts = 1.2 * 8 * 1e-3;  // eight devices, currents in mA
  // IDD0 48, IDD2N 34, IDD3N 43, IDD4R 135, IDD4W 123, IDD5B 250; tRC 55, tRAS 39, BL/2 4, tRFC 420.
  EXPECT_NEAR(energy.activate, 10 * volts * ck * (48 * 55 - 43 * 39 - 34 * 16), 1e-15);
  EXPECT_NEAR(energy.read, 100 * volts * ck * 4 * (135 - 43), 1e-15);
  EXPECT_NEAR(energy.write, 50 * volts * ck * 4 * (123 - 43), 1e-15);
  EXPECT_NEAR(energy.refresh, 2 * volts * ck * 420 * (250 - 43), 1e-15);
  EXPECT_NEAR(energy.background, volts * ck * (43 * 4000 + 34 * 6000), 1e-15);
  EXPECT_DOUBLE_EQ(energy.total(),
                   energy.activate + energy.read + energy.write + energy.refresh + energy.background);
}

TEST(DramControllerTest, CountsTheCyclesInWhichBanksAreOpen) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  DramControllerConfig config;
  config.page_policy = DramPageClosing::closed;
  DramController controller(spec, config);
  // ACT at 1000, RDA at 1016, closed by tRAS at 1039.
  controller.access({0, 0, 64, false, 1000});
  EXPECT_EQ(39, controller.statistics(3000).active_cycles);
  DramController open(spec, {});
  open.access({0, 0, 64, false, 1000});
  EXPECT_EQ(2000, open.statistics(3000).active_cycles);
}

TEST(DramAddressMappingTest, FieldsLieInTheOrderThatIsNamed) {
  const DramOrganization o = find_dram_spec("lpddr4-3200").organization;
  // Bursts of 32 bytes; 2 channels, 64 bursts a row, 8 banks, 2 ranks, 65536 rows.
  const dram::AddressMapping low_channel(o, DramFieldOrder("row-rank-bank-column-bank_group-channel"));
  const dram::Location a =
      low_channel.locate((uint64_t{5} << 16) | (1 << 15) | (6 << 12) | (33 << 6) | (1 << 5) | 31);
  EXPECT_EQ(1u, a.channel);
  EXPECT_EQ(33u, a.burst);
  EXPECT_EQ(6u, a.bank);
  EXPECT_EQ(1u, a.rank);
  EXPECT_EQ(5u, a.row);
  EXPECT_EQ(0u, a.bank_group);
  const dram::AddressMapping high_channel(o, DramFieldOrder("channel-rank-row-bank_group-bank-column"));
  const dram::Location last = high_channel.locate(o.capacity_bytes() - 1);
  EXPECT_EQ(1u, last.channel);
  EXPECT_EQ(1u, last.rank);
  EXPECT_EQ(65535u, last.row);
  EXPECT_EQ(7u, last.bank);
  EXPECT_EQ(63u, last.burst);
  for (const char* bad :
       {"", "row", "row-row-rank-bank-column-channel", "row-rank-bank-column-bank_group",
        "row-rank-bank-column-bank_group-channels", "row-rank-bank-column-bank_group-channel-row"}) {
    EXPECT_THROW(DramFieldOrder{bad}, std::invalid_argument) << bad;
  }
}

TEST(DramControllerTest, RefusesConfigurationsWithoutMeaning) {
  const DramSpec spec = find_dram_spec("ddr4-2400");
  const auto refuses = [&spec](auto change) {
    DramControllerConfig config;
    change(config);
    EXPECT_THROW(DramController(spec, config), std::invalid_argument);
  };
  refuses([](DramControllerConfig& c) { c.queue_depth = 0; });
  refuses([](DramControllerConfig& c) { c.queue_depth = 65537; });
  refuses([](DramControllerConfig& c) { c.bypass_limit = 0; });
  refuses([](DramControllerConfig& c) { c.refresh = DramRefreshing::per_bank; });
  EXPECT_FALSE(value_named<DramScheduling>("lifo"));
  EXPECT_FALSE(value_named<DramPageClosing>("ajar"));
  EXPECT_FALSE(value_named<DramRefreshing>("never"));
}

}  // namespace
}  // namespace hwcvp
