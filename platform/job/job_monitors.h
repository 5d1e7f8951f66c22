// What the monitors of the machine tell of one job.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <systemc>
#include <vector>

#include "models/common/histogram.h"
#include "models/monitor/traffic_counter.h"
#include "models/monitor/traffic_statistics.h"
#include "platform/machine/soc.h"
#include "platform/placement/memory_map.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// Of the transactions of one kind.
struct StreamObservation {
  TrafficCount count;
  double busy_seconds = 0;           // at least one was under way
  double peak_bytes_per_second = 0;  // in the fullest window
  Histogram latency_ps;              // from request to response

  int64_t bytes() const { return static_cast<int64_t>(count.read_bytes + count.write_bytes); }
  int64_t transactions() const { return static_cast<int64_t>(count.reads + count.writes); }
  StreamObservation& operator+=(const StreamObservation& other);  // of another job: the higher peak
};

// Of one initiator on the bus.
struct InitiatorObservation {
  struct Part {
    std::string name;  // of the tensor; of the control processor "control" (job and status) and "registers"
    StreamObservation stream;
  };
  std::string name;  // "hwc", "hwce" or "control_processor"
  StreamObservation total;
  std::vector<Part> parts;  // those that moved bytes
};

// Adds what the initiators did in another job.
void add(std::vector<InitiatorObservation>& sum, const std::vector<InitiatorObservation>& job);

// Bytes moved in a window of time.
struct BandwidthSample {
  uint64_t window = 0;                                 // windows since the start of the job
  std::array<uint64_t, kTrafficClassCount> tensors{};  // by the accelerators, by class
  uint64_t control = 0;                                // by the control processor
  uint64_t tensor_bytes() const;
};

// Over the time of a job; windows in which nothing moved are left out.
struct BandwidthSeries {
  double start_seconds = 0;   // simulated time
  double window_seconds = 0;  // the last one may be longer than what is left of the job
  std::vector<BandwidthSample> samples;
};

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
  sc_core::sc_time start_;
};

}  // namespace hwcvp
