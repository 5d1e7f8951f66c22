#include "schedules/latency/roofline.h"

#include <gtest/gtest.h>

namespace hwcvp {
namespace {

// 256 multiply-accumulates and 16 bytes in a cycle: the ridge is at 16 MAC/byte.
RooflinePosition position(int64_t macs, int64_t bytes, int64_t cycles, double bus_cycles = 1) {
  MachineTiming timing;
  timing.bus_cycles = bus_cycles;
  Traffic traffic;
  traffic.input_read = bytes - 10;
  traffic.psum_write = 10;
  return roofline_position(macs, traffic, cycles, timing);
}

TEST(RooflineTest, LeftOfTheRidgeTheMemoryBounds) {
  const RooflinePosition left = position(8000, 1000, 100);
  EXPECT_DOUBLE_EQ(left.macs_per_byte, 8);
  EXPECT_DOUBLE_EQ(left.attainable_macs_per_cycle, 128);
  EXPECT_DOUBLE_EQ(left.achieved_macs_per_cycle, 80);
  EXPECT_TRUE(left.memory_bound);
}

TEST(RooflineTest, RightOfTheRidgeTheArrayBounds) {
  const RooflinePosition right = position(20000, 1000, 200);
  EXPECT_DOUBLE_EQ(right.macs_per_byte, 20);
  EXPECT_DOUBLE_EQ(right.attainable_macs_per_cycle, 256);
  EXPECT_DOUBLE_EQ(right.achieved_macs_per_cycle, 100);
  EXPECT_FALSE(right.memory_bound);
  EXPECT_FALSE(position(16000, 1000, 100).memory_bound) << "on the ridge";
}

TEST(RooflineTest, ASlowerBusMovesTheRidge) {
  const RooflinePosition slow = position(20000, 1000, 200, 2);
  EXPECT_DOUBLE_EQ(slow.attainable_macs_per_cycle, 160);
  EXPECT_TRUE(slow.memory_bound);
}

}  // namespace
}  // namespace hwcvp
