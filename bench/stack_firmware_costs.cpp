// Calibrates the latency model of stacks: how many instructions of the firmware each piece of its work takes.
// Runs random stacks of random and built-in networks on the emulated processor, counts their instructions and
// their pieces of work, and prints the least squares as the table of schedules/stack/latency/stack_costs.h.
//
//   stack_firmware_costs [GRAPHS [SEED]]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>
#include <vector>

#include "platform/host/program_files.h"
#include "platform/job/network_simulator.h"
#include "platform/networks/builtin_graph.h"
#include "platform/prediction/platform_timing.h"
#include "schedules/stack/latency/stack_walk.h"
#include "tests/support/graph/random_graph.h"
#include "tests/support/graph/random_stacks.h"

namespace hwcvp {

namespace {

using stack::kStackWorks;

struct Sample {
  double instructions = 0;
  std::array<int64_t, kStackWorks> work{};  // how often
};

class Measurement {
 public:
  Measurement() : machine_(config(), files(), timing_only()), timing_(machine_timing(config())) {}

  void add(const graph::Graph& graph, uint64_t seed) {
    const plan::NetworkStacks stacks = random_stacks(graph, seed, config().hwc.buffer_bytes);
    plan::NetworkPlan plan =
        plan::plan_network(graph, std::vector<Schedule>(graph.operators.size()), config(), stacks);
    std::vector<plan::NetworkJob> jobs;
    std::vector<Sample> samples;
    for (plan::NetworkJob& job : plan.jobs) {
      if (!job.stack || job.stack->cost.commands > kMostCommands) continue;
      const stack::StackAddresses addresses = plan::addresses_of(*job.stack);
      stack::StackWalk walk(job.stack->stack, job.stack->schedule, addresses, timing_,
                            config().hwc.vector_lanes);
      walk.run({});
      Sample& sample = samples.emplace_back();
      sample.work = walk.counts();
      jobs.push_back(std::move(job));
    }
    if (jobs.size() < 2) return;
    plan.jobs = std::move(jobs);
    NetworkSimulator::Listener listener;
    uint64_t before = 0;
    listener.on_job = [&](size_t job, const JobObservation&) {
      const uint64_t now = machine_.soc().control_processor().statistics().instructions;
      samples[job].instructions = static_cast<double>(now - before);
      before = now;
    };
    machine_.run(graph, plan, {}, 10'000'000, listener);
    // The first has the list's begin in it.
    samples_.insert(samples_.end(), samples.begin() + 1, samples.end());
  }

  const std::vector<Sample>& samples() const { return samples_; }

 private:
  static constexpr int64_t kMostCommands = 30'000;

  static const PlatformConfig& config() {
    static const PlatformConfig config = [] {
      PlatformConfig made;
      made.hwc.buffer_bytes = 1 << 20;
      return made;
    }();
    return config;
  }
  static SocFiles files() {
    SocFiles files;
    files.firmware_image = find_firmware_image();
    return files;
  }
  static SocOptions timing_only() {
    SocOptions options;
    options.timing_only = true;
    return options;
  }

  NetworkSimulator machine_;
  const MachineTiming timing_;
  std::vector<Sample> samples_;
};

double instructions_of(const Sample& sample, const std::vector<double>& costs) {
  double sum = 0;
  for (size_t kind = 0; kind < kStackWorks; ++kind)
    sum += costs[kind] * static_cast<double>(sample.work[kind]);
  return sum;
}

// Least squares of the relative errors with no cost below zero, one cost after the other until they rest.
std::vector<double> fit(const std::vector<Sample>& samples) {
  std::vector<double> costs(kStackWorks, 0);
  std::vector<double> left;  // what the costs do not explain, in relation
  for (size_t s = 0; s < samples.size(); ++s) left.push_back(1);
  const auto share = [&](size_t s, size_t kind) {
    return static_cast<double>(samples[s].work[kind]) / samples[s].instructions;
  };
  constexpr int kRounds = 20000;
  for (int round = 0; round < kRounds; ++round) {
    for (size_t kind = 0; kind < kStackWorks; ++kind) {
      double product = 0;
      double square = 0;
      for (size_t s = 0; s < samples.size(); ++s) {
        product += share(s, kind) * left[s];
        square += share(s, kind) * share(s, kind);
      }
      if (square == 0) continue;
      const double next = std::max(0.0, costs[kind] + product / square);
      for (size_t s = 0; s < samples.size(); ++s) left[s] -= (next - costs[kind]) * share(s, kind);
      costs[kind] = next;
    }
  }
  return costs;
}

void run(uint64_t graphs, uint64_t seed) {
  Measurement measurement;
  for (uint64_t i = 0; i < graphs; ++i) measurement.add(random_graph(seed + i), seed + i);
  for (const char* name : {"mobilenetv2", "resnet18", "squeezenet1.1", "googlenet"}) {
    const graph::Graph graph = builtin_graph(name);
    for (uint64_t i = 0; i < graphs / 20; ++i) measurement.add(graph, seed + i);
  }
  const std::vector<Sample>& samples = measurement.samples();
  const std::vector<double> costs = fit(samples);
  for (size_t kind = 0; kind < kStackWorks; ++kind)
    fmt::print("    {:.1f},  // {}\n", costs[kind], stack::kStackWorkNames[kind]);
  double sum = 0;
  double worst = 0;
  for (const Sample& sample : samples) {
    const double error = std::fabs(instructions_of(sample, costs) / sample.instructions - 1);
    sum += error;
    worst = std::max(worst, error);
  }
  fmt::print("{} stacks, seed {}: instructions {:.2f} % off in the mean, {:.2f} % at the worst\n",
             samples.size(), seed, 100 * sum / static_cast<double>(samples.size()), 100 * worst);
}

}  // namespace

}  // namespace hwcvp

// libsystemc asks for it, though the simulation is driven from main().
extern "C" int sc_main(int /*argc*/, char** /*argv*/) { return 0; }

int main(int argc, char** argv) {
  try {
    hwcvp::run(argc > 1 ? std::stoull(argv[1]) : 400, argc > 2 ? std::stoull(argv[2]) : 1);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "stack_firmware_costs: {}\n", error.what());
    return 3;
  }
}
