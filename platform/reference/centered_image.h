// Inputs of 8 bits with a zero point as int8 inputs without one.
#pragma once

#include <cstdint>
#include <vector>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Not reentrant: each thread needs its own. For layers of one image with inputs and weights of 8 bits.
//
// sum (x - z) * w = sum x * w - z * sum w where padding is z, written into the image around it, so that the
// same weights meet every output. Unsigned numbers and their zero point are counted from 128.
class CenteredImage {
 public:
  explicit CenteredImage(const Layer& layer);

  // False where the padding would be much larger than the image.
  static bool fits(const Layer& layer);

  // The layer with int8 inputs, without zero point; without padding unless the zero point is 0.
  const Layer& layer() const { return centered_; }

  // The image {C, H, W} as that layer takes it, until the next call; itself where there is nothing to do.
  const int8_t* of(const uint8_t* image);

  // From sums {M, OH, OW} of that layer to those of this one, modulo 2^32.
  void correct(const int8_t* weights, uint32_t* sums) const;

 private:
  bool plain() const { return flip_ == 0 && zero_ == 0; }

  Layer layer_, centered_;
  uint8_t flip_;  // exclusive-ored, makes an input signed
  int32_t zero_;  // of the signed inputs
  std::vector<int8_t> image_;
};

}  // namespace hwcvp
