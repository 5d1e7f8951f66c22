// The control processor that runs the cross-compiled firmware image on an emulated RV64 core.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "models/cpu/control_processor.h"
#include "models/cpu/debugger.h"
#include "models/cpu/riscv_debug_core.h"
#include "models/cpu/riscv_emulator.h"

namespace hwcvp {

// Does not model: a pipeline (every instruction takes cycles_per_instruction), traps, accesses of the bus to
// the RAM.
//
// The core starts at ram_base, where the image lies, with the mailbox's bus address in a0. WFI sleeps until
// an interrupt line is high and takes no trap. Exceptions are faults.
//
// Under a debugger the core is at its local time when it stands still: it synchronizes first. A fault makes
// it stand still once more, before it is told; after a bus error the rest of the block has run. An interrupt
// by the debugger ends a WFI early.
class RiscvControlProcessor : public ControlProcessor, private cpu::RiscvBus {
 public:
  // Reads the image. Throws InputError where it is missing, empty or larger than the RAM, or a property is
  // out of range.
  RiscvControlProcessor(const sc_core::sc_module_name& name, const ControlProcessorProperties& properties);

  void attach(Debugger& debugger) override;

 private:
  // How far to run: as far as nothing stops it, or one instruction.
  enum class Stretch { any, one_instruction };

  uint64_t read(uint64_t address, unsigned bytes) override;
  void write(uint64_t address, unsigned bytes, uint64_t value) override;
  std::string location() const override;

  void load_image();
  void run();
  void run_debugged();
  DebugStop run_until_stop(Stretch stretch);
  bool advance(Stretch stretch);
  void sleep();
  size_t access_for_debugger(tlm::tlm_command command, uint64_t address, unsigned char* data, size_t bytes);
  void access_from_emulator(tlm::tlm_command command, uint64_t address, void* data, unsigned bytes);
  void update_emulator_clock();

  cpu::RiscvEmulator emulator_;
  Debugger* debugger_ = nullptr;
  std::unique_ptr<cpu::RiscvDebugCore> debug_core_;  // where there is a debugger
  bool interrupted_ = false;                         // by the debugger, during a sleep
  DebugStop::Signal stop_signal_ = DebugStop::Signal::trap;
  std::exception_ptr exception_;  // thrown by a target, carried past the emulator
};

}  // namespace hwcvp
