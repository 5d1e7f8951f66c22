// What was observed of one job on the simulated machine.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/common/engine.h"
#include "models/common/histogram.h"
#include "models/common/traffic_count.h"
#include "schedules/traffic/traffic.h"
#include "sw/job.h"

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

// What an engine of the HWC did during a job: parts of its time, which they add up to.
struct EngineObservation {
  double busy_seconds = 0;                // the work of the commands that were executed
  double stalled_on_memory_seconds = 0;   // a command was in execution and waited at the memory port
  double stalled_on_engines_seconds = 0;  // the next command had arrived and waited for commands of others
  double idle_seconds = 0;                // no command was there
  double stalled_seconds() const { return stalled_on_memory_seconds + stalled_on_engines_seconds; }
};

// Of a part of a stack (TensorPlacement::parts).
struct PartObservation {
  int64_t read_bytes = 0, write_bytes = 0;
};

struct JobObservation {
  Traffic traffic;                   // by the monitors at the memory ports of the accelerators
  BusTraffic bus;                    // of the same
  double peak_bytes_per_second = 0;  // of the same, in the busiest window; no less than the average
  int64_t control_read_bytes = 0;    // by the monitor at the control processor: registers, job, status
  int64_t control_write_bytes = 0;
  int64_t cycles = 0;  // of the accelerator's clock, from the doorbell to the firmware's answer
  double seconds = 0;  // simulated
  std::vector<InitiatorObservation> initiators;  // by the same monitors
  std::array<EngineObservation, kEngineCount> engines;
  std::vector<PartObservation> parts;  // of a stack
  hwc_status status{};
};

}  // namespace hwcvp
