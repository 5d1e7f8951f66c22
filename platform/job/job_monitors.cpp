#include "platform/job/job_monitors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "platform/machine/machine_fault.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

std::string part_name(const std::string& initiator, TrafficClass traffic_class) {
  return initiator == JobMonitors::kProcessor && traffic_class == TrafficClass::other
             ? "registers"
             : to_string(traffic_class);
}

// The bytes of all classes of an initiator, window by window.
std::map<uint64_t, uint64_t> all_windows(const TrafficStatistics& statistics) {
  std::map<uint64_t, uint64_t> sum;
  for (size_t c = 0; c < kTrafficClassCount; ++c) {
    for (const auto& window : statistics[static_cast<TrafficClass>(c)].bandwidth.windows()) {
      sum[window.number] += window.bytes;
    }
  }
  return sum;
}

// A job that is shorter than a window fills none.
double peak(uint64_t window_bytes, const sc_time& window, int64_t job_bytes, double job_seconds) {
  return std::max(static_cast<double>(window_bytes) / window.to_seconds(),
                  static_cast<double>(job_bytes) / job_seconds);
}

StreamObservation observe(const TrafficCount& count, const TransactionStatistics& statistics,
                          double seconds) {
  StreamObservation stream;
  stream.count = count;
  stream.busy_seconds = statistics.busy.total().to_seconds();
  stream.latency_ps = statistics.latency;
  stream.peak_bytes_per_second =
      peak(statistics.bandwidth.peak_bytes(), statistics.bandwidth.window(), stream.bytes(), seconds);
  return stream;
}

}  // namespace

JobMonitors::Initiator::Initiator(const std::string& initiator, const PlatformConfig& config)
    : name(initiator),
      counter(static_cast<uint64_t>(config.bus.width_bytes)),
      statistics(counter, sc_time(config.monitor.window_ns, sc_core::SC_NS),
                 static_cast<unsigned>(config.monitor.histogram_steps)) {}

JobMonitors::JobMonitors(Soc& soc) : bus_width_bytes_(soc.config().bus.width_bytes) {
  watch("hwc", soc.tensor_monitor, soc.config());
  watch("hwce", soc.baseline_monitor, soc.config());
  watch(kProcessor, soc.control_monitor, soc.config());
  initiators_.back().counter.add_window(TrafficClass::control, memory_map::kControlBase,
                                        memory_map::kControlBytes);
}

void JobMonitors::watch(const std::string& name, Monitor& monitor, const PlatformConfig& config) {
  Initiator& initiator = initiators_.emplace_back(name, config);
  monitor.transactions.bind(initiator.counter);
  monitor.transactions.bind(initiator.statistics);
}

void JobMonitors::begin(const TensorPlacement& placement) {
  start_ = sc_core::sc_time_stamp();
  parts_ = placement.parts;
  for (Initiator& initiator : initiators_) {
    initiator.counter.reset_counts();
    initiator.statistics.restart(start_);
    if (initiator.name == kProcessor) continue;
    initiator.counter.clear_windows();
    const auto add_window = [&initiator](TrafficClass traffic_class, const AddressWindow& window) {
      initiator.counter.add_window(traffic_class, window.base, window.bytes);
    };
    add_window(TrafficClass::input, placement.input);
    add_window(TrafficClass::input, placement.second_input);
    add_window(TrafficClass::weight, placement.weight);
    add_window(TrafficClass::output, placement.output);
    add_window(TrafficClass::psum, placement.psum);
    add_window(TrafficClass::params, placement.params);
    for (const TensorPlacement::Part& part : parts_) add_window(class_of(part.carried), part.window);
  }
}

TrafficCount JobMonitors::tensor(TrafficClass traffic_class) const {
  TrafficCount sum;
  for (const Initiator& initiator : initiators_) {
    if (initiator.name != kProcessor) sum += initiator.counter[traffic_class];
  }
  return sum;
}

Traffic JobMonitors::counted(uint64_t TrafficCount::*read, uint64_t TrafficCount::*written) const {
  Traffic traffic;
  for (const TrafficKind& kind : kTrafficKinds) {
    traffic.*kind.member = static_cast<int64_t>(tensor(class_of(kind.carried)).*(kind.read ? read : written));
  }
  return traffic;
}

Traffic JobMonitors::traffic() const {
  return counted(&TrafficCount::read_bytes, &TrafficCount::write_bytes);
}

