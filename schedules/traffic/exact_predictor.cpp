#include "schedules/traffic/exact_predictor.h"

#include <utility>
#include <vector>

#include "schedules/geometry/input_axis.h"
#include "schedules/nest/nest_cuts.h"
#include "schedules/traffic/axis_sums.h"
#include "schedules/traffic/spatial_axis.h"

namespace hwcvp {

namespace {

constexpr std::array<Dim, 2> kOutputLines = {Dim::OY, Dim::OX};
constexpr std::array<Dim, 2> kFilterLines = {Dim::FY, Dim::FX};

// Whether a dimension of the nest is an axis of the tensor as it stands.
bool indexes(Tensor tensor, Dim dim) {
  switch (dim) {
    case Dim::B:
      return tensor != Tensor::weight;
    case Dim::G:
      return true;
    case Dim::K:
      return tensor != Tensor::input;
    case Dim::C:
      return tensor != Tensor::output;
    case Dim::OY:
    case Dim::OX:
      return tensor == Tensor::output;
    case Dim::FY:
    case Dim::FX:
      break;
  }
  return tensor == Tensor::weight;
}

// The axes of one tensor seen from its buffer. Weights and outputs have one for each dimension; the input's
// rows and columns stand in the places of OY and OX, and those of FY and FX are part of them.
class TensorAxes {
 public:
  TensorAxes(const Layer& layer, const Schedule& schedule, const NestCuts& nest, Tensor tensor)
      : nest_(nest),
        tensor_(tensor),
        cuts_(nest.cuts_outside(schedule.level(tensor))),
        buffer_depth_(nest.depths(cuts_)) {
    if (tensor == Tensor::input) {
      for (size_t axis = 0; axis < 2; ++axis) {
        const Dim out = kOutputLines[axis];
        const Dim filter = kFilterLines[axis];
        spatial_.emplace_back(InputAxis(layer, axis), schedule.input_reuse, nest.of(out),
                              buffer_depth_[index(out)], nest.of(filter), buffer_depth_[index(filter)]);
      }
    }
  }

  // Elements that all changes of the region bring in, the first region included.
  int64_t loaded() const {
    PerDim<size_t> depth{};
    PerDim<AxisSum> hold;
    for (const Dim dim : kDims) hold[index(dim)] = held(dim, depth);
    int64_t elements = first();
    for (size_t i = 0; i < cuts_; ++i) {
      const Dim dim = nest_.cuts()[i].dim;
      const size_t axis = axis_of(dim);
      ++depth[index(dim)];
      AxisSum change = stepped(dim, depth);
      for (size_t other = 0; other < kDimCount; ++other) {
        if (other == axis) continue;
        change.fresh *= hold[other].fresh;
        change.kept *= hold[other].kept;
      }
      elements += change.fresh - change.kept;
      hold[axis] = held(kDims[axis], depth);
    }
    return elements;
  }

  // Elements of a box as large on each axis as any region there.
  int64_t capacity() const {
    int64_t elements = 1;
    for (const Dim dim : kDims) {
      if (is_indexed(dim)) elements *= tile(dim);
    }
    for (const SpatialAxis& axis : spatial_) elements *= axis.largest();
    return elements;
  }

 private:
  bool is_indexed(Dim dim) const { return indexes(tensor_, dim); }
  int64_t tile(Dim dim) const { return nest_.of(dim).tile(buffer_depth_[index(dim)]); }

  // Place in kDims of the axis that the dimension moves.
  size_t axis_of(Dim dim) const {
    if (tensor_ == Tensor::input && dim == Dim::FY) return index(Dim::OY);
    if (tensor_ == Tensor::input && dim == Dim::FX) return index(Dim::OX);
    return index(dim);
  }
  const SpatialAxis* spatial(Dim dim) const {
    if (spatial_.empty()) return nullptr;
    if (dim == Dim::OY || dim == Dim::FY) return &spatial_[0];
    if (dim == Dim::OX || dim == Dim::FX) return &spatial_[1];
    return nullptr;
  }

