// The control processor that runs the cross-compiled firmware image on an emulated RV64 core.
#pragma once

#include <cstdint>
#include <exception>
#include <string>

#include "models/cpu/control_processor.h"
#include "models/cpu/riscv_emulator.h"

namespace hwcvp {

// Does not model: a pipeline (every instruction takes cycles_per_instruction), traps, accesses of the bus to
// the RAM.
//
// The core starts at ram_base, where the image lies, with the mailbox's bus address in a0. WFI sleeps until
// an interrupt line is high and takes no trap. Exceptions are faults.
class RiscvControlProcessor : public ControlProcessor, private RiscvBus {
 public:
  // Reads the image. Throws InputError where it is missing, empty or larger than the RAM, or a property is
  // out of range.
  RiscvControlProcessor(const sc_core::sc_module_name& name, const ControlProcessorProperties& properties);

 private:
  uint64_t read(uint64_t address, unsigned bytes) override;
  void write(uint64_t address, unsigned bytes, uint64_t value) override;
  std::string location() const override;

  void load_image();
  void run();
  bool step();
  void access_from_emulator(tlm::tlm_command command, uint64_t address, void* data, unsigned bytes);
  void update_emulator_clock();

  RiscvEmulator emulator_;
  std::exception_ptr exception_;  // thrown by a target, carried past the emulator
};

}  // namespace hwcvp
