// Calibrates the latency model: how many instructions of the firmware each piece of its work takes. Runs
// random cases on the emulated processor, counts their instructions and their pieces of work, and prints the
// least squares as the table of schedules/latency/firmware_costs.h. No cost is below zero; what would be
// counts as 0.
//
//   firmware_costs [CASES [SEED]]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include "platform/host/program_files.h"
#include "platform/job/layer_simulator.h"
#include "platform/study/network_run.h"
#include "schedules/latency/firmware_walk.h"
#include "tests/support/random_case.h"

namespace hwcvp {

namespace {

constexpr size_t kKinds = FirmwareCosts::kinds;
using Costs = std::array<double, kKinds>;

struct Sample {
  double instructions;
  Costs work;  // how often
};

std::vector<Sample> measure(int cases, uint64_t seed) {
  PlatformConfig config;
  config.hwc.buffer_bytes = 16 << 20;
  SocFiles files;
  files.firmware_image = find_firmware_image();
  LayerSimulator machine(config, files);
  const MachineTiming timing = machine_timing(config);
  std::mt19937_64 random(seed);
  std::vector<Sample> samples;
  for (int i = 0; i < cases; ++i) {
    const RandomCase drawn = random_case(random);
    latency::FirmwareWalk walk(drawn.layer, drawn.schedule, timing, latency::FirmwareWalk::Extent::whole);
    walk.run();
    const uint64_t before = machine.soc().control_processor().statistics().instructions;
    machine.run(drawn.layer, drawn.schedule, random_tensors(drawn.layer, 1), false, 10'000'000);
    const uint64_t after = machine.soc().control_processor().statistics().instructions;
    Sample sample{static_cast<double>(after - before), {}};
    std::copy(walk.counts().work.begin(), walk.counts().work.end(), sample.work.begin());
    samples.push_back(sample);
  }
  return samples;
}

// Least squares of the errors in relation to what the walk of the nest takes, over the kinds in `kinds`.
std::vector<double> least_squares(const std::vector<Sample>& samples, const std::vector<size_t>& kinds) {
  constexpr double kBeforeTheWalk = 17000;  // instructions
  const size_t n = kinds.size();
  std::vector<std::vector<double>> rows(n, std::vector<double>(n + 1));  // normal equations
  for (const Sample& sample : samples) {
    const double weight = 1 / (sample.instructions - kBeforeTheWalk);
    for (size_t i = 0; i < n; ++i) {
      const double value = weight * weight * sample.work[kinds[i]];
      for (size_t j = 0; j < n; ++j) rows[i][j] += value * sample.work[kinds[j]];
      rows[i][n] += value * sample.instructions;
    }
  }
  for (size_t i = 0; i < n; ++i) {
    rows[i][i] *= 1 + 1e-9;  // kinds that always occur together share their cost
    const auto pivot =
        std::max_element(rows.begin() + static_cast<std::ptrdiff_t>(i), rows.end(),
                         [i](const auto& a, const auto& b) { return std::fabs(a[i]) < std::fabs(b[i]); });
    std::swap(rows[i], *pivot);
    for (size_t r = 0; r < n; ++r) {
      if (r == i) continue;
      const double factor = rows[r][i] / rows[i][i];
      for (size_t c = i; c <= n; ++c) rows[r][c] -= factor * rows[i][c];
    }
  }
  std::vector<double> solution;
  for (size_t i = 0; i < n; ++i) solution.push_back(rows[i][n] / rows[i][i]);
  return solution;
}

Costs fit(const std::vector<Sample>& samples) {
  std::vector<size_t> kinds;
  for (size_t kind = 0; kind < kKinds; ++kind) {
    const bool occurs = std::any_of(samples.begin(), samples.end(),
                                    [kind](const Sample& sample) { return sample.work[kind] != 0; });
    if (occurs) kinds.push_back(kind);
  }
  for (;;) {
    const std::vector<double> solution = least_squares(samples, kinds);
    const auto least = std::min_element(solution.begin(), solution.end());
    if (*least >= 0) {
      Costs costs{};
      for (size_t i = 0; i < kinds.size(); ++i) costs[kinds[i]] = solution[i];
      return costs;
    }
    kinds.erase(kinds.begin() + (least - solution.begin()));
  }
}

void run(int cases, uint64_t seed) {
  const std::vector<Sample> samples = measure(cases, seed);
  const Costs costs = fit(samples);
  for (size_t kind = 0; kind < kKinds; ++kind)
    fmt::print("    {{FirmwareCosts::{}, {:.1f}}},\n", kFirmwareWorkNames[kind], costs[kind]);
  double sum = 0;
  double worst = 0;
  for (const Sample& sample : samples) {
    double instructions = 0;
    for (size_t kind = 0; kind < kKinds; ++kind) instructions += costs[kind] * sample.work[kind];
    const double error = std::fabs(instructions / sample.instructions - 1);
    sum += error;
    worst = std::max(worst, error);
  }
  fmt::print("{} cases, seed {}: instructions {:.2f} % off in the mean, {:.2f} % at the worst\n", cases, seed,
             100 * sum / static_cast<double>(samples.size()), 100 * worst);
}

}  // namespace

}  // namespace hwcvp

// libsystemc asks for it, though the simulation is driven from main().
extern "C" int sc_main(int /*argc*/, char** /*argv*/) { return 0; }

int main(int argc, char** argv) {
  try {
    hwcvp::run(argc > 1 ? std::stoi(argv[1]) : 2000, argc > 2 ? std::stoull(argv[2]) : 1);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "firmware_costs: {}\n", error.what());
    return 3;
  }
}
