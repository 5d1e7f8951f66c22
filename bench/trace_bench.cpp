// Times the simulated system on AlexNet, RISC-V firmware included, with a trace in one format and without.
// Prints the fastest of several runs of each layer, added up, and the ratio. Runs without and with a trace
// take turns, so that a slow spell of the machine meets both. SystemC elaborates once a process, so the
// program starts itself for each format.
//
// Counted: what system_bench counts, and ending the trace. Not counted: opening the file.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/host/program_files.h"
#include "platform/job/layer_simulator.h"
#include "platform/trace/trace_session.h"
#include "schedules/networks/network.h"
#include "schedules/optimizer/optimizer.h"

namespace hwcvp {

namespace {

constexpr int kRepetitions = 7;

struct Work {
  Layer layer;
  Schedule schedule;
  LayerTensors tensors;
};

std::vector<Work> make_work(const PlatformConfig& config) {
  OptimizerOptions options;
  options.buffer_bytes = config.hwc.buffer_bytes;
  std::vector<Work> work;
  for (const Layer& layer : builtin_network("alexnet").layers) {
    work.push_back({layer, optimize(layer, options).schedule, random_tensors(layer, 1)});
  }
  return work;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// All layers once; `best` takes the shorter time of each.
void run_once(LayerSimulator& simulator, const std::vector<Work>& work, TraceSession* trace,
              std::vector<double>& best) {
  for (size_t i = 0; i < work.size(); ++i) {
    const auto start = std::chrono::steady_clock::now();
    if (trace != nullptr)
      trace->begin_layer(work[i].layer.name, place_tensors(work[i].layer, {}, simulator.soc().config()));
    simulator.run(work[i].layer, work[i].schedule, work[i].tensors, false, work[i].layer.macs());
    best[i] = std::min(best[i], seconds_since(start));
  }
}

double sum(const std::vector<double>& values) {
  double result = 0;
  for (const double value : values) result += value;
  return result;
}

void measure(const std::string& suffix) {
  const PlatformConfig config;
  SocFiles files;
  files.firmware_image = find_firmware_image();
  const std::vector<Work> work = make_work(config);
  const std::string path = (std::filesystem::temp_directory_path() / "hwcvp_trace_bench").string() + suffix;
  TraceSession trace(path, {}, config);
  LayerSimulator plain(config, files, "plain");
  LayerSimulator traced(config, files, "traced", trace.soc_options());
  trace.attach(traced.soc());

  constexpr double kLong = 1e9;
  std::vector<double> without(work.size(), kLong), with(work.size(), kLong);
  for (int i = 0; i < kRepetitions; ++i) {
    run_once(plain, work, nullptr, without);
    run_once(traced, work, &trace, with);
  }
  const auto start = std::chrono::steady_clock::now();
  trace.finish();
  const double ending = seconds_since(start);
  const uintmax_t bytes = std::filesystem::file_size(path) / kRepetitions;
  std::filesystem::remove(path);
  const double total = sum(with) + ending;
  fmt::print("{:18} {:10.1f} {:10.1f} {:7.2f} {:12}\n", suffix, sum(without) * 1e3, total * 1e3,
             total / sum(without), bytes);
}

int measure_all(const std::string& program) {
  fmt::print("AlexNet, all layers, 64 KiB of buffer; milliseconds, fastest of {}\n", kRepetitions);
  fmt::print("{:18} {:>10} {:>10} {:>7} {:>12}\n", "trace", "without", "with", "ratio", "file bytes");
  std::fflush(stdout);
  for (const char* suffix :
       {".hwctrace", ".csv", ".dramsim3.trace", ".ramulator2.trace", ".stl", ".perfetto-trace", ".vcd"}) {
    const std::string command = "'" + program + "' " + suffix;
    if (std::system(command.c_str()) != 0) return 3;
  }
  return 0;
}

}  // namespace

}  // namespace hwcvp

// libsystemc asks for it, though the simulation is driven from main().
extern "C" int sc_main(int /*argc*/, char** /*argv*/) { return 0; }

int main(int argc, char** argv) {
  try {
    if (argc < 2) return hwcvp::measure_all(argv[0]);
    hwcvp::measure(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "trace_bench: {}\n", error.what());
    return 3;
  }
}
