// The least cycles of transfers against the estimates of schedules on memories of every kind. HWCVP_SEED and
// HWCVP_CASES in the environment choose other and more schedules.
#include "schedules/latency/least_transfer.h"

#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "schedules/latency/latency_model.h"
#include "schedules/traffic/exact_predictor.h"
#include "tests/support/environment.h"
#include "tests/support/random_case.h"

namespace hwcvp {
namespace {

// Channels, then banks, then rows in the address; times near those of DDR4-2400.
BankedDram ddr4() {
  BankedDram dram;
  dram.clock_ratio = 3;
  dram.bank_group = {6, 4};
  dram.bank = {8, 4};
  dram.row = {13, 1 << 15};
  dram.CL = 17;
  dram.CWL = 12;
  dram.tRCD = dram.tRP = dram.tRPab = 17;
  dram.tRAS = 39;
  dram.tRC = 56;
  dram.tCCD_S = 4;
  dram.tCCD_L = 6;
  dram.tRRD_S = 4;
  dram.tRRD_L = 6;
  dram.tFAW = 26;
  dram.tWR = 18;
  dram.tWTR_S = 3;
  dram.tWTR_L = 9;
  dram.tRTP = 9;
  dram.tRTW = 2;
  dram.tRTRS = 2;
  dram.tRFC = 420;
  dram.refresh_interval = 9360;
  return dram;
}

// Two channels of two ranks, near LPDDR4-3200, with refresh of each bank.
BankedDram lpddr4() {
  BankedDram dram;
  dram.clock_ratio = 4;
  dram.access_bytes = 32;
  dram.channel = {5, 2};
  dram.rank = {13, 2};
  dram.bank = {6, 8};
  dram.row = {14, 1 << 16};
  dram.burst_cycles = 8;
  dram.CL = 28;
  dram.CWL = 14;
  dram.tDQSCK = 6;
  dram.tDQSS = 1;
  dram.tRCD = dram.tRP = 29;
  dram.tRPab = 34;
  dram.tRAS = 68;
  dram.tRC = 96;
  dram.tCCD_S = dram.tCCD_L = 8;
  dram.tRRD_S = dram.tRRD_L = 16;
  dram.tFAW = 64;
  dram.tWR = 29;
  dram.tWTR_S = dram.tWTR_L = 16;
  dram.tRTP = 12;
  dram.tRTW = 2;
  dram.tRTRS = 2;
  dram.tPPD = 4;
  dram.refresh_each_bank = true;
  dram.tRFC = 224;
  dram.tPBR2PBR = 144;
  dram.refresh_interval = 781;
  return dram;
}

MachineTiming random_machine(std::mt19937_64& random) {
  const auto pick = [&random](int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
  };
  MachineTiming timing;
  timing.mac_rows = timing.mac_columns = 64;
  timing.compute_start_cycles = static_cast<double>(pick(0, 8));
  timing.fifo_depth = pick(4, 100);
  timing.bus_bytes = int64_t{4} << pick(0, 3);
  timing.bus_cycles = 0.25 * static_cast<double>(pick(1, 8));
  timing.max_burst_bytes = int64_t{64} << pick(0, 6);
  timing.outstanding = pick(1, 16);
  timing.approximately_timed = pick(0, 1) == 0;
  timing.memory_latency_cycles = static_cast<double>(pick(0, 40));
  timing.memory_bytes_per_cycle = 0.25 * static_cast<double>(pick(1, 128));
  const int64_t kind = pick(0, 2);
  if (kind == 0) return timing;
  timing.dram = kind == 1 ? ddr4() : lpddr4();
  timing.dram->clock_ratio = 0.1 * static_cast<double>(pick(1, 80));
  timing.dram->closed_page = pick(0, 1) == 0;
  timing.dram->queue_depth = timing.memory_outstanding = pick(1, 64);
  return timing;
}

std::string shown(const RandomCase& drawn, const MachineTiming& timing) {
  nlohmann::json machine;
  visit_timing(timing, [&machine](const char* name, const auto& value) { machine[name] = value; });
  return to_json_text(drawn) + machine.dump();
}

TEST(LeastTransfer, IsBelowTheEstimateOfAnySchedule) {
  const int64_t seed = from_environment("HWCVP_SEED", 41);
  const int64_t cases = from_environment("HWCVP_CASES", 4000);
  std::cout << "seed " << seed << std::endl;
  std::mt19937_64 random(static_cast<uint64_t>(seed));
  double closest = 0;
  for (int64_t i = 0; i < cases && !HasFailure(); ++i) {
    const RandomCase drawn = random_case(random);
    const MachineTiming timing = random_machine(random);
    const Traffic traffic = predict_exact(drawn.layer, drawn.schedule).traffic;
    const int64_t cycles = estimate_latency(drawn.layer, drawn.schedule, traffic, timing).cycles;
    EXPECT_LE(least_transfer_cycles(traffic.total(), timing), cycles) << shown(drawn, timing);
    EXPECT_LE(least_transfer_cycles(drawn.layer, timing), least_transfer_cycles(traffic.total(), timing));
    closest = std::max(closest, static_cast<double>(least_transfer_cycles(traffic.total(), timing)) /
                                    static_cast<double>(cycles));
  }
  std::cout << "at most " << 100 * closest << " % of the estimate" << std::endl;
  EXPECT_GT(closest, 0.7) << "the bound is far from what transfers take";
}

// Weights of a fully connected layer stream past, all else is short.
TEST(LeastTransfer, IsNearWhatLongTransfersTake) {
  Layer layer;
  layer.in_channels = layer.out_channels = 1024;
  Schedule schedule;
  schedule.loops = {{Dim::K, 16}};
  schedule.buffer_level = {0, 1, 1};
  schedule.double_buffer[index(Tensor::weight)] = true;
  MachineTiming simple;
  simple.memory_bytes_per_cycle = 4;
  MachineTiming bus;
  bus.bus_cycles = 4;
  MachineTiming banked;
  banked.dram = ddr4();
  banked.dram->clock_ratio = 0.25;
  banked.dram->queue_depth = banked.memory_outstanding = 32;
  const Traffic traffic = predict_exact(layer, schedule).traffic;
  for (MachineTiming timing : {simple, bus, banked}) {
    timing.mac_rows = timing.mac_columns = 64;
    const auto cycles = static_cast<double>(estimate_latency(layer, schedule, traffic, timing).cycles);
    const auto least = static_cast<double>(least_transfer_cycles(layer, timing));
    EXPECT_LE(least, cycles);
    EXPECT_GT(least, 0.75 * cycles);
  }
}

// What a DRAM sustains counts the refreshes that a short layer never meets.
TEST(LeastTransfer, TakesNoRefreshIntoAccount) {
  MachineTiming timing;
  timing.bus_bytes = 64;
  timing.dram = ddr4();
  const int64_t without = least_transfer_cycles(int64_t{1} << 16, timing);
  EXPECT_EQ(without, 1024 * 4 / 3) << "a kilo of accesses, each with the data bus for four cycles";
  timing.dram->tRFC *= 10;
  timing.memory_bytes_per_cycle = 1;
  EXPECT_EQ(least_transfer_cycles(int64_t{1} << 16, timing), without);
  timing.dram->channel = {6, 2};
  EXPECT_EQ(least_transfer_cycles(int64_t{1} << 16, timing), 1024) << "then the bus is the slower one";
}

}  // namespace
}  // namespace hwcvp
