#include "models/hwce/job.h"

#include "registers/hwce.h"

namespace hwcvp::hwce {

namespace {

uint64_t address(const registers::RegisterFile& registers, uint32_t low) {
  return registers.get(low) | uint64_t{registers.get(low + 4)} << 32;
}

void decode_config(uint32_t config, Job& job) {
  const auto field = [config](uint32_t mask, uint32_t lsb) { return (config & mask) >> lsb; };
  job.filter = (config & HWCE_JOB_CONFIG_FILTER_5X5_MASK) != 0 ? 5 : 3;
  job.lanes = 1U << field(HWCE_JOB_CONFIG_MODE_MASK, HWCE_JOB_CONFIG_MODE_LSB);
  job.maps = field(HWCE_JOB_CONFIG_MAPS_MASK, HWCE_JOB_CONFIG_MAPS_LSB);
  job.shift = field(HWCE_JOB_CONFIG_SHIFT_MASK, HWCE_JOB_CONFIG_SHIFT_LSB);
  job.constant = (config & HWCE_JOB_CONFIG_Y_IN_CONSTANT_MASK) != 0;
}

}  // namespace

uint32_t Job::stripe_columns() const {
  return (HWCE_LINE_COLUMNS - filter + 1) / 2 * 2;  // whole words, so that stripes begin at words
}

uint32_t decode_job(const registers::RegisterFile& registers, Job& job) {
  decode_config(registers.get(HWCE_JOB_CONFIG), job);
  job.out_width = registers.get(HWCE_OUT_WIDTH);
  job.out_height = registers.get(HWCE_OUT_HEIGHT);
  job.x_stride = registers.get(HWCE_X_STRIDE);
  job.y_stride = registers.get(HWCE_Y_STRIDE);
  job.y_map_stride = registers.get(HWCE_Y_MAP_STRIDE);
  job.x = address(registers, HWCE_X_BASE_LO);
  job.weights = address(registers, HWCE_W_BASE_LO);
  job.y_in = address(registers, HWCE_Y_IN_BASE_LO);
  job.y_out = address(registers, HWCE_Y_OUT_BASE_LO);
  for (uint32_t map = 0; map < kMaxMaps; ++map) {
    job.y_constant[map] = static_cast<int16_t>(registers.get(HWCE_Y_CONSTANT + map * HWCE_Y_CONSTANT_PITCH));
  }

  if (job.lanes > kMaxMaps || job.maps == 0 || job.maps > job.lanes) return HWCE_JOB_CONFIG;
  if (job.out_width == 0) return HWCE_OUT_WIDTH;
  if (job.out_height == 0) return HWCE_OUT_HEIGHT;
  if (job.x_stride % kWordBytes != 0) return HWCE_X_STRIDE;
  if (job.y_stride % kWordBytes != 0) return HWCE_Y_STRIDE;
  if (job.y_map_stride % kWordBytes != 0) return HWCE_Y_MAP_STRIDE;
  if (job.x % kPixelBytes != 0) return HWCE_X_BASE_LO;
  if (job.weights % kWordBytes != 0) return HWCE_W_BASE_LO;
  if (!job.constant && job.y_in % kWordBytes != 0) return HWCE_Y_IN_BASE_LO;
  if (job.y_out % kWordBytes != 0) return HWCE_Y_OUT_BASE_LO;
  return 0;
}

}  // namespace hwcvp::hwce
