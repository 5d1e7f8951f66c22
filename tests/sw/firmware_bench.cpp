#include "tests/sw/firmware_bench.h"

namespace hwcvp {

namespace {

bool in_hwc(uint64_t address) {
  return address >= FirmwareBench::kHwc && address < FirmwareBench::kHwc + 0x400;
}

}  // namespace

FirmwareBench::FirmwareBench(const FakeHwcOptions& options, uint64_t seed) : hwc(memory, options, seed) {
  hal_.context = this;
  hal_.read32 = [](void* bench, uint64_t address) {
    return static_cast<FirmwareBench*>(bench)->read(address);
  };
  hal_.write32 = [](void* bench, uint64_t address, uint32_t value) {
    static_cast<FirmwareBench*>(bench)->write(address, value);
  };
  hal_.wait_for_interrupt = [](void* bench) { static_cast<FirmwareBench*>(bench)->hwc.wait_for_interrupt(); };
}

uint32_t FirmwareBench::read(uint64_t address) {
  if (in_hwc(address)) return hwc.read(static_cast<uint32_t>(address - kHwc));
  return static_cast<uint32_t>(memory.read(address, 4));
}

void FirmwareBench::write(uint64_t address, uint32_t value) {
  if (in_hwc(address)) return hwc.write(static_cast<uint32_t>(address - kHwc), value);
  memory.write(address, 4, static_cast<int32_t>(value));
}

hwc_status FirmwareBench::run(uint64_t job_address) {
  hwc_status status{};
  const console quiet = {&hal_, 0, LOG_ERROR};
  firmware_run_job(&quiet, job_address, &status);
  return status;
}

}  // namespace hwcvp
