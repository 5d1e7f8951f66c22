#include "tests/support/random_case.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "schedules/json/json.h"

namespace hwcvp {

namespace {

// Draws from [least, most]; not std::uniform_int_distribution, whose results differ between libraries.
int64_t draw(std::mt19937_64& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
}

bool one_in(std::mt19937_64& random, int64_t n) { return draw(random, 1, n) == 1; }

template <typename T, size_t N>
T pick(std::mt19937_64& random, const std::array<T, N>& choices) {
  return choices[static_cast<size_t>(draw(random, 0, static_cast<int64_t>(N) - 1))];
}

void draw_channels(std::mt19937_64& random, Layer& layer) {
  layer.group = one_in(random, 2) ? 1 : draw(random, 1, 5);
  const bool depthwise = one_in(random, 4);
  layer.in_channels = layer.group * (depthwise ? 1 : draw(random, 1, 6));
  layer.out_channels = layer.group * (depthwise ? draw(random, 1, 2) : draw(random, 1, 6));
}

void draw_axis(std::mt19937_64& random, Layer& layer, size_t axis) {
  (axis == 0 ? layer.in_height : layer.in_width) = draw(random, 1, 14);
  layer.kernel_shape[axis] = one_in(random, 4) ? 1 : draw(random, 1, 5);
  layer.strides[axis] = one_in(random, 2) ? 1 : draw(random, 1, 6);
  layer.dilations[axis] = one_in(random, 2) ? 1 : draw(random, 1, 4);
  for (const size_t side : {axis, axis + 2}) {
    layer.pads[side] = one_in(random, 3) ? 0 : draw(random, 0, one_in(random, 4) ? 9 : 2);
  }
}

void draw_types(std::mt19937_64& random, Layer& layer) {
  constexpr std::array kOperands = {DataType::int8, DataType::int16};
  constexpr std::array kOutputs = {DataType::int8, DataType::int16, DataType::int32};
  layer.input_type = pick(random, kOperands);
  layer.weight_type = pick(random, kOperands);
  layer.accumulator_type = one_in(random, 3) ? DataType::int16 : DataType::int32;
  layer.output_type =
      layer.accumulator_type == DataType::int16 ? pick(random, kOperands) : pick(random, kOutputs);
}

// A number of a type of 8 bits, often its least, its largest or the one in the middle.
int32_t draw_number(std::mt19937_64& random, DataType type) {
  const int64_t place =
      one_in(random, 2) ? pick(random, std::array<int64_t, 3>{0, 128, 255}) : draw(random, 0, 255);
  return static_cast<int32_t>(place) - (type == DataType::int8 ? 128 : 0);
}

bool kernel_fits(const Layer& layer) {
  return layer.dilations[0] * (layer.kernel_shape[0] - 1) < layer.in_height + layer.pads[0] + layer.pads[2] &&
         layer.dilations[1] * (layer.kernel_shape[1] - 1) < layer.in_width + layer.pads[1] + layer.pads[3];
}

Layer draw_layer(std::mt19937_64& random, const RandomCaseLimits& limits) {
  for (;;) {
    Layer layer;
    layer.name = "random";
    layer.batch = one_in(random, 2) ? 1 : draw(random, 1, 3);
    draw_channels(random, layer);
    draw_axis(random, layer, 0);
    draw_axis(random, layer, 1);
    draw_types(random, layer);
    if (kernel_fits(layer) && layer.macs() <= limits.max_macs) return layer;
  }
}

// Sizes of the pieces of a dimension, each cut into pieces of `tile`.
std::vector<int64_t> cut(const std::vector<int64_t>& pieces, int64_t tile) {
  std::vector<int64_t> result;
  for (int64_t size : pieces) {
    for (; size > tile; size -= tile) result.push_back(tile);
    result.push_back(size);
  }
  return result;
}

void draw_loops(std::mt19937_64& random, const Layer& layer, const RandomCaseLimits& limits,
                Schedule& schedule) {
  PerDim<std::vector<int64_t>> pieces;
  for (const Dim dim : kDims) pieces[index(dim)] = {layer.extent(dim)};
  int64_t leaves = 1;

  const int64_t loops = draw(random, 0, static_cast<int64_t>(limits.max_loops));
  for (int64_t tries = 0; tries < 8 * loops && static_cast<int64_t>(schedule.loops.size()) < loops; ++tries) {
    const Dim dim = pick(random, kDims);
    auto& sizes = pieces[index(dim)];
    const int64_t left = *std::max_element(sizes.begin(), sizes.end());
    // Loops that cut nothing are legal, but few of them will do.
    const bool cuts = left > 1 && !one_in(random, 8);
    if (!cuts && !one_in(random, 8)) continue;
    const int64_t tile = cuts ? draw(random, 1, left - 1) : left;
    auto smaller = cut(sizes, tile);
    const int64_t more_leaves =
        leaves / static_cast<int64_t>(sizes.size()) * static_cast<int64_t>(smaller.size());
    if (more_leaves > limits.max_leaves) continue;
    leaves = more_leaves;
    sizes = std::move(smaller);
    schedule.loops.push_back({dim, tile});
  }
}

}  // namespace

RandomCase random_case(std::mt19937_64& random, const RandomCaseLimits& limits) {
  RandomCase result;
  result.layer = draw_layer(random, limits);
  Schedule& schedule = result.schedule;
  draw_loops(random, result.layer, limits, schedule);
  for (const Tensor tensor : kTensors) {
    schedule.buffer_level[index(tensor)] =
        static_cast<int>(draw(random, 0, static_cast<int64_t>(schedule.loops.size())));
    schedule.double_buffer[index(tensor)] = one_in(random, 3);
  }
  schedule.input_reuse = one_in(random, 3) ? InputReuse::reload : InputReuse::sliding;
  result.layer.validate("random layer");
  schedule.validate(result.layer, "random schedule");
  return result;
}

RandomCase random_single_precision_case(std::mt19937_64& random, const RandomCaseLimits& limits) {
  constexpr std::array kBytes = {DataType::int8, DataType::uint8};
  RandomCase result = random_case(random, limits);
  Layer& layer = result.layer;
  layer.input_type = pick(random, kBytes);
  layer.weight_type = DataType::int8;
  layer.output_type = pick(random, kBytes);
  layer.accumulator_type = DataType::int32;
  layer.input_zero_point = draw_number(random, layer.input_type);
  layer.output_zero_point = draw_number(random, layer.output_type);
  if (one_in(random, 3)) layer.output_min = draw_number(random, layer.output_type);
  if (one_in(random, 3)) layer.output_max = draw_number(random, layer.output_type);
  if (layer.output_min && layer.output_max && *layer.output_min > *layer.output_max) {
    std::swap(layer.output_min, layer.output_max);
  }
  const double deviation =
      11000 * std::sqrt(static_cast<double>(layer.macs()) / static_cast<double>(layer.output_elements()));
  for (int64_t m = 0; m < layer.out_channels; ++m) {
    const double usual = 90 / deviation * static_cast<double>(draw(random, 500, 2000)) / 1000;
    const double scale = one_in(random, 3)    ? std::exp2(std::round(std::log2(usual)))
                         : one_in(random, 20) ? (one_in(random, 2) ? 3e38 : 1e-42)
                                              : usual;
    layer.scales.push_back(static_cast<float>(scale));
  }
  layer.validate("random layer");
  return result;
}

std::string to_json_text(const RandomCase& random_case) {
  return nlohmann::json{{"layer", to_json(random_case.layer)}, {"schedule", to_json(random_case.schedule)}}
      .dump();
}

}  // namespace hwcvp
