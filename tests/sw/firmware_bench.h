// The firmware on a fake machine: memory, a fake HWC, and a mailbox's worth of nothing else.
#pragma once

#include <cstdint>
#include <string>

#include "sw/firmware.h"
#include "tests/sw/fake_hwc.h"
#include "tests/sw/test_memory.h"

namespace hwcvp {

class FirmwareBench {
 public:
  static constexpr uint64_t kHwc = 0x110000000;

  FirmwareBench(const FakeHwcOptions& options, uint64_t seed);
  FirmwareBench(const FirmwareBench&) = delete;
  FirmwareBench& operator=(const FirmwareBench&) = delete;

  TestMemory memory;
  FakeHwc hwc;

  // Runs the job at an address to its end.
  hwc_status run(uint64_t job_address);
  const struct hal& hal() const { return hal_; }

 private:
  uint32_t read(uint64_t address);
  void write(uint64_t address, uint32_t value);

  struct hal hal_;
};

}  // namespace hwcvp
