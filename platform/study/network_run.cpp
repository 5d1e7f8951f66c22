#include "platform/study/network_run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "platform/host/interrupt.h"
#include "platform/host/seconds_since.h"

namespace hwcvp {

namespace {

// What the HWC takes for a schedule, by the latency model. Throws Interrupted.
LatencyEstimate estimate_latency(const LayerJob& job, const PlatformConfig& config) {
  const auto estimate = estimate_latency_until(
      [] { return interrupt_flag().load(); }, job.layer, job.schedule, job.predicted.traffic,
      machine_timing(config, job.layouts.value_or(config.layout.tensors)));
  if (!estimate) throw Interrupted();
  return *estimate;
}

}  // namespace

NetworkRun::NetworkRun(const PlatformConfig& config, const SocFiles& files, bool relu, WorkerPool& pool,
                       const SocOptions& options, const std::string& name)
    : config_(config), relu_(relu), pool_(pool), simulator_(config, files, name, options) {}

void NetworkRun::run(const LayerJob& job, const Listener& listener) {
  LayerReport report;
  report.layer = job.layer;
  report.schedule = job.schedule;
  report.layouts = job.layouts.value_or(config_.layout.tensors);
  report.predicted = job.predicted;
  report.predicted_bus =
      predict_bus_traffic(job.layer, job.schedule, report.layouts, config_, check_interrupt);
  report.latency = estimate_latency(job, config_);

  if (listener.on_begin) listener.on_begin(job);
  simulator_.runner().on_progress = listener.on_progress;
  const bool timing_only = soc().timing_only();
  auto tensors = std::make_shared<const LayerTensors>(timing_only ? LayerTensors{} : job.make_tensors());
  auto output = std::make_shared<HostTensor>();
  const auto start = std::chrono::steady_clock::now();
  if (timing_only) {
    report.observed =
        simulator_.run_timing_only(job.layer, job.schedule, relu_, report.latency.cycles, report.layouts);
  } else {
    LayerSimulation simulation =
        simulator_.run(job.layer, job.schedule, *tensors, relu_, report.latency.cycles, report.layouts);
    report.observed = std::move(simulation.observed);
    *output = std::move(simulation.output);
  }
  report.wall_seconds = seconds_since(start);
  judge_bandwidth(report);
  place_under_roofline(report);

  if (listener.on_simulated) listener.on_simulated(report, timing_only ? nullptr : output.get());
  reports_.push_back(std::move(report));
  if (timing_only) return;
  checks_.push_back(pool_.submit([layer = job.layer, tensors, relu = relu_, output] {
    return check_output(layer, *tensors, relu, *output);
  }));
}

void NetworkRun::judge_bandwidth(LayerReport& report) {
  const double predicted_seconds = static_cast<double>(report.latency.cycles) / (config_.hwc.clock_mhz * 1e6);
  report.bandwidth =
      compare_bandwidth(report.predicted.traffic, predicted_seconds, report.observed.traffic,
                        report.observed.seconds, simulator_.runner().bandwidth(), report.predicted.buffer);
  report.divergences =
      find_divergences(report.predicted.traffic, report.observed.traffic, report.bandwidth, config_.monitor);
}

void NetworkRun::place_under_roofline(LayerReport& report) const {
  const MachineTiming timing = machine_timing(config_);
  const int64_t macs = report.layer.macs();
  report.predicted_roofline =
      roofline_position(macs, report.predicted.traffic, report.latency.cycles, report.latency, timing);
  report.observed_roofline =
      roofline_position(macs, report.observed.traffic, report.observed.cycles, report.latency, timing);
}

std::vector<LayerReport> NetworkRun::finish() {
  for (size_t i = 0; i < checks_.size(); ++i) reports_[i].output = checks_[i].get();
  checks_.clear();
  return std::move(reports_);
}

}  // namespace hwcvp
