#include "platform/study/comparison_run.h"

#include <fmt/format.h>

#include <chrono>
#include <future>
#include <utility>

#include "platform/host/interrupt.h"
#include "platform/host/seconds_since.h"
#include "platform/job/hwce_simulator.h"
#include "schedules/predictors/hwce.h"

namespace hwcvp {

namespace {

// Runs `finish` behind `work`, and where that is interrupted before the interrupt is passed on.
template <typename Work, typename Finish>
void finish_afterwards(const Work& work, const Finish& finish) {
  try {
    work();
  } catch (const Interrupted&) {
    finish();
    throw;
  }
  finish();
}

}  // namespace

Layer layer_to_compare(const Layer& layer, DataType accumulator_type) {
  Layer compared = layer;
  compared.input_type = compared.weight_type = compared.output_type = DataType::int16;
  compared.accumulator_type = accumulator_type;
  compared.input_zero_point = compared.output_zero_point = 0;
  compared.scales.clear();
  compared.output_min.reset();
  compared.output_max.reset();
  return compared;
}

ComparisonRun::ComparisonRun(const PlatformConfig& config, const SocFiles& files,
                             const std::vector<int64_t>& buffers, WorkerPool& pool)
    : pool_(pool), buffers_(buffers) {
  for (size_t i = 0; i < buffers.size(); ++i) {
    PlatformConfig machine = config;
    machine.hwc.buffer_bytes = buffers[i];
    machines_.push_back(std::make_unique<NetworkRun>(machine, files, false, pool, SocOptions{},
                                                     fmt::format("machine_{}", i)));
  }
}

void ComparisonRun::run_hwc(size_t buffer, const std::vector<LayerJob>& jobs, const Listener& listener,
                            AcceleratorRun& run) {
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
  finish_afterwards(
      [&] {
        for (const LayerJob& job : jobs) machine.run(job, inner);
      },
      [&] {
        for (LayerReport& report : machine.finish()) {
          run.layers.push_back({report.predicted.traffic, report.observed, report.output.value()});
        }
      });
}

void ComparisonRun::run_hwce(int64_t maps, const std::vector<Layer>& layers, uint64_t seed,
                             const Listener& listener, AcceleratorRun& run) {
  run.maps = maps;
  LayerSimulator& machine = machines_.front()->machine();
  machine.runner().on_progress = listener.on_progress;
  std::vector<std::future<OutputCheck>> checks;
  finish_afterwards(
      [&] {
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
          checks.push_back(pool_.submit([layer, mapping, tensors, output] {
            return check_hwce_output(layer, mapping, *tensors, *output);
          }));
          run.layers.push_back(std::move(result));
        }
      },
      [&] {
        for (size_t i = 0; i < checks.size(); ++i) run.layers[i].output = checks[i].get();
      });
}

}  // namespace hwcvp
