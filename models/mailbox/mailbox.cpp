#include "models/mailbox/mailbox.h"

#include <iostream>

#include "models/tlm/processes.h"
#include "registers/mailbox.h"
#include "registers/mailbox_table.h"

namespace hwcvp {

using sc_core::sc_time;

Mailbox::Mailbox(const sc_core::sc_module_name& name, const sc_time& latency)
    : sc_module(name),
      socket("socket"),
      interrupt("interrupt"),
      registers_(socket.name(), mailbox_registers::kRegisters, MAILBOX_SIZE),
      latency_(latency) {
  socket.register_b_transport(this, &Mailbox::b_transport);
  socket.register_transport_dbg(this, &Mailbox::transport_dbg);

  registers_.on_write(MAILBOX_DOORBELL,
                      [this](uint32_t) { interrupt_changed_.notify(sc_core::SC_ZERO_TIME); });
  registers_.on_write(MAILBOX_DONE, [this](uint32_t value) {
    if ((value & MAILBOX_DONE_DONE_MASK) != 0) finish_job();
  });
  registers_.on_write(MAILBOX_PROGRESS, [this](uint32_t value) { note_progress(value); });
  registers_.on_write(MAILBOX_CONSOLE, [this](uint32_t value) { put_characters(value); });
  registers_.on_read(MAILBOX_TIME_LO, [this] { return static_cast<uint32_t>(nanoseconds()); });
  registers_.after_read(MAILBOX_TIME_LO, [this](uint32_t) {
    registers_.set(MAILBOX_TIME_HI, static_cast<uint32_t>(nanoseconds() >> 32));
  });

  HWCVP_METHOD(drive_interrupt);
  sensitive << interrupt_changed_;
}

void Mailbox::post_job(uint64_t job_address, uint64_t status_address) {
  if (busy_) {
    SC_REPORT_ERROR("/hwcvp/mailbox", (std::string(name()) + ": a job is under way").c_str());
    return;
  }
  busy_ = true;
  registers_.set(MAILBOX_JOB_LO, static_cast<uint32_t>(job_address));
  registers_.set(MAILBOX_JOB_HI, static_cast<uint32_t>(job_address >> 32));
  registers_.set(MAILBOX_STATUS_LO, static_cast<uint32_t>(status_address));
  registers_.set(MAILBOX_STATUS_HI, static_cast<uint32_t>(status_address >> 32));
  registers_.set(MAILBOX_DOORBELL,
                 MAILBOX_DOORBELL_PENDING_MASK | log_level_ << MAILBOX_DOORBELL_LOG_LEVEL_LSB);
  interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

void Mailbox::reset() {
  registers_.reset();
  line_.clear();
  busy_ = false;
  done_event_.cancel();
  interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

void Mailbox::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  delay += latency_;
  local_time_ = delay;
  refused_ = false;
  registers_.access(payload);
  if (refused_) registers_.refuse(payload, tlm::TLM_GENERIC_ERROR_RESPONSE, "no job is under way");
}

unsigned Mailbox::transport_dbg(tlm::tlm_generic_payload& payload) {
  local_time_ = sc_core::SC_ZERO_TIME;
  return registers_.debug_access(payload);
}

// One process drives the line, whoever changed the doorbell.
void Mailbox::drive_interrupt() {
  interrupt.write((registers_.get(MAILBOX_DOORBELL) & MAILBOX_DOORBELL_PENDING_MASK) != 0);
}

void Mailbox::finish_job() {
  if (!busy_) {
    refused_ = true;
    return;
  }
  busy_ = false;
  done_event_.notify(local_time_);
}

void Mailbox::note_progress(uint32_t jobs_done) {
  if (!busy_) {
    refused_ = true;
    return;
  }
  progress_time_ = sc_core::sc_time_stamp() + local_time_;
  if (on_progress) on_progress(jobs_done);
}

void Mailbox::put_characters(uint32_t word) {
  for (; word != 0; word >>= 8) {
    if ((word & 0xff) != 0) {
      put_character(static_cast<char>(word & 0xff));
    }
  }
}

void Mailbox::put_character(char character) {
  if (line_.empty()) {
    line_time_ = sc_core::sc_time_stamp() + local_time_;
  }
  if (character == '\n') {
    flush_line();
    return;
  }
  line_ += character;
  if (line_.size() == kMaxConsoleLine) {
    flush_line();
  }
}

void Mailbox::flush_line() {
  if (on_console_line) {
    on_console_line(line_time_, line_);
  } else {
    std::clog << name() << ": " << line_ << '\n';
  }
  line_.clear();
}

uint64_t Mailbox::nanoseconds() const {
  return (sc_core::sc_time_stamp() + local_time_).value() / sc_time(1, sc_core::SC_NS).value();
}

}  // namespace hwcvp
