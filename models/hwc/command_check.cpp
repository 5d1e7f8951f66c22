#include "models/hwc/command_check.h"

#include <algorithm>
#include <limits>

namespace hwcvp::hwc {

namespace {

constexpr int64_t kCoordinates = int64_t{1} << 31;
constexpr int64_t kMaxTileElements = std::numeric_limits<int32_t>::max();

bool fits(const SlotLayout& layout, const Box& box) {
  if (layout.empty) return std::find(box.count.begin(), box.count.end(), 0) != box.count.end();
  for (size_t axis = 0; axis < kAxes; ++axis) {
    if (box.count[axis] > layout.extent[axis]) return false;
  }
  return true;
}

bool box_is_legal(const SlotLayout& layout, const Box& box) {
  for (size_t axis = 0; axis < kAxes; ++axis) {
    if (box.count[axis] == 0 || box.start[axis] + box.count[axis] > kCoordinates) return false;
  }
  return fits(layout, box);
}

bool tile_is_legal(const LayerConfiguration& configuration, const Tile& tile) {
  for (size_t dim = 0; dim < kTileDims; ++dim) {
    if (tile.count[dim] == 0 || tile.start[dim] + tile.count[dim] > kCoordinates) return false;
  }
  if (!fits(configuration.output, output_box(tile)) ||
      (configuration.has_weights() && !fits(configuration.weight, weight_box(tile))) ||
      !fits(configuration.input, input_box(configuration, tile))) {
    return false;
  }
  // The datapath's tile, padding included.
  const int64_t lines = (tile.count[tile_oy] - 1) * configuration.y.stride +
                        (tile.count[tile_fy] - 1) * configuration.y.dilation + 1;
  const int64_t columns = (tile.count[tile_ox] - 1) * configuration.x.stride +
                          (tile.count[tile_fx] - 1) * configuration.x.dilation + 1;
  return lines <= kMaxTileElements && columns <= kMaxTileElements / lines &&
         tile.count[tile_c] <= kMaxTileElements / (lines * columns);
}

// Whether a vector command has all that its operation needs at once.
bool vector_is_whole(const VectorOperation& operation, const Command& command) {
  const auto& count = command.tile.count;
  if (operation.accumulates()) return true;
  if (!command.init) return false;
  if (operation.pools()) return count[tile_c] == 1;
  const bool two_channels = operation.of_two() && !operation.second_from_weights;
  return count[tile_c] == (two_channels ? 2 : 1) && count[tile_fy] == 1 && count[tile_fx] == 1;
}

}  // namespace

LineSpan input_lines(const InputAxis& axis, int64_t output, int64_t outputs, int64_t filter,
                     int64_t filters) {
  LineSpan span;
  span.first = axis.line(output, filter);
  const int64_t last = axis.line(output + outputs - 1, filter + filters - 1);
  span.count = last - span.first + 1;
  span.first_held = std::max(span.first, axis.first);
  span.end_held = std::min(last + 1, axis.end);
  return span;
}

Box input_box(const LayerConfiguration& configuration, const Tile& tile) {
  const LineSpan y = input_lines(configuration.y, tile.start[tile_oy], tile.count[tile_oy],
                                 tile.start[tile_fy], tile.count[tile_fy]);
  const LineSpan x = input_lines(configuration.x, tile.start[tile_ox], tile.count[tile_ox],
                                 tile.start[tile_fx], tile.count[tile_fx]);
  Box box;
  box.start = {tile.start[tile_b], tile.start[tile_g], tile.start[tile_c], y.first_held, x.first_held};
  box.count = {tile.count[tile_b], tile.count[tile_g], tile.count[tile_c],
               std::max<int64_t>(0, y.end_held - y.first_held),
               std::max<int64_t>(0, x.end_held - x.first_held)};
  return box;
}

Box weight_box(const Tile& tile) {
  return {
      {tile.start[tile_g], tile.start[tile_k], tile.start[tile_c], tile.start[tile_fy], tile.start[tile_fx]},
      {tile.count[tile_g], tile.count[tile_k], tile.count[tile_c], tile.count[tile_fy], tile.count[tile_fx]}};
}

Box output_box(const Tile& tile) {
  return {
      {tile.start[tile_b], tile.start[tile_g], tile.start[tile_k], tile.start[tile_oy], tile.start[tile_ox]},
      {tile.count[tile_b], tile.count[tile_g], tile.count[tile_k], tile.count[tile_oy], tile.count[tile_ox]}};
}

bool command_is_legal(const LayerConfiguration& configuration, const Command& command) {
  const bool input_slot = command.input_slot < configuration.input.slots;
  const bool weight_slot = command.weight_slot < configuration.weight.slots;
  const bool output_slot = command.output_slot < configuration.output.slots;
  switch (command.opcode) {
    case Opcode::load_input:
      return input_slot && box_is_legal(configuration.input, command.box);
    case Opcode::load_weight:
      return weight_slot && box_is_legal(configuration.weight, command.box);
    case Opcode::load_params:
      return configuration.is_vector() || configuration.params_count > 0;
    case Opcode::keep_input:
      return configuration.input.slots == 2 && box_is_legal(configuration.input, command.box);
    case Opcode::compute:
      return !configuration.is_vector() && input_slot && weight_slot && output_slot &&
             tile_is_legal(configuration, command.tile);
    case Opcode::vector:
      return configuration.is_vector() && input_slot && (weight_slot || !configuration.has_weights()) &&
             output_slot && tile_is_legal(configuration, command.tile) &&
             vector_is_whole(configuration.vector, command);
    case Opcode::load_psum:
    case Opcode::store_output:
    case Opcode::store_psum:
      return output_slot && box_is_legal(configuration.output, command.box);
  }
  return false;
}

}  // namespace hwcvp::hwc
