#include "platform/machine/fault_set.h"

#include <fmt/format.h>

#include "registers/hwc.h"

namespace hwcvp {

namespace {

std::unique_ptr<FaultInjector> make_injector(FaultInjector::Kind kind, int64_t at, const std::string& name) {
  if (at == 0) return nullptr;
  return std::make_unique<FaultInjector>(name.c_str(),
                                         FaultInjector::Properties{kind, static_cast<uint64_t>(at), {}});
}

std::unique_ptr<FaultInjector> make_lost_write(const FaultConfig& config) {
  using Kind = FaultInjector::Kind;
  if (config.lost_write_at == 0 || config.lost_write_target != LostWriteTarget::hwc_commands) {
    return make_injector(Kind::lost_write, config.lost_write_at,
                         std::string(name_of(config.lost_write_target)) + "_lost_write");
  }
  return std::make_unique<FaultInjector>(
      "hwc_lost_command",
      FaultInjector::Properties{Kind::lost_write, static_cast<uint64_t>(config.lost_write_at), HWC_PUSH});
}

std::unique_ptr<InterruptFault> make_interrupt_fault(const FaultConfig& config) {
  using Kind = InterruptFault::Kind;
  if (config.interrupt == InterruptFaultKind::none) return nullptr;
  const Kind kind = config.interrupt == InterruptFaultKind::lost        ? Kind::lost
                    : config.interrupt == InterruptFaultKind::stuck_low ? Kind::stuck_low
                                                                        : Kind::stuck_high;
  return std::make_unique<InterruptFault>(
      fmt::format("{}_interrupt_fault", name_of(config.interrupt_line)).c_str(),
      InterruptFault::Properties{kind, static_cast<uint64_t>(config.interrupt_at)});
}

void bind_through(faults::Interposer* between, FaultSet::From& from, FaultSet::To& to) {
  if (between == nullptr) {
    from.bind(to);
  } else {
    from.bind(between->target_socket);
    between->initiator_socket.bind(to);
  }
}

}  // namespace

FaultSet::FaultSet(const PlatformConfig& config)
    : config_(config.faults),
      bus_error_(make_injector(FaultInjector::Kind::bus_error, config_.bus_error_at,
                               fmt::format("{}_bus_error", name_of(config_.bus_error_initiator)))),
      lost_write_(make_lost_write(config_)),
      interrupt_(make_interrupt_fault(config_)),
      broken_line_("broken_line") {
  if (config_.bit_flip_at != 0) {
    bit_flip_ = std::make_unique<BitFlip>(
        "dram_bit_flip",
        BitFlip::Properties{static_cast<uint64_t>(config_.bit_flip_at),
                            static_cast<uint8_t>(config_.bit_flip_mask), config.dram.secded});
  }
  if (config_.reset_at_us != 0) {
    reset_ = std::make_unique<ResetPulse>(
        "reset_pulse", ResetPulse::Properties{sc_core::sc_time(config_.reset_at_us, sc_core::SC_US),
                                              sc_core::sc_time(config_.reset_us, sc_core::SC_US)});
  }
}

void FaultSet::bind_initiator(BusErrorInitiator initiator, From& from, To& to) {
  bind_through(config_.bus_error_initiator == initiator ? bus_error_.get() : nullptr, from, to);
}

void FaultSet::bind_registers(LostWriteTarget block, From& from, To& to) {
  const LostWriteTarget target = config_.lost_write_target == LostWriteTarget::hwc_commands
                                     ? LostWriteTarget::hwc
                                     : config_.lost_write_target;
  bind_through(target == block ? lost_write_.get() : nullptr, from, to);
}

void FaultSet::bind_dram(From& from, To& to) { bind_through(bit_flip_.get(), from, to); }

sc_core::sc_signal<bool>& FaultSet::seen(InterruptLine line, sc_core::sc_signal<bool>& healthy) {
  if (interrupt_ == nullptr || config_.interrupt_line != line) return healthy;
  interrupt_->in.bind(healthy);
  interrupt_->out.bind(broken_line_);
  return broken_line_;
}

void FaultSet::drive(sc_core::sc_signal<bool>& reset) {
  if (reset_) reset_->out.bind(reset);
}

std::vector<std::string> FaultSet::injected() const {
  std::vector<std::string> faults;
  for (const Fault* const fault :
       {static_cast<const Fault*>(bus_error_.get()), static_cast<const Fault*>(lost_write_.get()),
        static_cast<const Fault*>(bit_flip_.get()), static_cast<const Fault*>(interrupt_.get()),
        static_cast<const Fault*>(reset_.get())}) {
    if (fault == nullptr || fault->injected().empty()) continue;
    faults.push_back(fault->injected());
    if (fault == bit_flip_.get() && bit_flip_->corrected() != 0) {
      faults.back() += fmt::format(", corrected in reads: {}", bit_flip_->corrected());
    }
  }
  return faults;
}

}  // namespace hwcvp
