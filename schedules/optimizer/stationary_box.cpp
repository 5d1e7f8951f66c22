#include "schedules/optimizer/stationary_box.h"

#include <algorithm>

#include "schedules/optimizer/relevance.h"

namespace hwcvp::optimizer {

std::vector<int64_t> distinct_tiles(int64_t extent) {
  std::vector<int64_t> tiles = {extent};
  while (tiles.back() > 1) {
    const int64_t pieces =
        (extent + tiles.back() - 2) / (tiles.back() - 1);  // the next number that takes a smaller tile
    tiles.push_back((extent + pieces - 1) / pieces);
  }
  return tiles;
}

StationaryBoxes::StationaryBoxes(const Layer& layer, const OptimizerOptions& options)
    : layer_(layer),
      options_(options),
      extents_(layer.extents()),
      rows_(layer, 0),
      columns_(layer, 1),
      input_size_(bytes(layer.input_type)),
      weight_size_(bytes(layer.weight_type)),
      sum_size_(bytes(layer.accumulator_type)),
      inputs_(layer.batch * layer.in_channels * rows_.touched() * columns_.touched() * input_size_),
      weights_(layer.weight_elements() * weight_size_),
      outputs_(layer.output_elements() * bytes(layer.output_type)) {
  for (const Dim dim : kDims) tiles_[index(dim)] = distinct_tiles(extent(dim));
  tiles_[index(Dim::G)] = {1};  // groups share nothing
}

std::vector<StationaryBox> StationaryBoxes::below(int64_t limit) const {
  std::vector<StationaryBox> found;
  for (const Tensor tensor : kTensors) {
    StationaryBox box;
    box.tensor = tensor;
    box.tile = extents_;
    enumerate(tensor, 0, box, limit, found);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const StationaryBox& a, const StationaryBox& b) { return a.bound < b.bound; });
  return found;
}

void StationaryBoxes::enumerate(Tensor tensor, size_t dim, StationaryBox& box, int64_t limit,
                                std::vector<StationaryBox>& found) const {
  if (dim == kDimCount) {
    box.buffer = buffer_bytes(tensor, box.tile);
    if (box.buffer > options_.buffer_bytes) return;
    box.bound = bound(box);
    if (box.bound < limit) found.push_back(box);
    return;
  }
  if (!relevant(tensor, kDims[dim])) {
    enumerate(tensor, dim + 1, box, limit, found);
    return;
  }
  for (const int64_t tile : tiles_[dim]) {
    box.tile[dim] = tile;
    enumerate(tensor, dim + 1, box, limit, found);
  }
  box.tile[dim] = extents_[dim];
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

int64_t StationaryBoxes::pieces(const PerDim<int64_t>& tile, Dim dim) const {
  return (extent(dim) + tile[index(dim)] - 1) / tile[index(dim)];
}

int64_t StationaryBoxes::bound(const StationaryBox& box) const {
  const PerDim<int64_t>& tile = box.tile;
  const auto sums = [&](int64_t visits) {
    return outputs_ + 2 * (visits - 1) * sum_size_ * layer_.output_elements();
  };
  const int64_t positions = pieces(tile, Dim::B) * pieces(tile, Dim::OY) * pieces(tile, Dim::OX);
  const int64_t terms = pieces(tile, Dim::C) * pieces(tile, Dim::FY) * pieces(tile, Dim::FX);
  const int64_t channels =
      input_size_ * extent(Dim::B) * extent(Dim::G) * extent(Dim::C) * pieces(tile, Dim::K);
  switch (box.tensor) {
    case Tensor::input:
      return inputs_ + weights_ * positions + sums(terms);
    case Tensor::weight:
      return channels * rows_.filter_pieces(pieces(tile, Dim::FY)) *
                 columns_.filter_pieces(pieces(tile, Dim::FX)) +
             weights_ + sums(terms);
    case Tensor::output:
      return channels * rows_.output_pieces(pieces(tile, Dim::OY)) *
                 columns_.output_pieces(pieces(tile, Dim::OX)) +
             weights_ * positions + outputs_;
  }
  return 0;
}

}  // namespace hwcvp::optimizer
