#include "platform/job/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/tlm/processes.h"
#include "platform/job/job_result.h"
#include "platform/machine/machine_fault.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

std::string at_time() { return fmt::format("at {}", sc_core::sc_time_stamp().to_string()); }

// What an accelerator waits for at its memory port, to end the message of a machine that stopped.
template <typename Accelerator>
std::string in_flight(const Accelerator& accelerator) {
  const std::string waiting = accelerator.transactions_in_flight();
  return waiting.empty() ? waiting : fmt::format("; {}: {}", accelerator.memory.name(), waiting);
}

// The fault, with those that were injected.
MachineFault with_injected(const std::string& what, const Soc& soc) {
  const std::vector<std::string> injected = soc.injected_faults();
  return MachineFault(
      injected.empty() ? what : fmt::format("{}; injected fault: {}", what, fmt::join(injected, "; ")));
}

// What the firmware has done, in instructions, or in bus accesses where they are not counted.
uint64_t work_of(const ControlProcessor& core) {
  const ControlProcessorStatistics& statistics = core.statistics();
  return std::max(statistics.instructions, statistics.bus_reads + statistics.bus_writes);
}

// Steps short enough that progress is told often and the watchdog is in time, and long enough that they cost
// nothing.
sc_time step_of(const PlatformConfig& config) {
  const sc_time longest(500, sc_core::SC_US);
  const ControlProcessorConfig& processor = config.control_processor;
  const double cycles = processor.kind == ControlProcessorKind::riscv ? processor.cycles_per_instruction
                                                                      : processor.cycles_per_access;
  const double watched_us = static_cast<double>(config.watchdog.instructions) * cycles / processor.clock_mhz;
  return watched_us < 500 ? sc_time(watched_us, sc_core::SC_US) : longest;
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
  return run(JobDescriptor{&job, job.size_bytes, soc_.config().hwc.clock_mhz}, placement, limit);
}

JobObservation Runner::run(const JobDescriptor& job, const TensorPlacement& placement, const sc_time& limit) {
  return explained([&] {
    monitors_.begin(placement);
    soc_.write_memory(memory_map::kJobAddress, job.data, job.bytes);
    sc_time start;
    post(memory_map::kJobAddress, limit, [&] { engine_times_.begin(start = sc_core::sc_time_stamp()); });
    return observe(memory_map::kStatusAddress, start, done_time_, job.clock_mhz);
  });
}

void Runner::run_list(const JobList& list, const sc_time& limit,
                      const std::function<void(size_t job, const JobObservation& observed)>& on_job) {
  // The hook refers to what is here.
  struct Hooked {
    Mailbox& mailbox;
    ~Hooked() { mailbox.on_progress = nullptr; }
  };
  const Hooked hooked{soc_.mailbox};
  sc_time start;
  size_t job = 0;
  const auto begin_at = [&](const sc_time& time) { engine_times_.begin(start = time); };
  const auto end_of_job = [&] {
    on_job(job, observe(list.entries[job].status, start, soc_.mailbox.progress_time(), list.clock_mhz));
    if (++job == list.entries.size()) return;
    monitors_.begin(list.entries[job].placement);
    begin_at(soc_.mailbox.progress_time());
  };
  soc_.mailbox.on_progress = [&](uint32_t) {
    if (failure_ || job == list.entries.size()) return;
    try {
      end_of_job();
    } catch (...) {
      failure_ = std::current_exception();
      sc_core::sc_pause();
    }
  };
  explained([&] {
    monitors_.begin(list.entries.at(0).placement);
    post(list.address, limit, [&] { begin_at(sc_core::sc_time_stamp()); });
    hwc_list_status status{};
    soc_.read_memory(memory_map::kStatusAddress, &status, sizeof status);
    check_job_status(status.total);
    if (job != list.entries.size())
      throw MachineFault(fmt::format("the firmware reported {} of {} jobs", job, list.entries.size()));
  });
}

