#include "models/cpu/control_processor_plugin.h"
#include "models/cpu/riscv_control_processor.h"

uint32_t hwcvp_control_processor_abi() { return hwcvp::cpu::kControlProcessorAbi; }

hwcvp::ControlProcessor* hwcvp_create_control_processor(const char* name,
                                                        const hwcvp::ControlProcessorProperties* properties) {
  return new hwcvp::RiscvControlProcessor(name, *properties);
}
