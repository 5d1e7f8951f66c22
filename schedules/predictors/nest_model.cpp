#include "schedules/predictors/nest_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr int64_t kNone = std::numeric_limits<int64_t>::max();

// A buffer level of one tensor, in bytes.
struct LevelCost {
  size_t level;
  int64_t traffic;
  int64_t own;   // buffer by the model's formula
  int64_t real;  // buffer on the machine, at most
};

// The block, clipped to the lines that exist.
int64_t machine_elements(const PlainNest& nest, Tensor tensor, size_t level) {
  if (tensor != Tensor::input) return nest.block(tensor, level);
  const ConvShape& s = nest.shape;
  const auto at = [&nest, level](Dim dim) { return nest.extent(dim, level); };
  return at(Dim::C) * std::min(s.input_rows(at(Dim::OY), at(Dim::FY)), s.iy) *
         std::min(s.input_columns(at(Dim::OX), at(Dim::FX)), s.ix);
}

// Best combinations so far of a nest and three levels.
class BestLevels {
 public:
  explicit BestLevels(int64_t buffer_bytes) : capacity_(buffer_bytes) {}

  void combine(const PlainNest& nest, const PerTensor<std::vector<LevelCost>>& costs) {
    for (const LevelCost& input : costs[index(Tensor::input)]) {
      for (const LevelCost& weight : costs[index(Tensor::weight)]) {
        if (input.traffic + weight.traffic >= best_) continue;
        if (input.own + weight.own > capacity_) continue;
        for (const LevelCost& output : costs[index(Tensor::output)]) {
          const int64_t total = input.traffic + weight.traffic + output.traffic;
          if (total >= best_ || input.own + weight.own + output.own > capacity_) continue;
          favourite_ = std::min(favourite_, total);
          if (input.real + weight.real + output.real > capacity_) continue;
          best_ = total;
          nest_ = nest;
          nest_.level = {input.level, weight.level, output.level};
        }
      }
    }
  }

  bool found() const { return best_ != kNone; }
  int64_t best() const { return best_; }
  int64_t favourite() const { return favourite_; }
  const PlainNest& nest() const { return nest_; }

 private:
  int64_t capacity_;
  int64_t best_ = kNone;
  int64_t favourite_ = kNone;
  PlainNest nest_;
};

}  // namespace

int64_t NestModel::buffer(const PlainNest& nest, Tensor tensor, size_t level) const {
  return nest.block(tensor, level);
}

size_t NestModel::outermost_level(const PlainNest& /*nest*/, Tensor /*tensor*/) const { return 0; }

ElementCounts NestModel::count(const PlainNest& nest, Tensor tensor, size_t level) const {
  const int64_t moved = visits(nest, tensor, level);
  ElementCounts counts;
  if (tensor == Tensor::input) counts.input = moved;
  if (tensor == Tensor::weight) counts.weight = moved;
  if (tensor == Tensor::output) count_outputs(nest, moved, counts);
  return counts;
}

Prediction NestModel::predict(const Layer& layer, const Schedule& schedule) const {
  const PlainNest nest = plain_nest(layer, schedule, name());
  check_layer(nest.shape);
  check(layer, schedule, nest);
  const PerTensor<int64_t> size = buffered_bytes(layer);
  Prediction result;
  for (const Tensor tensor : kTensors) {
    const size_t level = nest.level[index(tensor)];
    Traffic traffic = to_traffic(layer, nest.shape, count(nest, tensor, level));
    if (tensor != Tensor::input) traffic.params_read = 0;  // counted once
    result.traffic += traffic;
    result.buffer.bytes[index(tensor)] =
        buffer(nest, tensor, level) * size[index(tensor)] * (schedule.double_buffer[index(tensor)] ? 2 : 1);
  }
  return result;
}

ModelChoice NestModel::choose(const Layer& layer, int64_t buffer_bytes) const {
  const ConvShape shape = conv_shape(layer, name());
  check_layer(shape);
  const PerTensor<int64_t> size = buffered_bytes(layer);
  const int64_t params = layer.params_bytes();
  BestLevels best(buffer_bytes);
  PerTensor<std::vector<LevelCost>> costs;
  for_each_nest(shape, [&](const PlainNest& nest) {
    for (const Tensor tensor : kTensors) {
      auto& levels = costs[index(tensor)];
      levels.clear();
      for (size_t level = outermost_level(nest, tensor); level <= nest.loops.size(); ++level) {
        const int64_t real = machine_elements(nest, tensor, level) * size[index(tensor)];
        const int64_t own = buffer(nest, tensor, level) * size[index(tensor)];
        const int64_t traffic = to_traffic(layer, shape, count(nest, tensor, level)).total() - params;
        levels.push_back({level, traffic, own, real});
      }
    }
    best.combine(nest, costs);
  });
  if (!best.found()) {
    throw InputError(
        fmt::format("model {}: no nest of layer {} fits in {} bytes", name(), layer.name, buffer_bytes));
  }
  PlainNest nest = best.nest();
  const size_t outside = *std::max_element(nest.level.begin(), nest.level.end());
  nest.loops.resize(outside);  // loops inside all buffers move nothing
  ModelChoice choice;
  choice.schedule = to_schedule(layer, nest, reuse(nest), false);
  choice.predicted_bytes = best.best() + params;
  choice.favourite_bytes = best.favourite() + params;
  return choice;
}

void for_each_dividing_nest(const ConvShape& shape, const std::function<void(const PlainNest&)>& visit) {
  constexpr std::array<Dim, 4> kCut = {Dim::K, Dim::C, Dim::OY, Dim::OX};
  std::array<std::vector<int64_t>, 4> tiles;
  for (size_t i = 0; i < kCut.size(); ++i) tiles[i] = dividing_tiles(shape.extent(kCut[i]));
  PlainNest nest;
  nest.shape = shape;
  PerDim<int64_t> tile = {};
  std::vector<Dim> order;
  const std::function<void(size_t)> pick = [&](size_t i) {
    if (i == kCut.size()) {
      order.clear();
      for (const Dim dim : kCut) {
        if (tile[index(dim)] < shape.extent(dim)) order.push_back(dim);
      }
      do {
        nest.loops.clear();
        for (const Dim dim : order) nest.loops.push_back({dim, shape.extent(dim), tile[index(dim)]});
        visit(nest);
      } while (std::next_permutation(order.begin(), order.end()));
      return;
    }
    for (const int64_t size : tiles[i]) {
      tile[index(kCut[i])] = size;
      pick(i + 1);
    }
  };
  pick(0);
}

void require_dividing_tiles(const PlainNest& nest, const std::string& model) {
  for (const NestLoop& loop : nest.loops) {
    if (loop.extent % loop.tile != 0) {
      refuse_schedule(model, fmt::format("its trips are quotients: expected a tile of {} that divides {}, "
                                         "found {}",
                                         to_string(loop.dim), loop.extent, loop.tile));
    }
  }
}

}  // namespace hwcvp
