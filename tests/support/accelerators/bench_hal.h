// What the firmware needs of the host, on the bench of an accelerator.
#pragma once

#include <cstdint>

#include "sw/hal.h"
#include "tests/support/accelerators/accelerator_bench.h"

namespace hwcvp {

// Registers are reached over the bus, memory by debug transport. Only for scripts of the bench.
class BenchHal {
 public:
  // The accelerator has `register_bytes` of registers.
  BenchHal(AcceleratorBench& bench, uint32_t register_bytes);
  BenchHal(const BenchHal&) = delete;
  BenchHal& operator=(const BenchHal&) = delete;

  const struct hal* get() const { return &hal_; }

 private:
  bool in_registers(uint64_t address) const {
    return address >= AcceleratorBench::kRegistersBase &&
           address < AcceleratorBench::kRegistersBase + register_bytes_;
  }
  uint32_t read(uint64_t address);
  void write(uint64_t address, uint32_t value);
  void sleep();

  AcceleratorBench& bench_;
  const uint32_t register_bytes_;
  struct hal hal_ {};
};

}  // namespace hwcvp
