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

bool input_fits(const LayerConfiguration& configuration, const Tile& tile) {
  Box box = input_box(configuration, tile);
  if (configuration.second_region < 0) return fits(configuration.input, box);
  if (box.start[2] + box.count[2] > 2) return false;
  box.count[2] = std::min<int64_t>(box.count[2], 1);
  return fits(configuration.input, box) && fits(configuration.second, box);
}

// `accumulates`: the outputs are accumulators in the buffer.
bool tile_is_legal(const LayerConfiguration& configuration, const Tile& tile, bool accumulates) {
  for (size_t dim = 0; dim < kTileDims; ++dim) {
    if (tile.count[dim] == 0 || tile.start[dim] + tile.count[dim] > kCoordinates) return false;
  }
  if ((accumulates && !fits(configuration.output, output_box(tile))) ||
      (configuration.has_weights() && !fits(configuration.weight, weight_box(tile))) ||
      !input_fits(configuration, tile)) {
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

bool can_deliver(const LayerConfiguration& configuration, const std::vector<Region>& regions,
                 const Box& outputs) {
  return configuration.output_region >= 0 && outputs.count[0] == 1 &&
         outputs.start[2] + outputs.count[2] <= configuration.channels &&
         (outputs.count[1] == 1 || outputs.count[2] == configuration.channels) &&
         regions[static_cast<size_t>(configuration.output_region)].fits(delivery_box(configuration, outputs));
}

// Where the outputs of a vector command go: to one place, and at once only if no command comes after it.
bool vector_destination_is_legal(const LayerConfiguration& configuration, const std::vector<Region>& regions,
                                 const Command& command) {
  if (command.to_memory) return !command.to_buffer && command.init;
  return !command.to_buffer ||
         (command.init && can_deliver(configuration, regions, output_box(command.tile)));
}

bool moves_region(const std::vector<Region>& regions, const Command& command) {
  if (command.region >= regions.size()) return false;
  const Region& region = regions[command.region];
  return region.defined() && box_is_legal(region.layout, command.box) && command.box.start[1] == 0 &&
         region.fits(region_box(command.box));
}

}  // namespace

RegionBox delivery_box(const LayerConfiguration& configuration, const Box& outputs) {
  RegionBox box;
  box.image = outputs.start[0];
  box.channel = configuration.output_channel + outputs.start[1] * configuration.channels + outputs.start[2];
  // Channels of several groups follow one another where each is whole.
  box.channels = (outputs.count[1] - 1) * configuration.channels + outputs.count[2];
  box.line = outputs.start[3];
  box.lines = outputs.count[3];
  box.column = outputs.start[4];
  box.columns = outputs.count[4];
  return box;
}

RegionBox region_box(const Box& box) {
  return {box.start[0], box.start[2], box.count[2], box.start[3], box.count[3], box.start[4], box.count[4]};
}

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

bool command_is_legal(const LayerConfiguration& configuration, const std::vector<Region>& regions,
                      const Command& command) {
  if (command.to_buffer && command.opcode != Opcode::store_output && command.opcode != Opcode::vector)
    return false;
  if (command.to_memory && command.opcode != Opcode::vector) return false;
  const bool input_slots = configuration.input_region < 0;
  const bool input_slot = command.input_slot < configuration.input.slots;
  const bool weight_slot = command.weight_slot < configuration.weight.slots;
  const bool output_slot = command.output_slot < configuration.output.slots;
  switch (command.opcode) {
    case Opcode::load_input:
      return input_slots && input_slot && box_is_legal(configuration.input, command.box);
    case Opcode::load_weight:
      return weight_slot && box_is_legal(configuration.weight, command.box);
    case Opcode::load_params:
      return configuration.is_vector() || configuration.params_count > 0;
    case Opcode::keep_input:
      return input_slots && configuration.input.slots == 2 && box_is_legal(configuration.input, command.box);
    case Opcode::compute:
      return !configuration.is_vector() && input_slot && weight_slot && output_slot &&
             tile_is_legal(configuration, command.tile, true);
    case Opcode::vector:
      return configuration.is_vector() && input_slot && (weight_slot || !configuration.has_weights()) &&
             output_slot &&
             tile_is_legal(configuration, command.tile, !command.to_buffer && !command.to_memory) &&
             vector_is_whole(configuration.vector, command) &&
             vector_destination_is_legal(configuration, regions, command);
    case Opcode::load_region:
    case Opcode::store_region:
      return moves_region(regions, command);
    case Opcode::store_output:
      return output_slot && box_is_legal(configuration.output, command.box) &&
             (!command.to_buffer || can_deliver(configuration, regions, command.box));
    case Opcode::load_psum:
    case Opcode::store_psum:
      return output_slot && box_is_legal(configuration.output, command.box);
  }
  return false;
}

}  // namespace hwcvp::hwc
