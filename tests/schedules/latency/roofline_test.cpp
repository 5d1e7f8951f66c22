#include "schedules/latency/roofline.h"

#include <gtest/gtest.h>

namespace hwcvp {
namespace {

// 16 bytes in a cycle, and the cycles of the compute engine that are given.
RooflinePosition position(int64_t macs, int64_t bytes, int64_t cycles, const ComputeCycles& compute,
                          double bus_cycles = 1, int64_t issue_cycles = 0) {
  MachineTiming timing;
  timing.bus_cycles = bus_cycles;
  Traffic traffic;
  traffic.input_read = bytes - 10;
  traffic.psum_write = 10;
  LatencyEstimate estimate;
  estimate.compute = compute;
  estimate.compute_cycles =
      compute.start + compute.array + compute.input_port + compute.weight_port + compute.accumulator_port;
  estimate.issue_cycles = issue_cycles;
  return roofline_position(macs, traffic, cycles, estimate, timing);
}

ComputeCycles array_cycles(int64_t start, int64_t array) {
  ComputeCycles cycles;
  cycles.start = start;
  cycles.array = array;
  return cycles;
}

TEST(RooflineTest, WhereBytesTakeLongerTheMemoryBounds) {
  const RooflinePosition left = position(8000, 1000, 100, array_cycles(8, 32));
  EXPECT_DOUBLE_EQ(left.macs_per_byte, 8);
  EXPECT_DOUBLE_EQ(left.memory_macs_per_cycle, 128);
  EXPECT_DOUBLE_EQ(left.compute_macs_per_cycle, 200);
  EXPECT_DOUBLE_EQ(left.attainable_macs_per_cycle, 128);
  EXPECT_DOUBLE_EQ(left.achieved_macs_per_cycle, 80);
  EXPECT_DOUBLE_EQ(left.array_utilization, 200.0 / 256);
  EXPECT_EQ(left.bound, RooflineBound::memory);
}

TEST(RooflineTest, WhereTheArrayTakesLongerItBounds) {
  const RooflinePosition right = position(20000, 1000, 200, array_cycles(8, 92));
  EXPECT_DOUBLE_EQ(right.macs_per_byte, 20);
  EXPECT_DOUBLE_EQ(right.memory_macs_per_cycle, 320);
  EXPECT_DOUBLE_EQ(right.attainable_macs_per_cycle, 200);
  EXPECT_DOUBLE_EQ(right.achieved_macs_per_cycle, 100);
  EXPECT_EQ(right.bound, RooflineBound::array);
  // 9 multiply-accumulates for each of two bytes that move, and a sixteenth of the array at work.
  EXPECT_EQ(position(9 * 160, 320, 100, array_cycles(8, 90)).bound, RooflineBound::array)
      << "a depthwise layer that keeps the array busy is not bound by memory";
}

TEST(RooflineTest, ASlowerBusMovesTheRidge) {
  const RooflinePosition slow = position(20000, 1000, 200, array_cycles(8, 92), 2);
  EXPECT_DOUBLE_EQ(slow.attainable_macs_per_cycle, 160);
  EXPECT_EQ(slow.bound, RooflineBound::memory);
}

TEST(RooflineTest, NamesThePartOfTheComputeEngineThatTakesLongest) {
  ComputeCycles cycles = array_cycles(30, 40);
  cycles.input_port = 50;
  EXPECT_EQ(position(1000, 160, 200, cycles).bound, RooflineBound::input_port);
  cycles.weight_port = 60;
  EXPECT_EQ(position(1000, 160, 300, cycles).bound, RooflineBound::weight_port);
  cycles.accumulator_port = 70;
  EXPECT_EQ(position(1000, 160, 400, cycles).bound, RooflineBound::accumulator_port);
  cycles.start = 80;
  const RooflinePosition starts = position(1000, 160, 500, cycles);
  EXPECT_EQ(starts.bound, RooflineBound::commands);
  EXPECT_DOUBLE_EQ(starts.attainable_macs_per_cycle, 1000.0 / 300);
}

TEST(RooflineTest, AProcessorThatIssuesSlowlyBounds) {
  const RooflinePosition fast = position(1000, 160, 100, array_cycles(8, 42), 1, 49);
  EXPECT_EQ(fast.bound, RooflineBound::array);
  EXPECT_DOUBLE_EQ(fast.issue_macs_per_cycle, 1000.0 / 49);
  const RooflinePosition slow = position(1000, 160, 100, array_cycles(8, 42), 1, 80);
  EXPECT_EQ(slow.bound, RooflineBound::commands);
  EXPECT_DOUBLE_EQ(slow.attainable_macs_per_cycle, 12.5);
}

TEST(RooflineTest, BoundsHaveNames) {
  EXPECT_STREQ(to_string(RooflineBound::memory), "memory");
  EXPECT_STREQ(to_string(RooflineBound::commands), "commands");
}

}  // namespace
}  // namespace hwcvp
