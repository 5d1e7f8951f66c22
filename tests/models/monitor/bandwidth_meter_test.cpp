// The meter of the highest bandwidth.
#include "models/monitor/bandwidth_meter.h"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/support/systemc/systemc_test.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

class BandwidthMeterTest : public SystemcTest {
 protected:
  void record(double end_ns, uint64_t bytes, bool ok = true) {
    TransactionRecord transaction;
    transaction.end = sc_time(end_ns, SC_NS);
    transaction.bytes = bytes;
    transaction.ok = ok;
    meter.write(transaction);
  }
  BandwidthMeter meter{sc_time(100, SC_NS)};
};

TEST_F(BandwidthMeterTest, KeepsTheFullestWindow) {
  EXPECT_EQ(meter.peak_bytes(), 0u);
  record(10, 5);
  record(99, 5);
  record(100, 8);
  EXPECT_EQ(meter.peak_bytes(), 10u) << "100 ns begins the next window";
  record(199, 4);
  record(1e6, 1);
  EXPECT_EQ(meter.peak_bytes(), 12u) << "also once its window is long past";
  EXPECT_DOUBLE_EQ(meter.peak_bytes_per_second(), 12 / 100e-9);
  meter.restart();
  EXPECT_EQ(meter.peak_bytes(), 0u);
  record(1e6 + 1, 3);
  EXPECT_EQ(meter.peak_bytes(), 3u);
}

TEST_F(BandwidthMeterTest, TakesRecordsOutOfOrder) {
  record(950, 7);
  record(150, 6);
  record(160, 6);
  record(960, 1);
  EXPECT_EQ(meter.peak_bytes(), 12u);
  record(250, 20);
  EXPECT_EQ(meter.peak_bytes(), 20u);
}

TEST_F(BandwidthMeterTest, KeepsTheBytesOfEachWindow) {
  meter.restart(sc_time(50, SC_NS));
  record(149, 1);
  record(150, 2);
  record(1e6, 3);
  record(1e6 + 1, 4);
  record(1e6 + 300, 5);
  record(1e6 + 200, 6);
  const std::vector<std::pair<uint64_t, uint64_t>> expected = {
      {0, 1}, {1, 2}, {9999, 7}, {10001, 6}, {10002, 5}};
  std::vector<std::pair<uint64_t, uint64_t>> found;
  for (const BandwidthMeter::Window& window : meter.windows())
    found.emplace_back(window.number, window.bytes);
  EXPECT_EQ(found, expected);
}

// Every byte is in some window, whatever the order; what is too late is in an older one that is still open.
TEST_F(BandwidthMeterTest, LosesNothing) {
  std::mt19937 random(5);
  uint64_t bytes = 0;
  for (uint64_t i = 0; i < 5000; ++i) {
    record(static_cast<double>(i * 37 + random() % 60000), i);
    bytes += i;
  }
  uint64_t sum = 0;
  uint64_t previous = 0;
  for (const BandwidthMeter::Window& window : meter.windows()) {
    EXPECT_TRUE(sum == 0 || window.number > previous);
    previous = window.number;
    sum += window.bytes;
  }
  EXPECT_EQ(bytes, sum);
}

TEST_F(BandwidthMeterTest, CountsNoFailures) {
  record(10, 5, false);
  EXPECT_EQ(meter.peak_bytes(), 0u);
}

TEST_F(BandwidthMeterTest, RefusesAnEmptyWindow) {
  EXPECT_THROW(BandwidthMeter{sc_core::SC_ZERO_TIME}, std::invalid_argument);
}

}  // namespace
}  // namespace hwcvp
