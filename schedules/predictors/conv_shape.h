// One image and one group of a layer, in the terms in which the earlier models count.
#pragma once

#include <cstdint>
#include <string>

#include "schedules/geometry/line_span.h"
#include "schedules/predictors/predictor.h"

namespace hwcvp {

// Does not know where the image ends: padding counts as if it were fetched, since none of the models knows of
// borders. An axis with a filter of one line is counted on the grid of the outputs, with stride 1.
struct ConvShape {
  int64_t copies = 1;  // images times groups, each of which is a layer of its own to these models
  int64_t k = 1;       // output and input channels
  int64_t c = 1;
  int64_t oy = 1;  // output rows and columns
  int64_t ox = 1;
  int64_t fy = 1;  // filter rows and columns
  int64_t fx = 1;
  int64_t sy = 1;  // stride
  int64_t sx = 1;
  int64_t iy = 1;  // input rows and columns that exist
  int64_t ix = 1;

  int64_t extent(Dim dim) const;  // 1 for B and G
  int64_t outputs() const { return k * oy * ox; }
  int64_t weights() const { return k * c * fy * fx; }
  // Input rows or columns under a number of output rows or columns, with the whole filter or so many of its
  // taps.
  int64_t input_rows(int64_t rows) const { return input_rows(rows, fy); }
  int64_t input_columns(int64_t columns) const { return input_columns(columns, fx); }
  int64_t input_rows(int64_t rows, int64_t taps) const { return line_span(rows, sy, taps, 1); }
  int64_t input_columns(int64_t columns, int64_t taps) const { return line_span(columns, sx, taps, 1); }
};

// Throws InputError for dilated filters, which none of the models knows, and for layers so large that a count
// could overflow.
ConvShape conv_shape(const Layer& layer, const std::string& model);

// What moves for one image and group, in elements.
struct ElementCounts {
  int64_t input = 0;
  int64_t weight = 0;
  int64_t output_write = 0;
  int64_t psum_read = 0;
  int64_t psum_write = 0;
};

// In bytes of the layer's types, with the per-channel constants: no model counts them, and they are the same
// for all.
Traffic to_traffic(const Layer& layer, const ConvShape& shape, const ElementCounts& counts);

// Size of an element in each tensor's buffer, in bytes: outputs are accumulators there.
PerTensor<int64_t> buffered_bytes(const Layer& layer);

// Throws InputError: the model cannot express the schedule because of `reason`.
[[noreturn]] void refuse_schedule(const std::string& model, const std::string& reason);

}  // namespace hwcvp
