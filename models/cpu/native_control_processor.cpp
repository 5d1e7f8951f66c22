#include "models/cpu/native_control_processor.h"

#include "models/tlm/processes.h"

namespace hwcvp {

namespace {

constexpr int kStackBytes = 256 * 1024;

NativeControlProcessor& core(void* context) { return *static_cast<NativeControlProcessor*>(context); }

}  // namespace

NativeControlProcessor::NativeControlProcessor(const sc_core::sc_module_name& name,
                                               const ControlProcessorProperties& properties,
                                               Firmware firmware)
    : ControlProcessor(name, properties),
      firmware_(firmware),
      access_time_(properties.clock_period * properties.cycles_per_access) {
  HWCVP_THREAD(run);
  set_stack_size(kStackBytes);
}

void NativeControlProcessor::run() {
  clock().reset();
  const struct hal hal = {this, read32, write32, wait_for_interrupt};
  firmware_(&hal, properties().mailbox_base);
  note_fault("the firmware returned");
  halt();
}

// The firmware cannot be left from within one of its calls, so a halted core stays in it.
void NativeControlProcessor::halt() {
  report_fault();
  for (;;) {
    wait(never_);
  }
}

uint32_t NativeControlProcessor::read32(void* context, uint64_t address) {
  NativeControlProcessor& self = core(context);
  uint32_t value = 0;
  self.clock().inc(self.access_time_);
  if (!self.access(tlm::TLM_READ_COMMAND, address, &value, sizeof value)) {
    self.halt();
  }
  return value;
}

void NativeControlProcessor::write32(void* context, uint64_t address, uint32_t value) {
  NativeControlProcessor& self = core(context);
  self.clock().inc(self.access_time_);
  if (!self.access(tlm::TLM_WRITE_COMMAND, address, &value, sizeof value)) {
    self.halt();
  }
}

void NativeControlProcessor::wait_for_interrupt(void* context) {
  core(context).ControlProcessor::wait_for_interrupt();
}

}  // namespace hwcvp
