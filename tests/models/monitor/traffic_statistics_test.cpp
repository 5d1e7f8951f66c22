// What monitors tell in figures: busy time, bandwidth in windows, latency, by class.
#include "models/monitor/traffic_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

sc_time ns(double value) { return sc_time(value, SC_NS); }

class BusyTimeTest : public SystemcTest {};

TEST_F(BusyTimeTest, CountsOverlapsOnce) {
  monitor::BusyTime busy;
  EXPECT_EQ(ns(0), busy.total());
  busy.add(ns(10), ns(20));
  busy.add(ns(15), ns(25));  // overlaps
  busy.add(ns(25), ns(30));  // touches
  busy.add(ns(12), ns(13));  // lies inside
  EXPECT_EQ(ns(20), busy.total());
  busy.add(ns(50), ns(60));
  busy.add(ns(40), ns(45));  // late
  EXPECT_EQ(ns(35), busy.total());
  busy.add(ns(28), ns(52));  // closes both gaps
  EXPECT_EQ(ns(50), busy.total());
  busy.add(ns(70), ns(70));  // takes no time
  EXPECT_EQ(ns(50), busy.total());
  busy.clear();
  EXPECT_EQ(ns(0), busy.total());
  busy.add(ns(1), ns(2));
  EXPECT_EQ(ns(1), busy.total());
}

// Against a count of nanoseconds, with intervals out of order by up to 40 ns.
TEST_F(BusyTimeTest, IsTheLengthOfTheUnion) {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    monitor::BusyTime busy;
    std::vector<bool> covered(20000);
    for (uint64_t i = 0; i < 2000; ++i) {
      const uint64_t start = i * 8 + random() % 40;
      const uint64_t end = start + random() % 15;
      busy.add(ns(static_cast<double>(start)), ns(static_cast<double>(end)));
      for (uint64_t at = start; at < end; ++at) covered[at] = true;
    }
    const auto expected = std::count(covered.begin(), covered.end(), true);
    EXPECT_EQ(ns(static_cast<double>(expected)), busy.total()) << "round " << round;
  }
}

class TrafficStatisticsTest : public SystemcTest {
 protected:
  TrafficStatisticsTest() {
    classes.add_window(TrafficClass::input, 0x1000, 0x1000);
    classes.add_window(TrafficClass::weight, 0x4000, 0x1000);
  }
  void record(double start, double end, uint64_t address, uint64_t bytes, bool is_read = true,
              bool ok = true) {
    TransactionRecord transaction;
    transaction.start = ns(start);
    transaction.end = ns(end);
    transaction.address = address;
    transaction.bytes = bytes;
    transaction.is_read = is_read;
    transaction.ok = ok;
    statistics.write(transaction);
  }
  TrafficCounter classes;
  TrafficStatistics statistics{classes, ns(100), 8};
};

TEST_F(TrafficStatisticsTest, TellsClassesApart) {
  statistics.restart(ns(1000));
  record(1000, 1020, 0x1000, 64);
  record(1010, 1040, 0x1fff, 32);
  record(1050, 1060, 0x4000, 16);
  record(1090, 1110, 0x4008, 8, false);
  record(1100, 1300, 0x9000, 4);
  record(1100, 1500, 0x1000, 4, true, false);  // refused: not counted
  const TransactionStatistics& input = statistics[TrafficClass::input];
  EXPECT_EQ(2u, input.latency.count());
  EXPECT_EQ(ns(40), input.busy.total());
  EXPECT_EQ(20000u, input.latency.least()) << "picoseconds";
  EXPECT_EQ(30000u, input.latency.most());
  const TransactionStatistics& weight = statistics[TrafficClass::weight];
  EXPECT_EQ(ns(30), weight.busy.total());
  EXPECT_EQ(1u, statistics[TrafficClass::other].latency.count());
  EXPECT_EQ(0u, statistics[TrafficClass::output].latency.count());
  EXPECT_EQ(ns(260), statistics.busy()) << "1000 to 1040, 1050 to 1060, 1090 to 1300";
  // Windows begin at 1000.
  const std::vector<BandwidthMeter::Window> windows = weight.bandwidth.windows();
  ASSERT_EQ(2u, windows.size());
  EXPECT_EQ(0u, windows[0].number);
  EXPECT_EQ(16u, windows[0].bytes);
  EXPECT_EQ(1u, windows[1].number);
  EXPECT_EQ(8u, windows[1].bytes);

  statistics.restart(ns(2000));
  EXPECT_EQ(0u, input.latency.count());
  EXPECT_EQ(ns(0), input.busy.total());
  EXPECT_TRUE(weight.bandwidth.windows().empty());
  EXPECT_EQ(ns(0), statistics.busy());
}

TEST_F(TrafficStatisticsTest, RefusesWindowsAndStepsWithoutMeaning) {
  EXPECT_THROW(TrafficStatistics(classes, ns(0), 8), std::invalid_argument);
  EXPECT_THROW(TrafficStatistics(classes, ns(1), 5), std::invalid_argument);
}

}  // namespace
}  // namespace hwcvp
