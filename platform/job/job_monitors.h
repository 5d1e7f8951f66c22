// What the monitors of the machine tell of one job.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <systemc>
#include <vector>

#include "models/monitor/traffic_counter.h"
#include "models/monitor/traffic_statistics.h"
#include "platform/machine/soc.h"
#include "platform/observation/bandwidth_series.h"
#include "platform/observation/job_observation.h"
#include "platform/placement/tensor_placement.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// Does not see debug accesses, by which the host places tensors.
//
// Subscribes to the monitors at the sockets of the accelerators and of the control processor. Make it before
// the simulation starts.
class JobMonitors {
 public:
  static constexpr const char* kProcessor = "control_processor";

  explicit JobMonitors(Soc& soc);

  // Forgets everything; from now on bytes are told apart by where the tensors lie.
  void begin(const TensorPlacement& placement);

  // By the accelerators.
  Traffic traffic() const;
  BusTraffic bus_traffic() const;
  // By the accelerators, of each part of the placement.
  std::vector<PartObservation> parts() const;
  // By the control processor, to registers, job and status.
  TrafficCount control() const;
  // For a job that took that long; no peak is below the average.
  std::vector<InitiatorObservation> initiators(double seconds) const;
  // In windows of MonitorConfig::window_ns.
  BandwidthSeries series() const;

  // Throws MachineFault where an accelerator touched memory outside its tensors or against their direction,
  // or was answered with an error.
  void check_strays() const;

 private:
  struct Initiator {
    Initiator(const std::string& initiator, const PlatformConfig& config);

    const std::string name;
    TrafficCounter counter;
    TrafficStatistics statistics;
  };

  void watch(const std::string& name, Monitor& monitor, const PlatformConfig& config);
  // A figure of the counters, for what is read and what is written, by what it carries.
  Traffic counted(uint64_t TrafficCount::*read, uint64_t TrafficCount::*written) const;
  // All that accelerators moved of a class.
  TrafficCount tensor(TrafficClass traffic_class) const;

  const int64_t bus_width_bytes_;
  std::deque<Initiator> initiators_;  // which do not move; the control processor is the last
  std::vector<TensorPlacement::Part> parts_;
  sc_core::sc_time start_;
};

}  // namespace hwcvp
