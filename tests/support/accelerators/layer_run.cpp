#include "tests/support/accelerators/layer_run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/hwc/command_check.h"
#include "tests/support/random_case.h"

namespace hwcvp {

namespace {

int64_t draw(std::mt19937_64& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
}

int64_t draw(std::mt19937_64& random, DataType type) {
  return type == DataType::int8    ? draw(random, -128, 127)
         : type == DataType::uint8 ? draw(random, 0, 255)
                                   : draw(random, -32768, 32767);
}

// A product in the accumulator's arithmetic.
int64_t wrapped(int64_t value, DataType accumulator) {
  return accumulator == DataType::int16 ? static_cast<int16_t>(value) : static_cast<int32_t>(value);
}

int32_t requantized(int64_t accumulator, int32_t multiplier, int shift, const LayerRun& run) {
  const DataType type = run.layer.output_type;
  if (type == DataType::int32) return static_cast<int32_t>(accumulator);
  // Quotient towards minus infinity, then up if the rest is at least half of the divisor.
  const int64_t divisor = int64_t{1} << shift;
  const int64_t product = accumulator * multiplier;
  int64_t value = product / divisor;
  int64_t rest = product % divisor;
  if (rest < 0) {
    rest += divisor;
    --value;
  }
  if (shift > 0 && rest >= divisor - rest) ++value;
  const int64_t most = type == DataType::int8 ? 127 : 32767;
  const int64_t least = run.relu ? 0 : -most - 1;
  return static_cast<int32_t>(std::max(least, std::min(most, value)));
}

// Rounded once to the product in single precision, and once to an integer, half to even.
int32_t in_single_precision(int64_t accumulator, size_t channel, const LayerRun& run) {
  const Layer& layer = run.layer;
  const double exact = double{static_cast<float>(accumulator)} * double{layer.scales[channel]};
  const double product = std::min(1e6, std::max(-1e6, exact)) == exact ? double{static_cast<float>(exact)}
                                                                       : std::copysign(1e6, exact);
  double value = std::floor(product);
  const double rest = product - value;
  if (rest > 0.5 || (rest == 0.5 && std::fmod(value, 2) != 0)) ++value;
  value += layer.output_zero_point;
  const bool is_unsigned = layer.output_type == DataType::uint8;
  double least = layer.output_min.value_or(is_unsigned ? 0 : -128);
  const double most = layer.output_max.value_or(is_unsigned ? 255 : 127);
  if (run.relu) least = std::max<double>(least, layer.output_zero_point);
  return static_cast<int32_t>(std::min(std::max(value, least), most));
}

LayerRun with_tiles(std::mt19937_64& random, Layer layer) {
  LayerRun run;
  run.layer = std::move(layer);
  for (const Dim dim : kDims) {
    const int64_t extent = run.layer.extent(dim);
    run.tile[index(dim)] = draw(random, 0, 1) == 0 ? extent : draw(random, 1, extent);
  }
  for (size_t i = kDimCount; i > 1; --i) {
    std::swap(run.order[i - 1], run.order[static_cast<size_t>(draw(random, 0, static_cast<int64_t>(i) - 1))]);
  }
  for (bool& twice : run.double_buffer) twice = draw(random, 0, 1) == 0;
  run.sliding = draw(random, 0, 2) != 0;
  run.subsample = draw(random, 0, 1) == 0;
  run.channels_last = draw(random, 0, 2) == 0;
  run.relu = run.layer.output_type != DataType::int32 && draw(random, 0, 1) == 0;
  return run;
}

}  // namespace

LayerRun random_run(std::mt19937_64& random) { return with_tiles(random, random_case(random).layer); }

LayerRun random_single_precision_run(std::mt19937_64& random) {
  return with_tiles(random, random_single_precision_case(random).layer);
}

LayerData random_data(const LayerRun& run, std::mt19937_64& random) {
  const Layer& layer = run.layer;
  LayerData data;
  for (int64_t i = 0; i < layer.input_elements(); ++i) {
    data.input.push_back(static_cast<int32_t>(draw(random, layer.input_type)));
  }
  for (int64_t i = 0; i < layer.weight_elements(); ++i) {
    data.weight.push_back(static_cast<int32_t>(draw(random, layer.weight_type)));
  }
  for (int64_t k = 0; k < layer.out_channels; ++k) {
    data.bias.push_back(static_cast<int32_t>(random()));
    data.multiplier.push_back(static_cast<int32_t>(random() & 0x7fffffff));
    data.shift.push_back(
        static_cast<uint8_t>(draw(random, 0, 5) == 0 ? draw(random, 0, 62) : draw(random, 36, 56)));
  }
  return data;
}

std::string to_text(const LayerRun& run) {
  std::string text = to_json_text({run.layer, {}}) + " tiles";
  for (const Dim dim : run.order)
    text += std::string(" ") + to_string(dim) + ":" + std::to_string(run.tile[index(dim)]);
  text += " double";
  for (const bool twice : run.double_buffer) text += twice ? " 1" : " 0";
  const auto flag = [](const char* name, bool on) { return on ? std::string(" ") + name : std::string(); };
  return text + flag("sliding", run.sliding) + flag("subsample", run.subsample) +
         flag("channels_last", run.channels_last) + flag("relu", run.relu);
}

std::vector<int32_t> direct_outputs(const LayerRun& run, const LayerData& data) {
  const Layer& l = run.layer;
  const int64_t channels = l.extent(Dim::C);
  const int64_t per_group = l.extent(Dim::K);
  std::vector<int32_t> outputs;
  for (int64_t b = 0; b < l.batch; ++b) {
    for (int64_t k = 0; k < l.out_channels; ++k) {
      for (int64_t oy = 0; oy < l.out_height(); ++oy) {
        for (int64_t ox = 0; ox < l.out_width(); ++ox) {
          int64_t sum = data.bias[static_cast<size_t>(k)];
          for (int64_t c = 0; c < channels; ++c) {
            for (int64_t fy = 0; fy < l.kernel_shape[0]; ++fy) {
              for (int64_t fx = 0; fx < l.kernel_shape[1]; ++fx) {
                const int64_t y = oy * l.strides[0] + fy * l.dilations[0] - l.pads[0];
                const int64_t x = ox * l.strides[1] + fx * l.dilations[1] - l.pads[1];
                if (y < 0 || y >= l.in_height || x < 0 || x >= l.in_width) continue;
                const int64_t in_channel = k / per_group * channels + c;
                const int64_t input = ((b * l.in_channels + in_channel) * l.in_height + y) * l.in_width + x;
                const int64_t weight = ((k * channels + c) * l.kernel_shape[0] + fy) * l.kernel_shape[1] + fx;
                sum += (int64_t{data.input[static_cast<size_t>(input)]} - l.input_zero_point) *
                       data.weight[static_cast<size_t>(weight)];
              }
            }
          }
          if (l.single_precision()) {
            outputs.push_back(
                in_single_precision(wrapped(sum, l.accumulator_type), static_cast<size_t>(k), run));
            continue;
          }
          outputs.push_back(requantized(wrapped(sum, l.accumulator_type),
                                        data.multiplier[static_cast<size_t>(k)],
                                        data.shift[static_cast<size_t>(k)], run));
        }
      }
    }
  }
  return outputs;
}

InputLines input_lines(const LayerRun& run, size_t axis) {
  const Layer& layer = run.layer;
  const int64_t lines = axis == 0 ? layer.in_height : layer.in_width;
  const int64_t outputs = axis == 0 ? layer.out_height() : layer.out_width();
  const int64_t stride = layer.strides[axis];
  const int64_t pad = layer.pads[axis];
  if (!run.subsample || layer.kernel_shape[axis] != 1)
    return {stride, layer.dilations[axis], pad, 0, lines, 0, 1};
  InputLines grid = {1, 1, 0, outputs, outputs, -pad, stride};
  for (int64_t o = outputs; o-- > 0;) {
    const int64_t line = o * stride - pad;
    if (line >= 0 && line < lines) grid.first = o;
  }
  grid.end = grid.first;
  while (grid.end < outputs && grid.end * stride - pad < lines) ++grid.end;
  return grid;
}

hwc::Tile tile_at(const LayerRun& run, const PerDim<int64_t>& position) {
  hwc::Tile tile;
  for (const Dim dim : kDims) {
    const size_t i = index(dim);
    tile.start[i] = position[i];
    tile.count[i] = std::min(run.tile[i], run.layer.extent(dim) - position[i]);
  }
  return tile;
}

hwc::Box input_box(const LayerRun& run, const hwc::Tile& tile) {
  hwc::Box box = {{tile.start[hwc::tile_b], tile.start[hwc::tile_g], tile.start[hwc::tile_c], 0, 0},
                  {tile.count[hwc::tile_b], tile.count[hwc::tile_g], tile.count[hwc::tile_c], 0, 0}};
  for (size_t axis = 0; axis < 2; ++axis) {
    const InputLines lines = input_lines(run, axis);
    const size_t o = hwc::tile_oy + axis;
    const size_t f = hwc::tile_fy + axis;
    const int64_t first = tile.start[o] * lines.stride + tile.start[f] * lines.dilation - lines.pad;
    const int64_t span = (tile.count[o] - 1) * lines.stride + (tile.count[f] - 1) * lines.dilation + 1;
    box.start[3 + axis] = std::max(first, lines.first);
    box.count[3 + axis] = std::max<int64_t>(0, std::min(first + span, lines.end) - box.start[3 + axis]);
  }
  return box;
}

PerTensor<hwc::PerAxis<int64_t>> slot_extents(const LayerRun& run) {
  PerTensor<hwc::PerAxis<int64_t>> extents;
  for (hwc::PerAxis<int64_t>& extent : extents) extent.fill(1);
  const auto widen = [](hwc::PerAxis<int64_t>& extent, const hwc::Box& box) {
    for (size_t axis = 0; axis < hwc::kAxes; ++axis) extent[axis] = std::max(extent[axis], box.count[axis]);
  };
  PerDim<int64_t> position{};
  for (;;) {
    const hwc::Tile tile = tile_at(run, position);
    widen(extents[0], input_box(run, tile));
    widen(extents[1], hwc::weight_box(tile));
    widen(extents[2], hwc::output_box(tile));
    size_t dim = 0;
    for (; dim < kDimCount; ++dim) {
      position[dim] += run.tile[dim];
      if (position[dim] < run.layer.extent(kDims[dim])) break;
      position[dim] = 0;
    }
    if (dim == kDimCount) return extents;
  }
}

int64_t buffer_bytes(const LayerRun& run) {
  const PerTensor<hwc::PerAxis<int64_t>> extents = slot_extents(run);
  const DataType types[] = {run.layer.input_type, run.layer.weight_type, run.layer.accumulator_type};
  int64_t total = 0;
  for (size_t tensor = 0; tensor < kTensorCount; ++tensor) {
    int64_t size = bytes(types[tensor]) * (run.double_buffer[tensor] ? 2 : 1);
    for (const int64_t extent : extents[tensor]) size *= extent;
    total += size;
  }
  return total;
}

}  // namespace hwcvp
