// Whether a command makes sense for a layer.
#pragma once

#include <vector>

#include "models/hwc/command.h"
#include "models/hwc/layer_configuration.h"
#include "models/hwc/region.h"

namespace hwcvp::hwc {

// The lines of input that a tile touches along one axis.
struct LineSpan {
  int64_t first = 0;                     // unclipped, may be negative
  int64_t count = 0;                     // padding included
  int64_t first_held = 0, end_held = 0;  // those that exist; first_held >= end_held if there are none
};
LineSpan input_lines(const InputAxis& axis, int64_t output, int64_t outputs, int64_t filter, int64_t filters);

// The box of input that a tile reads, padding left out; a count of 0 on an axis if all of it is padding.
Box input_box(const LayerConfiguration& configuration, const Tile& tile);
Box weight_box(const Tile& tile);
Box output_box(const Tile& tile);

// False where a count is 0, a slot does not exist, a box or what a tile reads or writes is larger than its
// slot on some axis, coordinates reach 2^31, or the layer is none for the engine or not all there that a
// vector operation needs at once, and where a region is not there, or too small for what it is to take. The
// opcode is one that exists.
bool command_is_legal(const LayerConfiguration& configuration, const std::vector<Region>& regions,
                      const Command& command);

// The box of the output region that takes outputs of one image.
RegionBox delivery_box(const LayerConfiguration& configuration, const Box& outputs);
// The box that LOAD_REGION and STORE_REGION name.
RegionBox region_box(const Box& box);

}  // namespace hwcvp::hwc
