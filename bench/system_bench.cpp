// Times the whole simulated system on AlexNet's convolutions, RISC-V firmware included, against oneDNN
// computing the same int8 convolutions on one thread in the same run. Prints the fastest of several runs of
// each layer and the ratios.
//
// Counted: placing the tensors in the simulated memory, the firmware, all transactions under the monitors,
// the arithmetic, reading the output back. Not counted: making tensors, the search for schedules, the check
// of the outputs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "models/kernels/convolution_kernel.h"
#include "platform/host/program_files.h"
#include "platform/job/layer_simulator.h"
#include "platform/reference/onednn_seconds.h"
#include "schedules/networks/network.h"
#include "schedules/optimizer/optimizer.h"

namespace hwcvp {

namespace {

constexpr int kRepetitions = 7;

double simulation_seconds(LayerSimulator& simulator, const Layer& layer, const Schedule& schedule,
                          const LayerTensors& tensors) {
  const auto start = std::chrono::steady_clock::now();
  simulator.run(layer, schedule, tensors, false, layer.macs());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void run() {
  const PlatformConfig config;
  SocFiles files;
  files.firmware_image = find_firmware_image();
  LayerSimulator simulator(config, files);
  OptimizerOptions options;
  options.buffer_bytes = config.hwc.buffer_bytes;

  fmt::print("AlexNet convolutions, int8, {} KiB of buffer, kernels {}; milliseconds, fastest of {}\n",
             config.hwc.buffer_bytes / 1024, kernels::kernel_instruction_set(), kRepetitions);
  fmt::print("{:8} {:>9} {:>9} {:>7}\n", "layer", "system", "oneDNN", "ratio");
  double system_total = 0;
  double onednn_total = 0;
  for (const Layer& layer : builtin_network("alexnet").layers) {
    if (layer.in_height == 1) continue;  // fully connected
    const Schedule schedule = optimize(layer, options).schedule;
    const LayerTensors tensors = random_tensors(layer, 1);
    double system = simulation_seconds(simulator, layer, schedule, tensors);
    double onednn = onednn_seconds(layer, 1);
    for (int i = 1; i < kRepetitions; ++i) {  // in turn, so that a slow spell of the machine meets both
      system = std::min(system, simulation_seconds(simulator, layer, schedule, tensors));
      onednn = std::min(onednn, onednn_seconds(layer, 3));
    }
    fmt::print("{:8} {:9.3f} {:9.3f} {:7.2f}\n", layer.name, system * 1e3, onednn * 1e3, system / onednn);
    system_total += system;
    onednn_total += onednn;
  }
  fmt::print("{:8} {:9.3f} {:9.3f} {:7.2f}\n", "total", system_total * 1e3, onednn_total * 1e3,
             system_total / onednn_total);
}

}  // namespace

}  // namespace hwcvp

// libsystemc asks for it, though the simulation is driven from main().
extern "C" int sc_main(int /*argc*/, char** /*argv*/) { return 0; }

int main() {
  try {
    hwcvp::run();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "system_bench: {}\n", error.what());
    return 3;
  }
}
