#include "schedules/predictors/plain_nest.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedules/math/division.h"
#include "schedules/traffic/exact_predictor.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp {

namespace {

bool is_copy(Dim dim) { return dim == Dim::B || dim == Dim::G; }

void check_copies(const PerDim<int64_t>& left, const std::string& model) {
  for (const Dim dim : {Dim::B, Dim::G}) {
    if (left[index(dim)] > 1) {
      refuse_schedule(model, fmt::format("it takes {} one at a time: expected an outermost loop {} of tile 1",
                                         dim == Dim::B ? "images" : "groups", to_string(dim)));
    }
  }
}

}  // namespace

int64_t PlainNest::extent(Dim dim, size_t outside) const {
  for (size_t i = outside; i > 0; --i) {
    if (loops[i - 1].dim == dim) return loops[i - 1].tile;
  }
  return shape.extent(dim);
}

int64_t PlainNest::block(Tensor tensor, size_t outside) const {
  const auto at = [this, outside](Dim dim) { return extent(dim, outside); };
  switch (tensor) {
    case Tensor::input:
      return at(Dim::C) * shape.input_rows(at(Dim::OY), at(Dim::FY)) *
             shape.input_columns(at(Dim::OX), at(Dim::FX));
    case Tensor::weight:
      return at(Dim::K) * at(Dim::C) * at(Dim::FY) * at(Dim::FX);
    case Tensor::output:
      break;
  }
  return at(Dim::K) * at(Dim::OY) * at(Dim::OX);
}

PlainNest plain_nest(const Layer& layer, const Schedule& schedule, const std::string& model) {
  PlainNest nest;
  nest.shape = conv_shape(layer, model);
  nest.reuse = schedule.input_reuse;
  PerDim<int64_t> left = layer.extents();
  PerTensor<bool> outside = {false, false, false};
  for (size_t i = 0; i < schedule.loops.size(); ++i) {
    const Loop& loop = schedule.loops[i];
    int64_t& extent = left[index(loop.dim)];
    if (loop.tile == extent) continue;
    if (is_copy(loop.dim) && !nest.loops.empty()) {
      refuse_schedule(model, fmt::format("it takes images and groups one at a time: expected loop {} {} "
                                         "outside all others",
                                         i, to_string(loop.dim)));
    }
    for (const Tensor tensor : kTensors) {
      if (schedule.level(tensor) <= static_cast<int>(i)) continue;
      if (!is_copy(loop.dim)) ++nest.level[index(tensor)];
    }
    if (is_copy(loop.dim)) {
      for (const Tensor tensor : kTensors) {
        if (schedule.level(tensor) <= static_cast<int>(i)) outside[index(tensor)] = true;
      }
    } else {
      nest.loops.push_back({loop.dim, extent, loop.tile});
    }
    extent = loop.tile;
  }
  check_copies(left, model);
  for (const Tensor tensor : kTensors) {
    if (outside[index(tensor)]) {
      refuse_schedule(model, fmt::format("its {} buffer serves one image and group: expected a level inside "
                                         "the loops over them",
                                         to_string(tensor)));
    }
  }
  return nest;
}

Schedule to_schedule(const Layer& layer, const PlainNest& nest, InputReuse reuse, bool double_buffer) {
  Schedule schedule;
  for (const Dim dim : {Dim::B, Dim::G}) {
    if (layer.extent(dim) > 1) schedule.loops.push_back({dim, 1});
  }
  const size_t copies = schedule.loops.size();
  for (const NestLoop& loop : nest.loops) schedule.loops.push_back({loop.dim, loop.tile});
  for (const Tensor tensor : kTensors) {
    schedule.buffer_level[index(tensor)] = static_cast<int>(copies + nest.level[index(tensor)]);
    schedule.double_buffer[index(tensor)] = double_buffer;
  }
  schedule.input_reuse = reuse;
  return schedule;
}

bool sharing_makes_no_difference(const Layer& layer, const Schedule& schedule) {
  Schedule sliding = schedule;
  Schedule reloaded = schedule;
  sliding.input_reuse = InputReuse::sliding;
  reloaded.input_reuse = InputReuse::reload;
  return predict_exact(layer, sliding).traffic == predict_exact(layer, reloaded).traffic;
}

void require_reload(const Layer& layer, const Schedule& schedule, const std::string& model) {
  if (schedule.input_reuse == InputReuse::sliding && !sharing_makes_no_difference(layer, schedule)) {
    refuse_schedule(model,
                    "it loads lines that neighbouring tiles share once for each, and this schedule keeps "
                    "them: expected input_reuse reload");
  }
}

std::vector<int64_t> distinct_tiles(int64_t extent) {
  std::vector<int64_t> tiles = {extent};
  while (tiles.back() > 1) {
    const int64_t pieces = ceil_div(extent, tiles.back() - 1);  // of the next smaller tile
    tiles.push_back(ceil_div(extent, pieces));
  }
  return tiles;
}

std::vector<int64_t> dividing_tiles(int64_t extent) {
  std::vector<int64_t> tiles;
  for (int64_t tile = 1; tile <= extent / tile; ++tile) {
    if (extent % tile != 0) continue;
    tiles.push_back(tile);
    if (tile != extent / tile) tiles.push_back(extent / tile);
  }
  std::sort(tiles.rbegin(), tiles.rend());
  return tiles;
}

}  // namespace hwcvp
