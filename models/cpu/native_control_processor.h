// The control processor that runs the firmware compiled for the host.
#pragma once

#include <cstdint>

#include "models/cpu/control_processor.h"
#include "sw/firmware.h"

namespace hwcvp {

// Does not model: instructions. The firmware's own work takes no time; each bus access is charged
// cycles_per_access in its place. Use it for speed, debuggers and sanitizers; RiscvControlProcessor runs the
// image that hardware would run.
class NativeControlProcessor : public ControlProcessor {
 public:
  using Firmware = void (*)(const struct hal* hal, uint64_t mailbox);

  // Throws InputError where a property is out of range. `firmware` must not return; if it does, that is a
  // fault.
  NativeControlProcessor(const sc_core::sc_module_name& name, const ControlProcessorProperties& properties,
                         Firmware firmware = firmware_main);

 private:
  static uint32_t read32(void* context, uint64_t address);
  static void write32(void* context, uint64_t address, uint32_t value);
  static void wait_for_interrupt(void* context);

  void run();
  [[noreturn]] void halt();

  const Firmware firmware_;
  const sc_core::sc_time access_time_;
  sc_core::sc_event never_;  // what a halted core waits for
};

}  // namespace hwcvp
