// Bursts a second of the DRAM controller, beside a reference loop timed in the same run.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "models/dram/controller/controller.h"
#include "platform/dram/dram_spec_file.h"

// libsystemc refers to it; nothing is simulated here.
int sc_main(int /*argc*/, char** /*argv*/) { return 0; }

namespace hwcvp {
namespace {

constexpr int64_t kBursts = 1 << 16;

// The reference: as many passes over a table of 16 bank times, a maximum and an update each, as there are
// bursts. What a scheduler cannot do without.
void reference(benchmark::State& state) {
  std::vector<int64_t> banks(16);
  std::vector<uint8_t> order(kBursts);
  std::mt19937 random(1);
  for (uint8_t& bank : order) bank = random() % 16;
  for (auto step : state) {
    (void)step;
    int64_t now = 0;
    for (const uint8_t bank : order) {
      int64_t earliest = INT64_MAX;
      for (const int64_t time : banks) earliest = time < earliest ? time : earliest;
      now = earliest > now ? earliest : now;
      banks[bank] = now + 4;
      benchmark::ClobberMemory();
    }
    benchmark::DoNotOptimize(now);
  }
  state.SetItemsProcessed(state.iterations() * kBursts);
}

enum Load { stream, random_rows };

void commands(benchmark::State& state, const char* preset, Load load, uint64_t bytes) {
  const DramSpec spec = find_dram_spec(preset);
  DramController controller(spec, {});
  std::mt19937_64 random(1);
  const uint64_t capacity = spec.organization.capacity_bytes();
  uint64_t address = 0;
  const uint64_t before = controller.statistics(0).accesses();
  for (auto step : state) {
    (void)step;
    for (uint64_t moved = 0; moved < kBursts * 64; moved += bytes) {
      address = load == stream ? (address + bytes) % capacity : random() % capacity / bytes * bytes;
      while (!controller.ready()) controller.advance(controller.next_cycle() + 1);
      controller.submit({moved, address, bytes, (moved / bytes) % 4 == 0 && load == random_rows, 0});
    }
    controller.clear_completions();
  }
  state.SetItemsProcessed(static_cast<int64_t>(controller.statistics(0).accesses() - before));
}

BENCHMARK(reference);
BENCHMARK_CAPTURE(commands, ddr4_2400_stream_4KiB, "ddr4-2400", stream, 4096);
BENCHMARK_CAPTURE(commands, ddr4_2400_stream_64B, "ddr4-2400", stream, 64);
BENCHMARK_CAPTURE(commands, ddr4_2400_random_64B, "ddr4-2400", random_rows, 64);
BENCHMARK_CAPTURE(commands, lpddr4_3200_stream_4KiB, "lpddr4-3200", stream, 4096);

}  // namespace
}  // namespace hwcvp
