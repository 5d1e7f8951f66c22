// The meter of the highest bandwidth.
#include "models/monitor/bandwidth_meter.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/models/systemc_test.h"

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
  meter.reset();
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

TEST_F(BandwidthMeterTest, CountsNoFailures) {
  record(10, 5, false);
  EXPECT_EQ(meter.peak_bytes(), 0u);
}

TEST_F(BandwidthMeterTest, RefusesAnEmptyWindow) {
  EXPECT_THROW(BandwidthMeter(sc_core::SC_ZERO_TIME), std::invalid_argument);
}

}  // namespace
}  // namespace hwcvp
