// The latency model's DRAM against the simulated one, which shares nothing with it but the figures.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <random>
#include <vector>

#include "models/dram/controller/controller.h"
#include "platform/dram/dram_spec_file.h"
#include "platform/prediction/platform_timing.h"
#include "schedules/latency/banked_memory.h"

namespace hwcvp {
namespace {

using latency::BankedMemory;

struct Case {
  const char* preset;
  const char* page_policy;
  const char* refresh;
  const char* mapping;
  double latency_tolerance;  // relative, of the mean
};

constexpr const char* kUsual = "row-rank-bank-column-bank_group-channel";

constexpr Case kCases[] = {
    {"ddr3-1600", "open", "all_bank", kUsual, 0.02},
    {"ddr4-2400", "open", "all_bank", kUsual, 0.02},
    {"ddr4-3200", "open", "all_bank", kUsual, 0.02},
    {"lpddr4-3200", "open", "all_bank", kUsual, 0.02},
    {"lpddr4-3200", "open", "per_bank", kUsual, 0.02},
    // Here accesses of a transaction overtake one another.
    {"ddr4-2400", "closed", "all_bank", kUsual, 0.1},
    {"ddr4-2400", "open", "all_bank", "row-column-rank-bank-bank_group-channel", 0.1},
    {"ddr4-2400", "open", "all_bank", "row-rank-bank-bank_group-column-channel", 0.1},
};

class BankedMemoryTest : public testing::TestWithParam<Case> {
 protected:
  static PlatformConfig machine() {
    PlatformConfig config;
    config.dram.timing = DramTimingModel(GetParam().preset);
    config.dram.controller.page_policy = value_named<DramPageClosing>(GetParam().page_policy).value();
    config.dram.controller.refresh = value_named<DramRefreshing>(GetParam().refresh).value();
    config.dram.controller.mapping = DramFieldOrder(GetParam().mapping);
    return config;
  }
};

// Streams of reads and writes that take turns, at a random pace, and jump now and then.
struct Transaction {
  int64_t pause;  // behind the one before
  int64_t address;
  int64_t bytes;
  bool write;
};

std::vector<Transaction> random_streams(uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&random](int64_t most) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(most));
  };
  std::array<int64_t, 3> next = {0, 1 << 20, 5 << 20};
  std::vector<Transaction> transactions;
  int64_t bytes = 64;
  int64_t pace = 0;
  for (int i = 0; i < 20000; ++i) {
    if (i % 500 == 0) {
      bytes = int64_t{1} << draw(13);
      pace = draw(4) * bytes / 4;
    }
    const auto stream = static_cast<size_t>(draw(3));
    if (draw(20) == 0) next[stream] = draw(64 << 20);
    transactions.push_back({1 + draw(2 * pace + 1), next[stream], bytes, stream == 2});
    next[stream] += bytes;
  }
  return transactions;
}

struct Times {
  double total = 0;
  double mean_latency = 0;
};

// At most as many are under way at a time as over b_transport; `serve` returns when one ends.
template <typename Serve>
Times run(const std::vector<Transaction>& transactions, Serve serve) {
  std::array<int64_t, 8> ends{};
  int64_t arrival = 0;
  double latencies = 0;
  for (size_t i = 0; i < transactions.size(); ++i) {
    int64_t& end = ends[i % ends.size()];
    arrival = std::max(arrival + transactions[i].pause, end);
    end = serve(arrival, transactions[i]);
    latencies += static_cast<double>(end - arrival);
  }
  return {static_cast<double>(*std::max_element(ends.begin(), ends.end())),
          latencies / static_cast<double>(transactions.size())};
}

TEST_P(BankedMemoryTest, TransactionsTakeAsLongAsInTheController) {
  const PlatformConfig config = machine();
  DramController controller(config.dram.timing.spec(), config.dram.controller);
  BankedMemory memory(*machine_timing(config).dram);
  constexpr uint64_t kSeed = 71;
  std::cout << "seed " << kSeed << std::endl;
  const std::vector<Transaction> transactions = random_streams(kSeed);
  const Times expected = run(transactions, [&](int64_t arrival, const Transaction& t) {
    return controller.access(
        {0, static_cast<uint64_t>(t.address), static_cast<uint64_t>(t.bytes), t.write, arrival});
  });
  const Times found = run(transactions, [&](int64_t arrival, const Transaction& t) {
    return memory.serve(arrival, t.address, t.bytes, t.write, true).end;
  });
  std::cout << "cycles in all " << found.total << " for " << expected.total << ", mean latency "
            << found.mean_latency << " for " << expected.mean_latency << std::endl;
  EXPECT_NEAR(found.total, expected.total, 0.015 * expected.total);
  EXPECT_NEAR(found.mean_latency, expected.mean_latency,
              GetParam().latency_tolerance * expected.mean_latency);
}

INSTANTIATE_TEST_SUITE_P(Presets, BankedMemoryTest, testing::ValuesIn(kCases));

}  // namespace
}  // namespace hwcvp
