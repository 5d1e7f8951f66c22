// The reference convolution that outputs of the simulated machine are checked against.
//
// Shares no code with the machine's datapath. Knows nothing of schedules: it computes each layer whole.
#pragma once

#include "platform/tensor/requantization.h"
#include "platform/tensor/tensor.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

// `direct` is a plain convolution for any layer. `onednn` uses oneDNN where it is exact and `direct`
// elsewhere; `automatic` likewise, but leaves layers with few output pixels, whose weights take longer to
// prepare than to use, to `direct`.
enum class ReferenceEngine { automatic, onednn, direct };

struct ReferenceOptions {
  bool relu = false;  // clamp requantized outputs at their zero point from below, not int32 ones
  int threads = 1;    // at most this many, over batches and output channels
  ReferenceEngine engine = ReferenceEngine::automatic;
};

struct ReferenceResult {
  HostTensor output;        // {B, M, OH, OW} in output_type
  const char* engine = "";  // that computed the sums: "onednn" or "direct"
};

// The output of a legal layer for an input {B, C, H, W}, weights {M, C/group, KH, KW} and constants that are
// legal for it. Sums wrap modulo 2^32, or 2^16 with int16 accumulators; then requantization as
// docs/hwc-programming.md defines it. Throws std::invalid_argument where a tensor has another type or shape.
ReferenceResult reference_convolution(const Layer& layer, const HostTensor& input, const HostTensor& weights,
                                      const LayerParams& params, const ReferenceOptions& options = {});

}  // namespace hwcvp
