// How the HWCE, the published accelerator that serves as a baseline, runs a convolution layer, and what that
// moves.
//
// After Conti and Benini, "A Ultra-Low-Energy Convolution Engine for Fast Brain-Inspired Vision in Multicore
// Clusters", DATE 2015, and the register map and functional model published with it. docs/hwce.md describes
// the model.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "schedules/math/division.h"
#include "schedules/traffic/traffic.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

inline constexpr int64_t kHwceLineColumns = 32;  // pixels of a line of the line buffer
inline constexpr int64_t kHwceWordPixels = 2;    // 16-bit pixels of a 32-bit word

// A layer as the HWCE runs it: by square filters of 3 x 3 or 5 x 5 at stride 1 over planes, one input plane
// into 1, 2 or 4 output maps at a time.
//
// A strided layer is cut into phases: the input pixels that one filter tap modulo the stride meets form a
// plane of their own, over which the taps of that phase move at stride 1. Filters larger than 5 x 5 are sums
// of several pieces that add into the same partial sums; taps beyond the filter are zero. Planes hold the
// padding, as the line buffer knows no borders.
struct HwceMapping {
  int64_t maps = 1;                             // output maps at once: 1, 2 or 4
  int64_t filter = 3;                           // side of the filters: 3 or 5
  std::array<int64_t, 2> phases = {1, 1};       // of rows and columns
  std::array<int64_t, 2> pieces = {1, 1};       // filters side by side that cover the taps of a phase
  int64_t planes = 1;                           // of a group: input channels x phases
  int64_t blocks = 1;                           // of `maps` output maps of a group, the last possibly smaller
  std::array<int64_t, 2> plane_shape = {1, 1};  // rows, columns; the borders that the filters need included

  // Jobs that add to one block of output maps, one after the other.
  int64_t passes() const { return planes * pieces[0] * pieces[1]; }
};

// Useful columns of a stripe: output pixels that a line of the line buffer yields, in whole words.
constexpr int64_t hwce_stripe_columns(int64_t filter) {
  return (kHwceLineColumns - filter + 1) / kHwceWordPixels * kHwceWordPixels;
}

// Bytes of the words that hold `pixels` pixels.
constexpr int64_t hwce_line_bytes(int64_t pixels) { return 4 * ceil_div(pixels, kHwceWordPixels); }

// Bytes of the filters of one job: a 16-bit lane for each tap, shared by the maps, in whole words.
constexpr int64_t hwce_filter_bytes(int64_t filter) { return hwce_line_bytes(filter * filter); }

// Why the HWCE cannot run a layer, in a few words; empty where it can.
std::string hwce_unsupported(const Layer& layer);

// The mapping for 1, 2 or 4 maps at once. Throws InputError where the HWCE cannot run the layer.
HwceMapping map_to_hwce(const Layer& layer, int64_t maps);

// The bytes that the mapping moves at the memory port, in closed form. Every pixel is 16 bits wide and
// travels in words of two: a line that ends in mid-word moves the whole word. Constants of output maps are
// registers, so that params_read is 0.
Traffic predict_hwce(const Layer& layer, const HwceMapping& mapping);

}  // namespace hwcvp
