// The mailbox between the host (the testbench around the platform) and the firmware.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <tlm>

#include "models/registers/register_file.h"

namespace hwcvp {

// Does not model: a queue of jobs (one at a time), arbitration, DMI.
//
// The host posts a job, which raises the interrupt until the firmware clears the doorbell; the firmware
// reports the end by writing DONE, which notifies done_event(), and how far it has come with a list of jobs
// by writing PROGRESS. Characters written to CONSOLE are put together to lines. TIME gives the simulated
// time, the initiator's local time included. Registers: models/mailbox/registers.json.
class Mailbox : public sc_core::sc_module {
 public:
  // Longest line handed to on_console_line; a longer one arrives in pieces.
  static constexpr size_t kMaxConsoleLine = 1024;

  tlm_utils::simple_target_socket<Mailbox> socket;
  sc_core::sc_out<bool> interrupt;  // high while DOORBELL.PENDING is set

  // Receives each line of the firmware's log, without its end of line, and the time of its first character,
  // the processor's local time included. Until it is set lines go to std::clog.
  std::function<void(const sc_core::sc_time& time, const std::string& line)> on_console_line;

  // Called at each write of PROGRESS, before the write returns, with the jobs of a list that are done: what
  // the monitors have counted until then is theirs. Nothing of the next job has begun.
  std::function<void(uint32_t jobs_done)> on_progress;

  // Every access takes `latency`.
  explicit Mailbox(const sc_core::sc_module_name& name,
                   const sc_core::sc_time& latency = sc_core::SC_ZERO_TIME);

  // Host side. Rings the doorbell with the bus addresses of the job descriptor and of the status block. While
  // a job is under way this is an error (SC_REPORT_ERROR) and changes nothing.
  void post_job(uint64_t job_address, uint64_t status_address);
  // How much the firmware is to log of the jobs posted from now on: the LOG_LEVEL of DOORBELL, 0 to 3, at
  // first 0.
  void set_log_level(uint32_t level) { log_level_ = level & 3; }
  // Notified when the firmware reports the end of the job, at the firmware's local time.
  const sc_core::sc_event& done_event() const { return done_event_; }
  // When PROGRESS was written last, the processor's local time included.
  const sc_core::sc_time& progress_time() const { return progress_time_; }
  // From post_job() until the firmware reports the end.
  bool busy() const { return busy_; }

  // Drops the job and the console's unfinished line; all registers take their reset values.
  void reset();

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  void drive_interrupt();
  void finish_job();
  void note_progress(uint32_t jobs_done);
  void put_characters(uint32_t word);
  void put_character(char character);
  void flush_line();
  uint64_t nanoseconds() const;

  registers::RegisterFile registers_;
  const sc_core::sc_time latency_;
  sc_core::sc_time local_time_;  // of the initiator whose access is served
  sc_core::sc_event interrupt_changed_;
  sc_core::sc_event done_event_;
  std::string line_;
  sc_core::sc_time line_time_;
  sc_core::sc_time progress_time_;
  uint32_t log_level_ = 0;
  bool busy_ = false;
  bool refused_ = false;  // by a hook, during the access that is served
};

}  // namespace hwcvp
