#include "tests/schedules/tiny_layers.h"

#include "schedules/error.h"

namespace hwcvp {

namespace {

// Nests of a layer, roughly: interleavings of all its chains of tiles.
double nest_count(const Layer& layer) {
  double count = 1;
  double length = 0;
  for (const int64_t extent : layer.extents()) {
    for (int64_t i = 1; i < extent; ++i) count *= ++length / static_cast<double>(i);
  }
  return count;
}

}  // namespace

int64_t TinyLayers::pick(int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random_() % static_cast<uint64_t>(most - least + 1));
}

Layer TinyLayers::next(double max_nests) {
  for (;;) {
    Layer layer;
    layer.batch = pick(0, 4) == 0 ? 2 : 1;
    layer.group = pick(0, 4) == 0 ? 2 : 1;
    layer.in_channels = layer.group * pick(1, 3);
    layer.out_channels = layer.group * pick(1, 4);
    layer.in_height = pick(1, 5);
    layer.in_width = pick(1, 6);
    for (size_t axis = 0; axis < 2; ++axis) {
      layer.kernel_shape[axis] = pick(1, 3);
      layer.strides[axis] = pick(1, 3);
      layer.dilations[axis] = pick(1, 2);
    }
    for (int64_t& pad : layer.pads) pad = pick(0, 2);
    layer.input_type = pick(0, 1) == 0 ? DataType::int8 : DataType::int16;
    layer.weight_type = pick(0, 1) == 0 ? DataType::int8 : DataType::int16;
    layer.accumulator_type = pick(0, 1) == 0 ? DataType::int16 : DataType::int32;
    layer.output_type = pick(0, 1) == 0 ? DataType::int8 : DataType::int16;
    try {
      layer.validate("random layer");
    } catch (const InputError&) {
      continue;
    }
    if (nest_count(layer) <= max_nests) return layer;
  }
}

}  // namespace hwcvp
