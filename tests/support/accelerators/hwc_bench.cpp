#include "tests/support/accelerators/hwc_bench.h"

#include "registers/hwc.h"

namespace hwcvp {

HwcBench::HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties,
                   const Dram::Properties& dram_properties)
    : HwcBench(name, hwc_properties, dram_properties.size_bytes) {
  dram_ = std::make_unique<Dram>("dram", dram_properties);
  connect_memory(dram_->socket);
}

HwcBench::HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties,
                   AtTarget& memory)
    : HwcBench(name, hwc_properties, memory.memory.size()) {
  connect_memory(memory.socket);
}

HwcBench::HwcBench(const sc_core::sc_module_name& name, const Hwc::Properties& hwc_properties,
                   uint64_t memory_bytes)
    : AcceleratorBench(name, {HWC_SIZE, HWC_STATUS, HWC_IRQ_ENABLE, HWC_STATUS_ERROR_MASK}, memory_bytes),
      hwc("hwc", hwc_properties) {
  connect(hwc);
  hwc.commands.bind(command_recorder_);
}

}  // namespace hwcvp
