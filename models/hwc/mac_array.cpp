#include "models/hwc/mac_array.h"

#include <algorithm>
#include <limits>

#include "models/common/divide_up.h"

namespace hwcvp::hwc {

namespace {

using common::divide_up;

MacArray::Properties with_ports(MacArray::Properties properties) {
  constexpr int64_t kElement = 2;
  constexpr int64_t kAccumulator = 4;
  const auto set = [](int64_t& port, int64_t bytes) {
    if (port == 0) port = bytes;
  };
  set(properties.input_port_bytes, kElement * properties.columns);
  set(properties.weight_port_bytes, kElement * properties.rows * properties.columns);
  set(properties.accumulator_port_bytes, kAccumulator * properties.rows);
  return properties;
}

// Input lines for neighbouring outputs: those between the first and the last, or, where there are fewer, one
// for each output and filter line.
int64_t lines_met(const InputAxis& axis, int64_t outputs, int64_t filter_lines) {
  const int64_t last = (outputs - 1) * axis.stride + (filter_lines - 1) * axis.dilation;
  return std::min(last + 1, outputs * filter_lines);
}

// Elements of one channel that a window of `lanes` outputs meets, which is led down the lines of a tile once
// for each strip of that width.
int64_t window_elements(const LayerConfiguration& layer, const Tile& tile, int64_t lanes) {
  const int64_t ox = tile.count[tile_ox];
  const int64_t lines = lines_met(layer.y, tile.count[tile_oy], tile.count[tile_fy]);
  const int64_t whole_strips = ox / lanes;
  const int64_t rest = ox - whole_strips * lanes;
  int64_t elements = 0;
  if (whole_strips > 0) elements += whole_strips * lines * lines_met(layer.x, lanes, tile.count[tile_fx]);
  if (rest > 0) elements += lines * lines_met(layer.x, rest, tile.count[tile_fx]);
  return elements;
}

}  // namespace

MacArray::MacArray(const Properties& properties) : properties_(with_ports(properties)) {}

MacArray::Demand MacArray::demand(MacArrayMode mode, const LayerConfiguration& layer,
                                  const Tile& tile) const {
  const auto& n = tile.count;
  const int64_t rows = properties_.rows;
  const int64_t columns = properties_.columns;
  const int64_t taps = n[tile_fy] * n[tile_fx];
  const int64_t outputs = n[tile_oy] * n[tile_ox];  // of one channel
  const int64_t planes = n[tile_b] * n[tile_g];
  Demand demand{};
  switch (mode) {
    case MacArrayMode::kxc: {
      // Weights stay in the units while the outputs pass.
      const int64_t k_steps = divide_up(n[tile_k], rows);
      const int64_t c_steps = divide_up(n[tile_c], columns);
      demand.steps = k_steps * c_steps * taps * outputs;
      demand.inputs = k_steps * n[tile_c] * taps * outputs;
      demand.weights = n[tile_k] * n[tile_c] * taps;
      demand.accumulators = n[tile_k] * c_steps * taps * outputs;
      break;
    }
    case MacArrayMode::pxc: {
      // Inputs stay in the units while the output channels pass.
      const int64_t p_steps = divide_up(outputs, rows);
      const int64_t c_steps = divide_up(n[tile_c], columns);
      demand.steps = p_steps * c_steps * taps * n[tile_k];
      demand.inputs = n[tile_c] * taps * outputs;
      demand.weights = p_steps * n[tile_c] * taps * n[tile_k];
      demand.accumulators = outputs * c_steps * taps * n[tile_k];
      break;
    }
    case MacArrayMode::kxp: {
      // Accumulators stay in the units while input channels and taps pass.
      const int64_t k_steps = divide_up(n[tile_k], rows);
      const int64_t p_steps = divide_up(outputs, columns);
      demand.steps = k_steps * p_steps * n[tile_c] * taps;
      demand.inputs = k_steps * outputs * n[tile_c] * taps;
      demand.weights = n[tile_k] * p_steps * n[tile_c] * taps;
      demand.accumulators = n[tile_k] * outputs;
      break;
    }
    case MacArrayMode::pxt: {
      // Weights stay in the units, and inputs in a window that is led down the lines. The outputs of all
      // planes follow one another, so that a step may work on several.
      const int64_t passes = n[tile_k] * n[tile_c] * divide_up(taps, columns);
      demand.steps = passes * divide_up(planes * outputs, rows);
      demand.inputs = passes * planes * window_elements(layer, tile, rows);
      demand.weights = n[tile_k] * n[tile_c] * planes * taps;
      demand.accumulators = passes * planes * outputs;
      return demand;
    }
  }
  demand.steps *= planes;
  demand.inputs *= planes;
  demand.weights *= planes;
  demand.accumulators *= planes;
  return demand;
}

int64_t MacArray::cycles(const LayerConfiguration& layer, const Tile& tile) const {
  int64_t fewest = std::numeric_limits<int64_t>::max();
  for (size_t i = 0; i < MacArrayModes::kCount; ++i) {
    const auto mode = static_cast<MacArrayMode>(i);
    if (!properties_.modes.has(mode)) continue;
    const Demand needed = demand(mode, layer, tile);
    const int64_t in_mode = std::max(
        {needed.steps, divide_up(needed.inputs * layer.input.element_bytes, properties_.input_port_bytes),
         divide_up(needed.weights * layer.weight.element_bytes, properties_.weight_port_bytes),
         divide_up(needed.accumulators * layer.output.element_bytes, properties_.accumulator_port_bytes)});
    fewest = std::min(fewest, in_mode);
  }
  return fewest;
}

}  // namespace hwcvp::hwc
