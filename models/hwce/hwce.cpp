#include "models/hwce/hwce.h"

#include <stdexcept>
#include <string>

#include "models/tlm/processes.h"
#include "registers/hwce.h"
#include "registers/hwce_table.h"

namespace hwcvp {

namespace {

const Hwce::Properties& checked(const Hwce::Properties& p, const std::string& name) {
  const auto expect = [&name](bool good, const char* what) {
    if (!good) throw std::invalid_argument(name + ": " + what);
  };
  expect(p.clock_period > sc_core::SC_ZERO_TIME, "clock_period: expected above 0");
  expect(p.ports >= 1, "ports: expected at least 1");
  expect(p.outstanding >= 1, "outstanding: expected at least 1");
  expect(p.max_burst_bytes >= 4 && (p.max_burst_bytes & (p.max_burst_bytes - 1)) == 0,
         "max_burst_bytes: expected a power of two, at least 4");
  return p;
}

}  // namespace

Hwce::Hwce(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      registers("registers"),
      memory("memory"),
      interrupt("interrupt"),
      reset("reset"),
      properties_(checked(properties, this->name())),
      registers_(registers.name(), hwce_registers::kRegisters, HWCE_SIZE),
      engine_("engine",
              {properties.clock_period, properties.quantum, properties.ports, properties.outstanding,
               properties.max_burst_bytes, properties.accept_incomplete_responses, properties.initiator_id},
              memory),
      interrupt_changed_("interrupt_changed") {
  registers.register_b_transport(this, &Hwce::b_transport);
  registers.register_transport_dbg(this, &Hwce::transport_dbg);
  registers_.on_read(HWCE_STATUS, [this] { return engine_.status(); });
  registers_.on_read(HWCE_ERROR, [this] { return engine_.error(); });
  registers_.on_read(HWCE_ERROR_INFO, [this] { return engine_.error_info(); });
  registers_.on_read(HWCE_JOBS_DONE, [this] { return engine_.jobs_done(); });
  registers_.on_write(HWCE_CONTROL, [this](uint32_t value) {
    if ((value & HWCE_CONTROL_RESET_MASK) != 0) clear();
  });
  registers_.on_write(HWCE_IRQ_ENABLE, [this](uint32_t) { update_interrupt(); });
  registers_.on_write(HWCE_START, [this](uint32_t value) {
    if ((value & HWCE_START_START_MASK) != 0) start();
  });
  engine_.on_status_change = [this] { update_interrupt(); };

  HWCVP_METHOD(drive_interrupt);
  sensitive << interrupt_changed_;
  HWCVP_METHOD(clear);
  sensitive << reset.pos();
  dont_initialize();
}

void Hwce::end_of_simulation() {
  const std::string waiting = transactions_in_flight();
  if (waiting.empty()) return;
  SC_REPORT_WARNING("/hwcvp/hwce", (std::string(memory.name()) + ": at the end " + waiting).c_str());
}

// Accesses that depend on the jobs wait until simulated time reaches the initiator's local time; others only
// leave their effects to be visible from then on.
bool Hwce::depends_on_jobs(const tlm::tlm_generic_payload& payload) const {
  const uint64_t offset = payload.get_address() & ~uint64_t{3};  // of the first register
  if (payload.is_read()) return offset >= HWCE_STATUS && offset <= HWCE_JOBS_DONE;
  if (offset == HWCE_START) return !engine_.context_free();
  return offset == HWCE_CONTROL || offset == HWCE_IRQ_ENABLE;
}

void Hwce::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  delay += properties_.clock_period;
  if (reset.read()) {
    registers_.refuse(payload, tlm::TLM_GENERIC_ERROR_RESPONSE, "the block is held in reset");
    return;
  }
  if (depends_on_jobs(payload)) {
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  local_time_ = sc_core::sc_time_stamp() + delay;
  registers_.access(payload);
}

void Hwce::start() {
  if (engine_.stopped()) return;  // the error stands; what comes after it is lost
  hwce::Job job;
  const uint32_t offset = hwce::decode_job(registers_, job);
  if (offset != 0) return engine_.stop(HWCE_ERROR_BAD_JOB, offset);
  if (!engine_.context_free()) return engine_.stop(HWCE_ERROR_NO_CONTEXT, 0);
  job.visible_from = local_time_;
  engine_.start(job);
}

void Hwce::clear() {
  registers_.reset();
  engine_.reset();
}

void Hwce::update_interrupt() {
  const bool level = (engine_.status() & registers_.get(HWCE_IRQ_ENABLE)) != 0;
  if (level == interrupt_level_) return;
  interrupt_level_ = level;
  interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

void Hwce::drive_interrupt() { interrupt.write(interrupt_level_); }

}  // namespace hwcvp
