#include "schedules/optimizer/search/stationary_box.h"

#include <algorithm>

#include "schedules/geometry/line_span.h"
#include "schedules/math/division.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::optimizer {

StationaryBoxes::StationaryBoxes(const SearchContext& context)
    : layer_(context.layer()),
      options_(context.options()),
      space_(context.space()),
      budget_(context.budget()),
      extents_(layer_.extents()),
      rows_(layer_, 0),
      columns_(layer_, 1),
      input_size_(bytes(layer_.input_type)),
      weight_size_(bytes(layer_.weight_type)),
      sum_size_(bytes(layer_.accumulator_type)),
      inputs_(layer_.batch * layer_.in_channels * rows_.touched() * columns_.touched() * input_size_),
      weights_(layer_.weight_elements() * weight_size_),
      outputs_(layer_.output_elements() * bytes(layer_.output_type)) {
  for (const Dim dim : kDims) tiles_[index(dim)] = space_.distinct_tiles(dim);
  tiles_[index(Dim::G)] = {space_.least_tile(Dim::G)};  // groups share nothing
  for (const Tensor tensor : kTensors) limit_boxes(tensor);
}

// Halves the choice of the dimension that has the largest until there are not too many boxes.
void StationaryBoxes::limit_boxes(Tensor tensor) {
  constexpr double kMostBoxes = 1 << 20;
  for (;;) {
    double boxes = 1;
    size_t longest = 0;
    for (size_t d = 0; d < kDimCount; ++d) {
      if (!region_depends_on(tensor, kDims[d])) continue;
      boxes *= static_cast<double>(tiles_[d].size());
      if (boxes == 1 || tiles_[d].size() > tiles_[longest].size()) longest = d;
    }
    if (boxes <= kMostBoxes) return;
    tiles_[longest] = thinned(tiles_[longest], tiles_[longest].size() / 2);
  }
}

std::vector<StationaryBox> StationaryBoxes::below(int64_t limit) const {
  std::vector<StationaryBox> found;
  for (const Tensor tensor : kTensors) {
    StationaryBox box;
    box.tensor = tensor;
    box.tile = space_.tiles_left();
    enumerate(tensor, 0, box, limit, found);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const StationaryBox& a, const StationaryBox& b) { return a.estimate < b.estimate; });
  return found;
}

void StationaryBoxes::enumerate(Tensor tensor, size_t dim, StationaryBox& box, int64_t limit,
                                std::vector<StationaryBox>& found) const {
  if (dim == kDimCount) {
    if (budget_.spent()) return;
    box.buffer = buffer_bytes(tensor, box.tile);
    PerTensor<int64_t> buffers = {0, 0, 0};
    buffers[index(tensor)] = box.buffer;
    if (space_.excess(buffers) > 0) return;
    if (!others_fit(box)) return;
    box.estimate = estimate(box);
    if (box.estimate < limit) found.push_back(box);
    return;
  }
  if (!region_depends_on(tensor, kDims[dim])) {
    enumerate(tensor, dim + 1, box, limit, found);
    return;
  }
  for (const int64_t tile : tiles_[dim]) {
    box.tile[dim] = tile;
    enumerate(tensor, dim + 1, box, limit, found);
  }
  box.tile[dim] = space_.tiles_left()[dim];
}

int64_t StationaryBoxes::buffer_bytes(Tensor tensor, const PerDim<int64_t>& tile) const {
  const auto t = [&](Dim dim) { return tile[index(dim)]; };
  const int64_t copies = options_.double_buffer[index(tensor)] ? 2 : 1;
  switch (tensor) {
    case Tensor::input:
      return copies * input_size_ * t(Dim::B) * t(Dim::C) * rows_.region(t(Dim::OY), t(Dim::FY)) *
             columns_.region(t(Dim::OX), t(Dim::FX));
    case Tensor::weight:
      return copies * weight_size_ * t(Dim::K) * t(Dim::C) * t(Dim::FY) * t(Dim::FX);
    case Tensor::output:
      return copies * sum_size_ * t(Dim::B) * t(Dim::K) * t(Dim::OY) * t(Dim::OX);
  }
  return 0;
}

// While the region stays, the other two tensors stream by along the dimensions that it does not have. For
// each step of these they share a plane of work, one along each of its sides: one of them must hold its whole
// side, or one comes more than once for each region, which a smaller box bounds as well.
bool StationaryBoxes::others_fit(const StationaryBox& box) const {
  const auto t = [&](Dim dim) { return box.tile[index(dim)]; };
  const auto size = [&](Tensor tensor, int64_t element) {
    return element * (options_.double_buffer[index(tensor)] ? 2 : 1);
  };
  const int64_t input = inputs_ == 0 ? 0 : size(Tensor::input, input_size_);
  const int64_t weight = size(Tensor::weight, weight_size_);
  const int64_t sum = size(Tensor::output, sum_size_);
  const int64_t rest = options_.buffer_bytes - box.buffer;
  switch (box.tensor) {
    case Tensor::input: {
      const int64_t terms = t(Dim::C) * t(Dim::FY) * t(Dim::FX);
      const int64_t positions = t(Dim::B) * t(Dim::OY) * t(Dim::OX);
      return rest >= std::min(weight * terms + sum, sum * positions + weight);
    }
    case Tensor::weight:
      return rest >= std::min(input * t(Dim::C) + sum, sum * t(Dim::K) + input);
    case Tensor::output: {
      int64_t lines = t(Dim::B) * rows_.region(t(Dim::OY), extent(Dim::FY)) *
                      columns_.region(t(Dim::OX), extent(Dim::FX));
      // A part of more than a quarter may still share lines with the first part when the next turn begins.
      if (extent(Dim::FY) > 1 || extent(Dim::FX) > 1) lines /= 4;
      return rest >= std::min(weight * t(Dim::K) + input, input * lines + weight);
    }
  }
  return false;
}

