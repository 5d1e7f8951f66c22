// What executes the jobs of the HWCE.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <tlm>

#include "models/hwce/convolution_lines.h"
#include "models/hwce/job.h"
#include "models/hwce/stream_port.h"
#include "models/tlm/worker.h"

namespace hwcvp::hwce {

// Does not model: overlap between jobs (the next one begins when the last write of the one before has ended).
//
// Two contexts hold jobs; they run in order. A job reads its filters, then goes through the output in stripes
// of as many columns as the line buffer yields, left to right, and through each stripe line by line: an input
// line (filter - 1 of them ahead of the first output line), a line of y_in of each map, a line of y_out of
// each map. Timing: output line r is computed from max(end of line r - 1, arrival of what it needs) on, one
// column of all maps in a cycle; its input may be asked for when line r - 2 begins, its output is written
// when it ends.
class JobEngine : public sc_core::sc_module, private tlm_support::Worker {
 public:
  JobEngine(const sc_core::sc_module_name& name, const StreamPort::Properties& properties,
            tlm::tlm_initiator_socket<>& memory);

  // Called after anything that status() shows may have changed.
  std::function<void()> on_status_change;

  bool context_free() const { return jobs_ < contexts_.size(); }
  // There must be a free context.
  void start(const Job& job);
  // Latches an error, unless there is one already, and abandons all jobs.
  void stop(uint32_t error, uint32_t info);
  // Abandons all jobs, clears error and counter.
  void reset();

  uint32_t status() const;
  bool stopped() const { return error_ != 0; }
  uint32_t error() const { return error_; }
  uint32_t error_info() const { return error_info_; }
  uint32_t jobs_done() const { return jobs_done_; }
  // At the memory: StreamPort::in_flight().
  std::string in_flight() const { return port_.in_flight(); }

 private:
  struct Stripe {
    uint32_t first;  // column of the output
    uint32_t columns;
  };

  void run();
  void abandon_jobs();
  // Each returns false if the job was abandoned or failed.
  bool execute(const Job& job);
  bool read_filters(const Job& job);
  bool run_stripe(const Job& job, const Stripe& stripe);
  bool read_x(const Job& job, const Stripe& stripe, uint32_t line, const sc_core::sc_time& earliest);
  bool read_y(const Job& job, const Stripe& stripe, uint32_t line, const sc_core::sc_time& earliest);
  void write_y(const Job& job, const Stripe& stripe, uint32_t line);
  bool passed(StreamPort::Result result);

  static constexpr uint32_t kColumns = ConvolutionLines::kColumns;

  const sc_core::sc_time clock_period_;
  StreamPort port_;
  ConvolutionLines lines_;
  std::array<std::array<int16_t, kColumns>, kMaxMaps> y_{};  // the line of each map

  std::array<Job, 2> contexts_;  // a ring; the first one runs
  size_t first_ = 0;
  size_t jobs_ = 0;

  sc_core::sc_time arrived_;      // what the next output line needs
  sc_core::sc_time line_end_;     // of the output line computed last
  sc_core::sc_time last_access_;  // end of the latest transaction of the job

  uint32_t error_ = 0;
  uint32_t error_info_ = 0;
  uint32_t jobs_done_ = 0;
};

}  // namespace hwcvp::hwce
