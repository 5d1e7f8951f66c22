// Convolution sums by plain loops, for any layer.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Not reentrant: each thread needs its own.
//
// Sums of products of one image at a time, of inputs less their zero point, modulo 2^32. Each output pixel's
// inputs are gathered into one row in the order of the weights; a sum is then the dot product of two dense
// rows of 16-bit words, which compilers vectorise well. Layers with very small groups go to
// line_convolution() instead.
class DirectConvolution {
 public:
  // The weights {M, C/group, KH, KW} must stay as long as this.
  DirectConvolution(const Layer& layer, const void* weights);

  // Overwrites `sums` {M, OH, OW} with those of one image {C, H, W}.
  void run(const void* image, uint32_t* sums);

 private:
  void pack_weights();
  void interleave(const void* image);
  void gather(int64_t group, int64_t first_pixel, int64_t pixels);
  void gather_line(const int16_t* line, int64_t first_x, int16_t* out) const;

  Layer layer_;
  const void* weights_;
  int64_t channels_;                     // input channels of a group
  int64_t row_ = 0;                      // words of a dot product, padded to whole vectors
  int64_t block_ = 0;                    // pixels that are gathered at a time
  std::vector<int16_t> packed_weights_;  // [M][KH][KW][C/group], rows padded with zeros
  std::vector<int16_t> image_;           // [group][H][W][C/group]
  std::vector<int16_t> pixels_;          // [block][KH][KW][C/group], rows padded with zeros
};

}  // namespace hwcvp
