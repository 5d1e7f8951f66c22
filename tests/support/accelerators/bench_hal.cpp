#include "tests/support/accelerators/bench_hal.h"

namespace hwcvp {

BenchHal::BenchHal(AcceleratorBench& bench, uint32_t register_bytes)
    : bench_(bench), register_bytes_(register_bytes) {
  hal_.context = this;
  hal_.read32 = [](void* self, uint64_t address) { return static_cast<BenchHal*>(self)->read(address); };
  hal_.write32 = [](void* self, uint64_t address, uint32_t value) {
    static_cast<BenchHal*>(self)->write(address, value);
  };
  hal_.wait_for_interrupt = [](void* self) { static_cast<BenchHal*>(self)->sleep(); };
}

uint32_t BenchHal::read(uint64_t address) {
  if (in_registers(address))
    return bench_.read(static_cast<uint32_t>(address - AcceleratorBench::kRegistersBase));
  uint32_t value = 0;
  bench_.fetch(address, &value, sizeof value);
  return value;
}

void BenchHal::write(uint64_t address, uint32_t value) {
  if (in_registers(address)) {
    bench_.write(static_cast<uint32_t>(address - AcceleratorBench::kRegistersBase), value);
  } else {
    bench_.store(address, &value, sizeof value);
  }
}

void BenchHal::sleep() {
  bench_.sync();
  if (!bench_.interrupt.read()) sc_core::wait(bench_.interrupt.posedge_event());
}

}  // namespace hwcvp
