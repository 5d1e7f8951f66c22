// What operators that change places do, read from attributes or inputs as their operator set has it.
// Nothing comes back where that is not known or not legal.
#pragma once

#include <optional>
#include <vector>

#include "platform/onnx/shapes/node_context.h"

namespace hwcvp::onnx_import {

// The axis of the input for each axis of the output of a Transpose.
std::optional<std::vector<size_t>> read_permutation(const NodeContext& context, size_t rank);

// One for each axis; steps may be negative.
struct SliceRange {
  Dims starts, steps, extents;
};
std::optional<SliceRange> read_slice(const NodeContext& context, const Dims& input);

// Elements that a Pad adds before each axis, then behind; those below 0 are cut off.
std::optional<Dims> read_pad(const NodeContext& context, size_t rank);

// The dimensions that a Shape node gives of an input's.
Dims shape_part(const NodeContext& context, const Dims& dims);

// What DepthToSpace and SpaceToDepth do: the axes of an image cut into blocks, and their new order. Nothing
// where the block size does not fit.
struct BlockMove {
  Dims blocks;
  std::vector<size_t> permutation;
};
std::optional<BlockMove> read_blocks(const NodeContext& context, const Dims& image);

}  // namespace hwcvp::onnx_import
