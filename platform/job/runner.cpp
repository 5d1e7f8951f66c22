#include "platform/job/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "models/tlm/processes.h"
#include "platform/job/job_result.h"
#include "platform/machine/machine_fault.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

std::string at_time() { return fmt::format("at {}", sc_core::sc_time_stamp().to_string()); }

// What the accelerator waits for at its memory port, to end the message of a machine that stopped.
std::string in_flight(const Hwc& hwc) {
  const std::string waiting = hwc.transactions_in_flight();
  return waiting.empty() ? waiting : fmt::format("; {}: {}", hwc.memory.name(), waiting);
}

}  // namespace

Runner::Runner(const sc_core::sc_module_name& name, Soc& soc) : sc_module(name), soc_(soc), monitors_(soc) {
  soc_.hwc().commands.bind(engine_times_);
  soc_.control_processor().on_fault = [](const std::string&) { sc_core::sc_pause(); };
  HWCVP_METHOD(note_done);
  sensitive << soc_.mailbox.done_event();
  dont_initialize();
}

Runner::~Runner() = default;

void Runner::note_done() {
  done_ = true;
  done_time_ = sc_core::sc_time_stamp();
  sc_core::sc_pause();
}

JobObservation Runner::run(const hwc_job& job, const TensorPlacement& placement, const sc_time& limit) {
  return run(JobDescriptor{&job, sizeof job, soc_.config().hwc.clock_mhz}, placement, limit);
}

JobObservation Runner::run(const JobDescriptor& job, const TensorPlacement& placement, const sc_time& limit) {
  monitors_.begin(placement);
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
    engine_times_.begin(start);
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
      throw MachineFault("the machine stopped: no event is left and the job is not done, " + at_time() +
                         in_flight(soc_.hwc()));
    }
    if (sc_core::sc_time_stamp() - start > limit) {
      throw MachineFault(
          fmt::format("the machine stopped: the job did not end within {} of simulated time, {}{}",
                      limit.to_string(), at_time(), in_flight(soc_.hwc())));
    }
    sc_core::sc_start(step);
    if (on_progress) on_progress(monitors_.traffic().total());
  }
}

JobObservation Runner::observe(const sc_time& start, double clock_mhz) {
  JobObservation observation;
  soc_.read_memory(memory_map::kStatusAddress, &observation.status, sizeof observation.status);
  check_job_status(observation.status);
  monitors_.check_strays();
  observation.traffic = monitors_.traffic();
  observation.bus = monitors_.bus_traffic();
  const TrafficCount control = monitors_.control();
  observation.control_read_bytes = static_cast<int64_t>(control.read_bytes);
  observation.control_write_bytes = static_cast<int64_t>(control.write_bytes);
  observation.seconds = (done_time_ - start).to_seconds();
  const auto times = engine_times_.until(done_time_);
  std::transform(times.begin(), times.end(), observation.engines.begin(), [](const EngineTime& time) {
    return EngineObservation{time.busy.to_seconds(), time.stalled_on_memory.to_seconds(),
                             time.stalled_on_engines.to_seconds(), time.idle.to_seconds()};
  });
  observation.initiators = monitors_.initiators(observation.seconds);
  for (const InitiatorObservation& initiator : observation.initiators) {
    if (initiator.name == JobMonitors::kProcessor) continue;
    observation.peak_bytes_per_second =
        std::max(observation.peak_bytes_per_second, initiator.total.peak_bytes_per_second);
  }
  observation.cycles = std::llround(observation.seconds * clock_mhz * 1e6);
  return observation;
}

}  // namespace hwcvp
