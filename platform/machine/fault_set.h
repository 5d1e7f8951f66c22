// The faults that a platform file asks for, as modules.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/faults/bit_flip.h"
#include "models/faults/fault_injector.h"
#include "models/faults/interrupt_fault.h"
#include "models/faults/reset_pulse.h"
#include "platform/config/config.h"

namespace hwcvp {

// Does not bind sockets that no fault is for. To be made within the machine, whose modules these are.
class FaultSet {
 public:
  explicit FaultSet(const PlatformConfig& config);

  using From = tlm::tlm_initiator_socket<>;
  using To = tlm::tlm_target_socket<>;
  // Bind one to the other, through the fault that is for that place.
  void bind_initiator(BusErrorInitiator initiator, From& from, To& to);
  void bind_registers(LostWriteTarget block, From& from, To& to);
  void bind_dram(From& from, To& to);
  // What the control processor sees of an interrupt line.
  sc_core::sc_signal<bool>& seen(InterruptLine line, sc_core::sc_signal<bool>& healthy);
  void drive(sc_core::sc_signal<bool>& reset);

  // What has happened, a sentence each; empty while nothing has.
  std::vector<std::string> injected() const;

 private:
  const FaultConfig config_;
  std::unique_ptr<FaultInjector> bus_error_;  // those that are not asked for are null
  std::unique_ptr<FaultInjector> lost_write_;
  std::unique_ptr<BitFlip> bit_flip_;
  std::unique_ptr<InterruptFault> interrupt_;
  std::unique_ptr<ResetPulse> reset_;
  sc_core::sc_signal<bool> broken_line_;
};

}  // namespace hwcvp
