#include "schedules/predictors/conv_shape.h"

#include <fmt/format.h>

#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

// No product of counts that a model forms for any tiles, in bytes, is above this. Tiles of full size pass an
// extent at most twofold, and n tiles of t lines under a filter read n * ((t - 1) * stride + filter) lines.
long double largest_count(const ConvShape& s) {
  const auto channels = 4.0L * static_cast<long double>(s.k) * static_cast<long double>(s.c);
  const auto rows = static_cast<long double>(s.oy) * static_cast<long double>(2 * s.sy + s.fy);
  const auto columns = static_cast<long double>(s.ox) * static_cast<long double>(2 * s.sx + s.fx);
  return static_cast<long double>(s.copies) * channels * rows * columns * 32;
}

}  // namespace

int64_t ConvShape::extent(Dim dim) const {
  switch (dim) {
    case Dim::B:
    case Dim::G:
      break;
    case Dim::K:
      return k;
    case Dim::C:
      return c;
    case Dim::OY:
      return oy;
    case Dim::OX:
      return ox;
    case Dim::FY:
      return fy;
    case Dim::FX:
      return fx;
  }
  return 1;
}

ConvShape conv_shape(const Layer& layer, const std::string& model) {
  for (size_t axis = 0; axis < 2; ++axis) {
    if (layer.kernel_shape[axis] > 1 && layer.dilations[axis] > 1) {
      throw InputError(
          fmt::format("model {}: knows no dilation: expected layer {} to have dilations 1, found {}", model,
                      layer.name, layer.dilations[axis]));
    }
  }
  ConvShape shape;
  shape.copies = layer.batch * layer.group;
  shape.k = layer.extent(Dim::K);
  shape.c = layer.extent(Dim::C);
  shape.oy = layer.out_height();
  shape.ox = layer.out_width();
  shape.fy = layer.kernel_shape[0];
  shape.fx = layer.kernel_shape[1];
  shape.sy = layer.subsampled(0) ? 1 : layer.strides[0];
  shape.sx = layer.subsampled(1) ? 1 : layer.strides[1];
  shape.iy = layer.subsampled(0) ? shape.oy : layer.in_height;
  shape.ix = layer.subsampled(1) ? shape.ox : layer.in_width;
  if (largest_count(shape) >= 0x1p62L) {
    throw InputError(
        fmt::format("model {}: expected layer {} to be smaller: counts could pass 2^62", model, layer.name));
  }
  return shape;
}

Traffic to_traffic(const Layer& layer, const ConvShape& shape, const ElementCounts& counts) {
  Traffic traffic;
  traffic.input_read = shape.copies * counts.input * bytes(layer.input_type);
  traffic.weight_read = shape.copies * counts.weight * bytes(layer.weight_type);
  traffic.output_write = shape.copies * counts.output_write * bytes(layer.output_type);
  traffic.psum_read = shape.copies * counts.psum_read * bytes(layer.accumulator_type);
  traffic.psum_write = shape.copies * counts.psum_write * bytes(layer.accumulator_type);
  traffic.params_read = layer.params_bytes();
  return traffic;
}

PerTensor<int64_t> buffered_bytes(const Layer& layer) {
  return {bytes(layer.input_type), bytes(layer.weight_type), bytes(layer.accumulator_type)};
}

void refuse_schedule(const std::string& model, const std::string& reason) {
  throw InputError(fmt::format("model {}: cannot express the schedule: {}", model, reason));
}

}  // namespace hwcvp