  int64_t first() const {
    int64_t elements = 1;
    for (const Dim dim : kDims) {
      if (is_indexed(dim)) elements *= tile(dim);
    }
    for (const SpatialAxis& axis : spatial_) elements *= axis.first();
    return elements;
  }

  AxisSum held(Dim dim, const PerDim<size_t>& depth) const {
    if (const SpatialAxis* axis = spatial(dim)) {
      if (dim == Dim::FY || dim == Dim::FX) return {1, 1};
      const Dim filter = dim == Dim::OY ? Dim::FY : Dim::FX;
      return axis->hold(depth[index(dim)], depth[index(filter)]);
    }
    const NestedTiles& tiles = nest_.of(dim);
    return is_indexed(dim) ? hold_sum(tiles, buffer_depth_[index(dim)], depth[index(dim)])
                           : hold_count(tiles, depth[index(dim)]);
  }

  // Depths count the stepping loop.
  AxisSum stepped(Dim dim, const PerDim<size_t>& depth) const {
    if (const SpatialAxis* axis = spatial(dim)) {
      const size_t rows = axis == &spatial_[0] ? 0 : 1;
      const size_t out = depth[index(kOutputLines[rows])];
      const size_t filter = depth[index(kFilterLines[rows])];
      return dim == kOutputLines[rows] ? axis->step_out(out, filter) : axis->step_filter(out, filter);
    }
    const NestedTiles& tiles = nest_.of(dim);
    return is_indexed(dim) ? step_sum(tiles, buffer_depth_[index(dim)], depth[index(dim)])
                           : step_count(tiles, depth[index(dim)]);
  }

  const NestCuts& nest_;
  Tensor tensor_;
  size_t cuts_;
  PerDim<size_t> buffer_depth_;
  std::vector<SpatialAxis> spatial_;
};

DataType buffered_type(const Layer& layer, Tensor tensor) {
  switch (tensor) {
    case Tensor::input:
      return layer.input_type;
    case Tensor::weight:
      return layer.weight_type;
    case Tensor::output:
      break;
  }
  return layer.accumulator_type;
}

int64_t buffer_bytes(const Layer& layer, const Schedule& schedule, Tensor tensor, const TensorAxes& axes) {
  const int64_t regions = schedule.double_buffer[index(tensor)] ? 2 : 1;
  return regions * axes.capacity() * bytes(buffered_type(layer, tensor));
}

}  // namespace

Prediction predict_exact(const Layer& layer, const Schedule& schedule) {
  const NestCuts nest(layer, schedule);
  Prediction result;
  PerTensor<int64_t> loaded{};
  for (const Tensor tensor : kTensors) {
    const TensorAxes axes(layer, schedule, nest, tensor);
    loaded[index(tensor)] = axes.loaded();
    result.buffer.bytes[index(tensor)] = buffer_bytes(layer, schedule, tensor, axes);
  }

  Traffic& traffic = result.traffic;
  traffic.input_read = loaded[index(Tensor::input)] * bytes(layer.input_type);
  traffic.weight_read = loaded[index(Tensor::weight)] * bytes(layer.weight_type);
  // Every output leaves finished once; all other visits begin by taking partial sums back that had been put
  // aside.
  const int64_t outputs = layer.output_elements();
  traffic.output_write = outputs * bytes(layer.output_type);
  traffic.psum_read = (loaded[index(Tensor::output)] - outputs) * bytes(layer.accumulator_type);
  traffic.psum_write = traffic.psum_read;
  traffic.params_read = layer.params_bytes();
  return result;
}

BufferUse buffer_use(const Layer& layer, const Schedule& schedule) {
  const NestCuts nest(layer, schedule);
  BufferUse use;
  for (const Tensor tensor : kTensors) {
    use.bytes[index(tensor)] =
        buffer_bytes(layer, schedule, tensor, TensorAxes(layer, schedule, nest, tensor));
  }
  return use;
}

}  // namespace hwcvp
