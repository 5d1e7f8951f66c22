#include "tests/support/tiny_layers.h"

#include "schedules/workload/error.h"

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

bool legal(const Layer& layer) {
  try {
    layer.validate("random layer");
  } catch (const InputError&) {
    return false;
  }
  return true;
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
    pick_types(layer);
    if (legal(layer) && nest_count(layer) <= max_nests) return layer;
  }
}

Layer TinyLayers::next_with_halo(double max_nests, bool one_axis) {
  for (;;) {
    Layer layer;
    layer.batch = pick(0, 7) == 0 ? 2 : 1;
    layer.in_channels = one_axis ? 2 : pick(1, 3);
    layer.out_channels = pick(1, one_axis ? 2 : 3);
    layer.in_height = one_axis ? 1 : pick(1, 5);
    layer.in_width = pick(2, 9);
    layer.kernel_shape = {pick(1, 4), pick(1, 4)};
    for (size_t axis = 0; axis < 2; ++axis) {
      layer.strides[axis] = pick(0, 2) == 0 ? pick(1, 3) : 1;
      layer.dilations[axis] = pick(0, 9) == 0 ? 2 : 1;
    }
    for (int64_t& pad : layer.pads) pad = pick(0, layer.kernel_shape[1] > 2 ? 2 : 1);
    pick_types(layer);
    if (legal(layer) && nest_count(layer) <= max_nests) return layer;
  }
}

Layer TinyLayers::next_with_gaps(double max_nests) {
  for (;;) {
    Layer layer;
    layer.in_channels = pick(1, 3);
    layer.out_channels = pick(1, 3);
    layer.in_height = pick(0, 1) == 0 ? 1 : pick(2, 7);
    layer.in_width = pick(3, 12);
    bool gaps = false;
    for (size_t axis = 0; axis < 2; ++axis) {
      layer.kernel_shape[axis] = pick(1, axis == 0 ? 2 : 4);
      layer.strides[axis] = pick(1, 4);
      layer.dilations[axis] = pick(1, 3);
      gaps = gaps || (layer.kernel_shape[axis] > 1 &&
                      (layer.dilations[axis] > 1 || layer.strides[axis] > layer.kernel_shape[axis]));
    }
    for (int64_t& pad : layer.pads) pad = pick(0, 1) == 0 ? 0 : pick(1, 3);
    pick_types(layer);
    if (gaps && legal(layer) && nest_count(layer) <= max_nests) return layer;
  }
}

void TinyLayers::pick_types(Layer& layer) {
  layer.input_type = pick(0, 1) == 0 ? DataType::int8 : DataType::int16;
  layer.weight_type = pick(0, 1) == 0 ? DataType::int8 : DataType::int16;
  layer.accumulator_type = pick(0, 1) == 0 ? DataType::int16 : DataType::int32;
  layer.output_type = pick(0, 1) == 0 ? DataType::int8 : DataType::int16;
}

}  // namespace hwcvp
