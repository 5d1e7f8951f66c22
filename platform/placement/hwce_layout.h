// Tensors in memory as the HWCE takes them.
#pragma once

#include <cstdint>
#include <vector>

#include "platform/placement/tensor_placement.h"
#include "platform/tensor/tensor.h"
#include "schedules/predictors/hwce.h"

namespace hwcvp {

// Where things lie within the tensors, in bytes. Lines are padded to whole words.
struct HwceLayout {
  int64_t x_line = 0;   // from one line of an input plane to the next
  int64_t x_plane = 0;  // from one plane to the next
  int64_t y_line = 0;   // of an output map
  int64_t y_map = 0;
};
HwceLayout layout_of(const Layer& layer, const HwceMapping& mapping);

// Places constants (as params), planes, filters, output maps and the partial sums of one block of maps.
// Throws InputError, naming the bytes needed and there, where they do not fit into the DRAM.
TensorPlacement place_hwce_tensors(const Layer& layer, const HwceMapping& mapping, int64_t dram_bytes);

// Planes by batch, group, channel, row phase and column phase: line i, column j of phase (a, b) holds the
// pixel at row i*stride + a - pad, column j*stride + b - pad, or zero outside the image.
std::vector<uint8_t> pack_planes(const Layer& layer, const HwceMapping& mapping, const HostTensor& input);

// Filters by group, block of maps, plane, row and column of the piece: a 16-bit lane for each tap in
// row-major order, which the weights of the maps share; then zeros to a whole word. Weights {M, C/group, KH,
// KW} must fit into 16, 8 or 4 bits.
std::vector<uint8_t> pack_filters(const Layer& layer, const HwceMapping& mapping, const HostTensor& weights);

// The output {B, M, OH, OW} from the maps as they lie in memory.
HostTensor unpack_output(const Layer& layer, const HwceMapping& mapping, const std::vector<uint8_t>& maps);

}  // namespace hwcvp
