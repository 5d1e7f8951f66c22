// A job of the HWCE.
#pragma once

#include <array>
#include <cstdint>
#include <systemc>

#include "models/registers/register_file.h"

namespace hwcvp::hwce {

inline constexpr uint32_t kMaxMaps = 4;
inline constexpr uint64_t kWordBytes = 4;
inline constexpr uint64_t kPixelBytes = 2;

// One input plane convolved into up to four output maps. Sizes in pixels, strides in bytes.
struct Job {
  uint32_t filter = 3;  // side: 3 or 5
  uint32_t lanes = 1;   // output maps whose weights share a 16-bit lane: 1, 2 or 4
  uint32_t maps = 1;    // output maps computed, at most `lanes`
  uint32_t shift = 0;
  uint32_t out_width = 1;
  uint32_t out_height = 1;
  uint32_t x_stride = 0;
  uint32_t y_stride = 0;
  uint32_t y_map_stride = 0;
  uint64_t x = 0;
  uint64_t weights = 0;
  uint64_t y_in = 0;
  uint64_t y_out = 0;
  bool constant = false;  // y_constant in place of y_in
  std::array<int16_t, kMaxMaps> y_constant{};
  sc_core::sc_time visible_from;  // local time of the write that started it

  // Columns of the output that a stripe yields: 30 or 28.
  uint32_t stripe_columns() const;
};

// Reads the job registers. Returns 0, or the offset of a register whose value is not legal.
uint32_t decode_job(const registers::RegisterFile& registers, Job& job);

}  // namespace hwcvp::hwce
