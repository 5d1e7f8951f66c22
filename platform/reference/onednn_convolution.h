// Convolution sums by oneDNN, where they are exact.
#pragma once

#include <cstdint>
#include <memory>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Not reentrant: each thread needs its own. Runs on the calling thread alone once use_one_onednn_thread() was
// called there.
//
// Sums of products of one image at a time. oneDNN multiplies int8 exactly only with instructions that sum
// products in 32 bits (without them, in 16 bits that saturate): make_onednn_convolution() accepts no others.
// It passes its 32-bit sums through float on their way out, which rounds large ones: run() tells whether that
// can have happened.
class OneDnnConvolution {
 public:
  virtual ~OneDnnConvolution() = default;

  // Overwrites `sums` {M, OH, OW} with those of one image {C, H, W}. False, with undefined sums, unless all
  // are exact.
  virtual bool run(const int8_t* image, int32_t* sums) = 0;
};

// A convolution with these weights {M, C/group, KH, KW}, which are not used later; nullptr where oneDNN has
// no exact and vectorised one for the layer on this machine, or was not built in.
std::unique_ptr<OneDnnConvolution> make_onednn_convolution(const Layer& layer, const int8_t* weights);

// Makes oneDNN use no other threads than the calling one. For threads of our own: it lasts as long as they
// do.
void use_one_onednn_thread();

}  // namespace hwcvp
