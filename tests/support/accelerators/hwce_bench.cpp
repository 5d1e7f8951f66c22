#include "tests/support/accelerators/hwce_bench.h"

#include "registers/hwce.h"

namespace hwcvp {

namespace {

constexpr uint64_t kMemoryBytes = 1 << 20;

Dram::Properties dram_properties() {
  Dram::Properties properties;
  properties.size_bytes = kMemoryBytes;
  return properties;
}

}  // namespace

HwceBench::HwceBench(const sc_core::sc_module_name& name, const Hwce::Properties& properties)
    : HwceBench(name, properties, kMemoryBytes) {
  dram_ = std::make_unique<Dram>("dram", dram_properties());
  connect_memory(dram_->socket);
}

HwceBench::HwceBench(const sc_core::sc_module_name& name, const Hwce::Properties& properties,
                     AtTarget& memory)
    : HwceBench(name, properties, memory.memory.size()) {
  connect_memory(memory.socket);
}

HwceBench::HwceBench(const sc_core::sc_module_name& name, const Hwce::Properties& properties,
                     uint64_t memory_bytes)
    : AcceleratorBench(name, {HWCE_SIZE, HWCE_STATUS, HWCE_IRQ_ENABLE, HWCE_STATUS_ERROR_MASK}, memory_bytes),
      hwce("hwce", properties) {
  connect(hwce);
  recording = true;
}

void HwceBench::store(uint64_t address, const std::vector<int16_t>& pixels) {
  AcceleratorBench::store(kDramBase + address, pixels.data(), 2 * pixels.size());
}

std::vector<int16_t> HwceBench::fetch(uint64_t address, size_t pixels) {
  std::vector<int16_t> fetched(pixels);
  AcceleratorBench::fetch(kDramBase + address, fetched.data(), 2 * pixels);
  return fetched;
}

void HwceBench::start_plain_job(uint32_t lines) {
  const auto base = [](uint32_t offset) { return static_cast<uint32_t>(kDramBase) + offset; };
  store(kPlainWeights, std::vector<int16_t>(10, 1));
  store(kPlainX, std::vector<int16_t>(8 * (lines + 2), 1));
  write(HWCE_JOB_CONFIG, 1U << HWCE_JOB_CONFIG_MAPS_LSB | HWCE_JOB_CONFIG_Y_IN_CONSTANT_MASK);
  write(HWCE_OUT_WIDTH, 6);
  write(HWCE_OUT_HEIGHT, lines);
  write(HWCE_X_STRIDE, 16);
  write(HWCE_Y_STRIDE, 12);
  write(HWCE_X_BASE_LO, base(kPlainX));
  write(HWCE_W_BASE_LO, base(kPlainWeights));
  write(HWCE_Y_OUT_BASE_LO, base(kPlainY));
  write(HWCE_START, HWCE_START_START_MASK);
}

bool HwceBench::plain_job_is_right(uint32_t lines) {
  return fetch(kPlainY, 6 * lines) == std::vector<int16_t>(6 * lines, 9);
}

}  // namespace hwcvp