BusTraffic JobMonitors::bus_traffic() const {
  return {counted(&TrafficCount::reads, &TrafficCount::writes),
          bus_width_bytes_ * counted(&TrafficCount::read_words, &TrafficCount::write_words)};
}

std::vector<PartObservation> JobMonitors::parts() const {
  std::vector<PartObservation> parts;
  for (const TensorPlacement::Part& part : parts_) {
    PartObservation& sum = parts.emplace_back();
    for (const Initiator& initiator : initiators_) {
      if (initiator.name == kProcessor) continue;
      const TrafficCounter::WindowBytes bytes = initiator.counter.in_window(part.window.base);
      sum.read_bytes += static_cast<int64_t>(bytes.read);
      sum.write_bytes += static_cast<int64_t>(bytes.written);
    }
  }
  return parts;
}

TrafficCount JobMonitors::control() const {
  const TrafficCounter& counter = initiators_.back().counter;
  TrafficCount sum = counter[TrafficClass::control];
  return sum += counter[TrafficClass::other];
}

std::vector<InitiatorObservation> JobMonitors::initiators(double seconds) const {
  std::vector<InitiatorObservation> observations;
  for (const Initiator& initiator : initiators_) {
    InitiatorObservation observation;
    observation.name = initiator.name;
    const sc_time window = initiator.statistics[TrafficClass::other].bandwidth.window();
    observation.total.latency_ps = Histogram(initiator.statistics[TrafficClass::other].latency.steps());
    for (size_t c = 0; c < kTrafficClassCount; ++c) {
      const auto traffic_class = static_cast<TrafficClass>(c);
      StreamObservation stream =
          observe(initiator.counter[traffic_class], initiator.statistics[traffic_class], seconds);
      if (stream.transactions() == 0) continue;
      observation.total += stream;
      observation.parts.push_back({part_name(initiator.name, traffic_class), std::move(stream)});
    }
    if (observation.parts.empty()) continue;
    observation.total.busy_seconds = initiator.statistics.busy().to_seconds();
    uint64_t most = 0;
    for (const auto& entry : all_windows(initiator.statistics)) most = std::max(most, entry.second);
    observation.total.peak_bytes_per_second = peak(most, window, observation.total.bytes(), seconds);
    observations.push_back(std::move(observation));
  }
  return observations;
}

BandwidthSeries JobMonitors::series() const {
  std::map<uint64_t, BandwidthSample> samples;
  for (const Initiator& initiator : initiators_) {
    for (size_t c = 0; c < kTrafficClassCount; ++c) {
      for (const auto& window : initiator.statistics[static_cast<TrafficClass>(c)].bandwidth.windows()) {
        BandwidthSample& sample = samples[window.number];
        sample.window = window.number;
        (initiator.name == kProcessor ? sample.control : sample.tensors[c]) += window.bytes;
      }
    }
  }
  BandwidthSeries series;
  series.start_seconds = start_.to_seconds();
  series.window_seconds = initiators_.front().statistics[TrafficClass::other].bandwidth.window().to_seconds();
  series.samples.reserve(samples.size());
  for (const auto& [window, sample] : samples) series.samples.push_back(sample);
  return series;
}

void JobMonitors::check_strays() const {
  const auto refuse = [](TrafficClass c, uint64_t bytes_moved, const char* what) {
    if (bytes_moved == 0) return;
    throw MachineFault(
        fmt::format("the accelerator {} {} bytes of class {}", what, bytes_moved, to_string(c)));
  };
  for (const TrafficClass c : {TrafficClass::input, TrafficClass::weight, TrafficClass::params}) {
    refuse(c, tensor(c).write_bytes, "wrote");
  }
  refuse(TrafficClass::output, tensor(TrafficClass::output).read_bytes, "read");
  refuse(TrafficClass::other, tensor(TrafficClass::other).read_bytes, "read");
  refuse(TrafficClass::other, tensor(TrafficClass::other).write_bytes, "wrote");
  uint64_t failed = 0;
  for (const Initiator& initiator : initiators_) {
    if (initiator.name != kProcessor) failed += initiator.counter.failed();
  }
  if (failed != 0) {
    throw MachineFault(fmt::format("{} accesses of the accelerator were answered with an error", failed));
  }
}

}  // namespace hwcvp
