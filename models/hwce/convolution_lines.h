// The datapath of the HWCE: lines of pixels in, lines of partial sums out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hwcvp::hwce {

// Does not model: the adder tree's pipeline, narrower internal sums (they are exact here).
//
// Holds five lines of 32 pixels, and the filters of up to four output maps. For a line of outputs,
//   y_out = saturate16(y_in + ((sum over the taps of w * x + r) >> shift)),
// with r = 2^(shift-1) (0 for shift 0) and >> rounding towards minus infinity, so that ties go up; the sum is
// exact. Pixels and weights are held as double, in which all of this is exact: |sum| <= 25 * 2^30.
class ConvolutionLines {
 public:
  static constexpr uint32_t kColumns = 32;
  static constexpr uint32_t kMaxFilter = 5;
  static constexpr uint32_t kMaxTaps = kMaxFilter * kMaxFilter;
  static constexpr uint32_t kMaps = 4;

  // Unpacks filters of `filter` x `filter` taps: lane t holds the weights of tap t, row-major, of all maps;
  // map k has bits k * 16/maps to (k + 1) * 16/maps - 1, two's complement. Forgets all lines.
  void set_filters(uint32_t filter, uint32_t maps, uint32_t shift, const uint16_t* lanes);
  // Puts the next line in place of the oldest; at most kColumns pixels, those beyond read as zero.
  void push_line(const int16_t* pixels, uint32_t count);
  // The output line of a map over the last `filter` lines. `y` holds y_in on entry, y_out on return; all
  // kColumns of it are read and written.
  void convolve(uint32_t map, int16_t* y) const;

 private:
  // A block that begins in the last columns reads past them by the filter.
  static constexpr size_t kPaddedColumns = kColumns + 8;

  std::array<std::array<double, kPaddedColumns>, kMaxFilter> lines_{};
  std::array<std::array<double, kMaxTaps>, kMaps> weights_{};
  uint32_t filter_ = 3;
  uint32_t next_ = 0;  // line that is written next
  double scale_ = 1;   // 2^-shift
  double bias_ = 0;    // what makes nearest((sum + bias) * scale) round ties up
};

// The instruction sets that convolve() can use on this machine, best first; the first one is in use.
std::vector<const char*> convolution_line_instruction_sets();
// Uses another one of them from now on, for tests. False for any other name.
bool select_convolution_line_instruction_set(const char* name);

}  // namespace hwcvp::hwce
