#include "platform/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "platform/job_result.h"
#include "platform/machine_fault.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

std::string at_time() { return fmt::format("at {}", sc_core::sc_time_stamp().to_string()); }

}  // namespace

Runner::Runner(const sc_core::sc_module_name& name, Soc& soc)
    : sc_module(name), soc_(soc), bandwidth_(sc_time(kBandwidthWindowUs, sc_core::SC_US)) {
  for (Monitor* const monitor : {&soc_.tensor_monitor, &soc_.baseline_monitor}) {
    monitor->transactions.bind(tensor_traffic_);
    monitor->transactions.bind(bandwidth_);
  }
  soc_.control_monitor.transactions.bind(control_traffic_);
  soc_.control_processor().on_fault = [](const std::string&) { sc_core::sc_pause(); };
  SC_HAS_PROCESS(Runner);
  SC_METHOD(note_done);
  sensitive << soc_.mailbox.done_event();
  dont_initialize();
}

Runner::~Runner() = default;

void Runner::note_done() {
  done_ = true;
  done_time_ = sc_core::sc_time_stamp();
  sc_core::sc_pause();
}

void Runner::place_windows(const TensorPlacement& placement) {
  const auto add = [this](TrafficClass traffic_class, const AddressWindow& window) {
    tensor_traffic_.add_window(traffic_class, window.base, window.bytes);
  };
  tensor_traffic_.clear_windows();
  add(TrafficClass::input, placement.input);
  add(TrafficClass::weight, placement.weight);
  add(TrafficClass::output, placement.output);
  add(TrafficClass::psum, placement.psum);
  add(TrafficClass::params, placement.params);
  tensor_traffic_.reset_counts();
  bandwidth_.reset();
  control_traffic_.reset_counts();
}

JobObservation Runner::run(const hwc_job& job, const TensorPlacement& placement, const sc_time& limit) {
  return run(JobDescriptor{&job, sizeof job, soc_.config().hwc.clock_mhz}, placement, limit);
}

JobObservation Runner::run(const JobDescriptor& job, const TensorPlacement& placement, const sc_time& limit) {
  place_windows(placement);
  const hwc_status blank{};
  soc_.write_memory(memory_map::kJobAddress, job.data, job.bytes);
  soc_.write_memory(memory_map::kStatusAddress, &blank, sizeof blank);
  try {
    if (sc_core::sc_get_status() < sc_core::SC_RUNNING) {
      sc_core::sc_start(sc_core::SC_ZERO_TIME);  // elaborates, and starts the firmware
      if (on_progress) on_progress(0);           // a debugger may have had the firmware for long
    }
    if (soc_.control_processor().halted()) throw MachineFault(soc_.control_processor().fault());
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): what it refers to moves on
    const sc_time start = sc_core::sc_time_stamp();
    done_ = false;
    soc_.mailbox.post_job(memory_map::kJobAddress, memory_map::kStatusAddress);
    simulate(limit);
    return observe(start, job.clock_mhz);
  } catch (const sc_core::sc_report& report) {
    throw MachineFault(fmt::format("{} ({})", report.get_msg(), at_time()));
  }
}

void Runner::simulate(const sc_time& limit) {
  // Steps short enough that progress is told often, and long enough that they cost nothing.
  const sc_time step(500, sc_core::SC_US);
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): what it refers to moves on
  const sc_time start = sc_core::sc_time_stamp();
  while (!done_) {
    if (soc_.control_processor().halted()) throw MachineFault(soc_.control_processor().fault());
    if (!sc_core::sc_pending_activity()) {
      throw MachineFault("the machine stopped: no event is left and the job is not done, " + at_time());
    }
    if (sc_core::sc_time_stamp() - start > limit) {
      throw MachineFault(
          fmt::format("the machine stopped: the job did not end within {} of simulated time, {}",
                      limit.to_string(), at_time()));
    }
    sc_core::sc_start(step);
    if (on_progress) on_progress(traffic().total());
  }
}

Traffic Runner::traffic() const {
  const auto read = [this](TrafficClass c) { return static_cast<int64_t>(tensor_traffic_[c].read_bytes); };
  const auto written = [this](TrafficClass c) {
    return static_cast<int64_t>(tensor_traffic_[c].write_bytes);
  };
  Traffic traffic;
  traffic.input_read = read(TrafficClass::input);
  traffic.weight_read = read(TrafficClass::weight);
  traffic.params_read = read(TrafficClass::params);
  traffic.psum_read = read(TrafficClass::psum);
  traffic.psum_write = written(TrafficClass::psum);
  traffic.output_write = written(TrafficClass::output);
  return traffic;
}

void Runner::check_strays() const {
  const auto refuse = [this](TrafficClass c, uint64_t bytes_moved, const char* what) {
    if (bytes_moved == 0) return;
    throw MachineFault(
        fmt::format("the accelerator {} {} bytes of class {}", what, bytes_moved, to_string(c)));
  };
  for (const TrafficClass c : {TrafficClass::input, TrafficClass::weight, TrafficClass::params}) {
    refuse(c, tensor_traffic_[c].write_bytes, "wrote");
  }
  refuse(TrafficClass::output, tensor_traffic_[TrafficClass::output].read_bytes, "read");
  refuse(TrafficClass::other, tensor_traffic_[TrafficClass::other].read_bytes, "read");
  refuse(TrafficClass::other, tensor_traffic_[TrafficClass::other].write_bytes, "wrote");
  if (tensor_traffic_.failed() != 0) {
    throw MachineFault(
        fmt::format("{} accesses of the accelerator were answered with an error", tensor_traffic_.failed()));
  }
}

JobObservation Runner::observe(const sc_time& start, double clock_mhz) {
  JobObservation observation;
  soc_.read_memory(memory_map::kStatusAddress, &observation.status, sizeof observation.status);
  check_job_status(observation.status);
  check_strays();
  observation.traffic = traffic();
  const TrafficCount& control = control_traffic_[TrafficClass::other];
  observation.control_read_bytes = static_cast<int64_t>(control.read_bytes);
  observation.control_write_bytes = static_cast<int64_t>(control.write_bytes);
  observation.seconds = (done_time_ - start).to_seconds();
  // A job that is shorter than a window fills none.
  const double average = static_cast<double>(observation.traffic.total()) / observation.seconds;
  observation.peak_bytes_per_second = std::max(bandwidth_.peak_bytes_per_second(), average);
  observation.cycles = std::llround(observation.seconds * clock_mhz * 1e6);
  return observation;
}

}  // namespace hwcvp
