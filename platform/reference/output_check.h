// The output of a layer set against the reference convolution.
#pragma once

#include <cstdint>

#include "platform/tensor/layer_tensors.h"

namespace hwcvp {

struct OutputCheck {
  int64_t mismatches = 0;       // elements that differ
  int64_t first_mismatch = -1;  // row-major index; -1 where there is none
  uint32_t crc32 = 0;           // of the bytes of the output
  bool verified() const { return mismatches == 0; }
};

// Compares an output, all elements of it, with the reference convolution.
OutputCheck check_output(const Layer& layer, const LayerTensors& tensors, bool relu,
                         const HostTensor& output);

}  // namespace hwcvp