// A region that slides along one axis starts anew for each step along the other, and lines that pieces of
// that one share come again: all but what the last and the first region of the slide have in common.
int64_t StationaryBoxes::repeated_inputs(const PerDim<int64_t>& tile) const {
  const int64_t row_pieces = pieces(tile, Dim::OY);
  const int64_t column_pieces = pieces(tile, Dim::OX);
  const bool whole_filter =
      tile[index(Dim::FY)] == extent(Dim::FY) && tile[index(Dim::FX)] == extent(Dim::FX);
  if (row_pieces == 1 || column_pieces == 1 || !whole_filter) return 0;
  const auto alone = [&](const AxisLines& lines, size_t axis, int64_t outputs) {
    const int64_t span =
        line_span(outputs, layer_.strides[axis], layer_.kernel_shape[axis], layer_.dilations[axis]);
    return std::min(lines.touched(), 2 * (lines.touched() - std::min(lines.touched(), span)));
  };
  const int64_t rows =
      (rows_.output_pieces(row_pieces) - rows_.touched()) * alone(columns_, 1, tile[index(Dim::OX)]);
  const int64_t columns =
      (columns_.output_pieces(column_pieces) - columns_.touched()) * alone(rows_, 0, tile[index(Dim::OY)]);
  return input_size_ * extent(Dim::B) * extent(Dim::G) * extent(Dim::C) * std::min(rows, columns);
}

// Input lines of both axes, multiplied, that come by for each region of weights. Lines come once where they
// slide with all their channels in the buffer, along one axis; else pieces of the outputs that have their
// partial sums in the buffer at one time share none.
int64_t StationaryBoxes::streamed_lines(const StationaryBox& box) const {
  const auto t = [&](Dim dim) { return box.tile[index(dim)]; };
  if (t(Dim::FY) < extent(Dim::FY) || t(Dim::FX) < extent(Dim::FX)) {
    return rows_.filter_pieces(pieces(box.tile, Dim::FY)) * columns_.filter_pieces(pieces(box.tile, Dim::FX));
  }
  const int64_t rest = options_.buffer_bytes - box.buffer;
  const int64_t column_rest = rest / (input_size_ * t(Dim::C));  // input columns with their channels that fit
  const int64_t position_rest = rest / (sum_size_ * t(Dim::K));  // positions with their partial sums that fit
  int64_t least = rows_.output_pieces(extent(Dim::OY)) * columns_.output_pieces(extent(Dim::OX));
  for (const int64_t rows : tiles_[index(Dim::OY)]) {
    const int64_t row_lines = rows_.output_pieces(ceil_div(extent(Dim::OY), rows));
    if (rows_.region(rows, 1) <= column_rest) least = std::min(least, row_lines * columns_.touched());
    if (rows > position_rest) continue;
    const int64_t columns = std::min(extent(Dim::OX), position_rest / rows);
    least = std::min(least, row_lines * columns_.output_pieces(ceil_div(extent(Dim::OX), columns)));
  }
  for (const int64_t columns : tiles_[index(Dim::OX)]) {
    if (columns_.region(columns, 1) > column_rest) continue;
    least = std::min(least, rows_.touched() * columns_.output_pieces(ceil_div(extent(Dim::OX), columns)));
  }
  return least;
}

int64_t StationaryBoxes::pieces(const PerDim<int64_t>& tile, Dim dim) const {
  return ceil_div(extent(dim), tile[index(dim)]);
}

int64_t StationaryBoxes::estimate(const StationaryBox& box) const {
  const PerDim<int64_t>& tile = box.tile;
  const Prices& prices = options_.constraints.prices;
  const int64_t outputs = outputs_ * prices.output_write;
  const auto sums = [&](int64_t visits) {
    return outputs +
           (visits - 1) * sum_size_ * layer_.output_elements() * (prices.psum_read + prices.psum_write);
  };
  const int64_t weights = weights_ * prices.weight_read;
  const int64_t positions = pieces(tile, Dim::B) * pieces(tile, Dim::OY) * pieces(tile, Dim::OX);
  const int64_t terms = pieces(tile, Dim::C) * pieces(tile, Dim::FY) * pieces(tile, Dim::FX);
  const int64_t channels = prices.input_read * input_size_ * extent(Dim::B) * extent(Dim::G) *
                           extent(Dim::C) * pieces(tile, Dim::K);
  switch (box.tensor) {
    case Tensor::input:
      return (inputs_ + repeated_inputs(tile)) * prices.input_read + weights * positions + sums(terms);
    case Tensor::weight:
      return channels * streamed_lines(box) + weights + sums(terms);
    case Tensor::output: {
      // Inputs that stay with all their channels slide from region to region; others start anew in each.
      const bool slide = input_size_ * extent(Dim::C) <= options_.buffer_bytes - box.buffer;
      const int64_t rows = slide ? rows_.touched() : rows_.output_pieces(pieces(tile, Dim::OY));
      const int64_t columns = slide ? columns_.touched() : columns_.output_pieces(pieces(tile, Dim::OX));
      return channels * rows * columns + weights * positions + outputs;
    }
  }
  return 0;
}

}  // namespace hwcvp::optimizer