// What goes wrong, with the time and the faults that were injected.
template <typename Work>
auto Runner::explained(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const sc_core::sc_report& report) {
    throw with_injected(fmt::format("{} ({})", report.get_msg(), at_time()), soc_);
  } catch (const MachineFault& fault) {
    throw with_injected(fault.what(), soc_);
  }
}

void Runner::post(uint64_t job_address, const sc_time& limit, const std::function<void()>& begin) {
  if (stopped_) throw MachineFault("the machine stopped in an earlier job and takes no other one");
  const hwc_list_status blank{};  // the larger one
  soc_.write_memory(memory_map::kStatusAddress, &blank, sizeof blank);
  if (sc_core::sc_get_status() < sc_core::SC_RUNNING) {
    sc_core::sc_start(sc_core::SC_ZERO_TIME);  // elaborates, and starts the firmware
    if (on_progress) on_progress(0);           // a debugger may have had the firmware for long
  }
  if (soc_.control_processor().halted()) throw MachineFault(soc_.control_processor().fault());
  begin();
  done_ = false;
  failure_ = nullptr;
  soc_.mailbox.post_job(job_address, memory_map::kStatusAddress);
  simulate(limit);
}

void Runner::simulate(const sc_time& limit) {
  const WatchdogConfig& config = soc_.config().watchdog;
  const sc_time most = config.time_ms == 0 ? limit : sc_time(config.time_ms, sc_core::SC_MS);
  const ControlProcessor& core = soc_.control_processor();
  Watchdog watchdog{sc_core::sc_time_stamp() + most, 0, work_of(core)};
  while (!done_) {
    if (core.halted()) throw MachineFault(core.fault());
    if (!sc_core::sc_pending_activity()) stopped("no event is left and the job is not done");
    if (sc_core::sc_time_stamp() >= watchdog.end) {
      stopped(fmt::format("the job did not end within {} of simulated time", most.to_string()));
    }
    sc_core::sc_start(std::min(step_of(soc_.config()), watchdog.end - sc_core::sc_time_stamp()));
    if (failure_) std::rethrow_exception(failure_);
    check_watchdog(watchdog);
    if (on_progress) on_progress(monitors_.traffic().total());
  }
}

void Runner::check_watchdog(Watchdog& watchdog) {
  const int64_t most = soc_.config().watchdog.instructions;
  const int64_t bytes = monitors_.traffic().total();
  const uint64_t work = work_of(soc_.control_processor());
  if (bytes != watchdog.tensor_bytes) {
    watchdog.tensor_bytes = bytes;
    watchdog.instructions = work;
  } else if (!done_ && work - watchdog.instructions > static_cast<uint64_t>(most)) {
    stopped(fmt::format("no byte of a tensor moved in more than {} instructions", most));
  }
}

void Runner::settle() {
  const sc_time margin(1, sc_core::SC_US);  // an access may wait beyond the quantum
  if (sc_core::sc_get_status() == sc_core::SC_PAUSED) {
    sc_core::sc_start(sc_time(soc_.config().control_processor.quantum_ns, sc_core::SC_NS) + margin);
  }
}

void Runner::stopped(const std::string& why) {
  stopped_ = true;
  throw MachineFault(fmt::format("the machine stopped: {}, {}; {}{}{}", why, at_time(),
                                 soc_.control_processor().state(), in_flight(soc_.hwc()),
                                 in_flight(soc_.hwce())));
}

JobObservation Runner::observe(uint64_t status_address, const sc_time& start, const sc_time& end,
                               double clock_mhz) {
  JobObservation observation;
  soc_.read_memory(status_address, &observation.status, sizeof observation.status);
  check_job_status(observation.status);
  monitors_.check_strays();
  observation.traffic = monitors_.traffic();
  observation.bus = monitors_.bus_traffic();
  observation.parts = monitors_.parts();
  const TrafficCount control = monitors_.control();
  observation.control_read_bytes = static_cast<int64_t>(control.read_bytes);
  observation.control_write_bytes = static_cast<int64_t>(control.write_bytes);
  observation.seconds = (end - start).to_seconds();
  const auto times = engine_times_.until(end);
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
