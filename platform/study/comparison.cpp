#include "platform/study/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "platform/host/seconds_since.h"
#include "platform/job/hwce_simulator.h"
#include "schedules/predictors/hwce.h"

namespace hwcvp {

double AcceleratorResult::average_bytes_per_second() const {
  return observed.seconds > 0 ? static_cast<double>(observed.traffic.total()) / observed.seconds : 0;
}

AcceleratorResult AcceleratorRun::total() const {
  AcceleratorResult sum;
  for (const AcceleratorResult& layer : layers) {
    sum.predicted += layer.predicted;
    sum.observed.traffic += layer.observed.traffic;
    sum.observed.cycles += layer.observed.cycles;
    sum.observed.seconds += layer.observed.seconds;
    sum.observed.peak_bytes_per_second =
        std::max(sum.observed.peak_bytes_per_second, layer.observed.peak_bytes_per_second);
    sum.output.mismatches += layer.output.mismatches;
  }
  return sum;
}

bool ComparisonReport::agreed() const {
  const auto good = [](const AcceleratorRun& run) {
    return std::all_of(run.layers.begin(), run.layers.end(), [](const AcceleratorResult& layer) {
      return layer.match() && layer.output.verified();
    });
  };
  return std::all_of(hwc.begin(), hwc.end(), good) && std::all_of(hwce.begin(), hwce.end(), good);
}

double reduction(const AcceleratorResult& hwc, const AcceleratorResult& hwce) {
  return static_cast<double>(hwce.observed.traffic.total()) /
         static_cast<double>(std::max<int64_t>(hwc.observed.traffic.total(), 1));
}

Layer layer_to_compare(const Layer& layer, DataType accumulator_type) {
  Layer compared = layer;
  compared.input_type = compared.weight_type = compared.output_type = DataType::int16;
  compared.accumulator_type = accumulator_type;
  return compared;
}

std::string accelerator_name(const AcceleratorRun& run) {
  if (run.maps != 0) return fmt::format("HWCE {} map{}", run.maps, run.maps == 1 ? "" : "s");
  return run.buffer_bytes % 1024 == 0 ? fmt::format("HWC {} KiB", run.buffer_bytes / 1024)
                                      : fmt::format("HWC {} B", run.buffer_bytes);
}

Comparison::Comparison(const PlatformConfig& config, const SocFiles& files,
                       const std::vector<int64_t>& buffers, WorkerPool& pool)
    : pool_(pool), buffers_(buffers) {
  for (size_t i = 0; i < buffers.size(); ++i) {
    PlatformConfig machine = config;
    machine.hwc.buffer_bytes = buffers[i];
    machines_.push_back(std::make_unique<NetworkRun>(machine, files, false, pool, SocOptions{},
                                                     fmt::format("machine_{}", i)));
  }
}

AcceleratorRun Comparison::run_hwc(size_t buffer, const std::vector<LayerJob>& jobs,
                                   const Listener& listener) {
  AcceleratorRun run;
  run.buffer_bytes = buffers_[buffer];
  NetworkRun& machine = *machines_[buffer];
  NetworkRun::Listener inner;
  inner.on_begin = [&](const LayerJob& job) {
    listener.on_begin(accelerator_name(run), job.layer, job.predicted.traffic.total());
  };
  inner.on_progress = listener.on_progress;
  inner.on_simulated = [&](const LayerReport& report, const HostTensor*) {
    listener.on_end(report.observed, report.wall_seconds);
  };
  for (const LayerJob& job : jobs) machine.run(job, inner);
  for (LayerReport& report : machine.finish()) {
    run.layers.push_back({report.predicted.traffic, report.observed, report.output.value()});
  }
  return run;
}

AcceleratorRun Comparison::run_hwce(int64_t maps, const std::vector<Layer>& layers, uint64_t seed,
                                    const Listener& listener) {
  AcceleratorRun run;
  run.maps = maps;
  LayerSimulator& machine = machines_.front()->machine();
  machine.runner().on_progress = listener.on_progress;
  std::vector<std::future<OutputCheck>> checks;
  for (const Layer& layer : layers) {
    const HwceMapping mapping = map_to_hwce(layer, maps);
    AcceleratorResult result;
    result.predicted = predict_hwce(layer, mapping);
    listener.on_begin(accelerator_name(run), layer, result.predicted.total());
    auto tensors = std::make_shared<const HwceTensors>(random_hwce_tensors(layer, mapping, seed));
    const auto start = std::chrono::steady_clock::now();
    HwceSimulation simulation = simulate_hwce(machine, layer, mapping, *tensors);
    result.observed = simulation.observed;
    listener.on_end(result.observed, seconds_since(start));
    auto output = std::make_shared<const HostTensor>(std::move(simulation.output));
    checks.push_back(pool_.submit(
        [layer, mapping, tensors, output] { return check_hwce_output(layer, mapping, *tensors, *output); }));
    run.layers.push_back(std::move(result));
  }
  for (size_t i = 0; i < checks.size(); ++i) run.layers[i].output = checks[i].get();
  return run;
}

}  // namespace hwcvp
