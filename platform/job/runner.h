// Runs layers on the assembled system, from the host's side.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "models/hwc/engine_times.h"
#include "platform/job/job_monitors.h"
#include "platform/machine/soc.h"
#include "platform/observation/job_observation.h"
#include "platform/placement/tensor_placement.h"
#include "schedules/traffic/traffic.h"
#include "sw/job.h"

namespace hwcvp {

// A job for the firmware: its descriptor as it lies in memory.
struct JobDescriptor {
  const void* data;
  size_t bytes;
  double clock_mhz;  // of the accelerator that it is for
};

// A list of jobs for the firmware, in memory already: where it lies, and what each job may touch.
struct JobList {
  struct Entry {
    uint64_t status = 0;  // address of its status block
    TensorPlacement placement;
  };
  uint64_t address = 0;
  double clock_mhz = 0;  // of the accelerator that it is for
  std::vector<Entry> entries;
};

// Does not place tensors, and neither reads nor writes them.
//
// Posts one job after another to the mailbox of one Soc and simulates until the firmware reports the end.
// Make it after the Soc and before the simulation starts; there is no other way to advance the simulation.
class Runner : public sc_core::sc_module {
 public:
  // Called several times a job, between two steps of the simulation, with the tensor bytes moved so far. What
  // it throws leaves run(), and the Soc must not be used again.
  std::function<void(int64_t tensor_bytes)> on_progress;

  Runner(const sc_core::sc_module_name& name, Soc& soc);
  ~Runner() override;

  // Writes the job into memory, runs it and returns what was observed. Throws MachineFault where the job is
  // refused or fails, the processor faults, the machine stops before the end, does not end within `limit` of
  // simulated time or in that of the platform's watchdog, or gets nowhere in the instructions of the
  // watchdog; or where the accelerator touches memory outside its tensors or against their direction.
  JobObservation run(const JobDescriptor& job, const TensorPlacement& placement,
                     const sc_core::sc_time& limit);
  JobObservation run(const hwc_job& job, const TensorPlacement& placement, const sc_core::sc_time& limit);

  // The same for a list, which the firmware runs by itself. `on_job` is told what was observed of each job as
  // soon as it ends, before the next one begins; what it throws leaves run_list().
  void run_list(const JobList& list, const sc_core::sc_time& limit,
                const std::function<void(size_t job, const JobObservation& observed)>& on_job);

  // Lets the control processor, which runs ahead of the simulated time by up to its quantum, come to where it
  // stands: a debugger is told of a stop that lies behind the end of the last job.
  void settle();

  // Of the last job.
  BandwidthSeries bandwidth() const { return monitors_.series(); }

 private:
  // How far the machine has got: since when no byte of a tensor has moved.
  struct Watchdog {
    sc_core::sc_time end;  // of the simulated time that the job may take
    int64_t tensor_bytes = 0;
    uint64_t instructions = 0;  // of the control processor when that many had moved
  };

  // Has the firmware run what lies at an address, with its answer at kStatusAddress; `begin` is called when
  // it is about to.
  void post(uint64_t job_address, const sc_core::sc_time& limit, const std::function<void()>& begin);
  template <typename Work>
  auto explained(const Work& work) -> decltype(work());
  void note_done();
  void simulate(const sc_core::sc_time& limit);
  void check_watchdog(Watchdog& watchdog);
  [[noreturn]] void stopped(const std::string& why);
  // What was observed since `start`; throws where a status block says that its job failed.
  JobObservation observe(uint64_t status_address, const sc_core::sc_time& start, const sc_core::sc_time& end,
                         double clock_mhz);

  Soc& soc_;
  JobMonitors monitors_;
  EngineTimes engine_times_;
  sc_core::sc_time done_time_;
  std::exception_ptr failure_;  // at the end of a job of a list, within the simulation
  bool done_ = false;
  bool stopped_ = false;  // in the middle of a job, which the firmware may yet report as done
};

}  // namespace hwcvp
