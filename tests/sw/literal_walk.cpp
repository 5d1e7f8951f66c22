#include "tests/sw/literal_walk.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace hwcvp {

namespace {

struct Interval {
  int64_t first = 0, end = 0;
  int64_t size() const { return std::max<int64_t>(0, end - first); }
};
bool operator==(const Interval& a, const Interval& b) { return a.first == b.first && a.end == b.end; }
bool operator<(const Interval& a, const Interval& b) {
  return std::make_pair(a.first, a.end) < std::make_pair(b.first, b.end);
}

using Position = PerDim<Interval>;
using Region = std::vector<Interval>;

int64_t elements(const Region& region) {
  int64_t product = 1;
  for (const Interval& axis : region) product *= axis.size();
  return product;
}

int64_t shared_elements(const Region& a, const Region& b) {
  Region both;
  for (size_t i = 0; i < a.size(); ++i) {
    both.push_back({std::max(a[i].first, b[i].first), std::min(a[i].end, b[i].end)});
  }
  return elements(both);
}

// Positions of the loops before `level`, in order.
std::vector<Position> positions(const Layer& layer, const Schedule& schedule, int level) {
  Position whole;
  for (const Dim dim : kDims) whole[index(dim)] = {0, layer.extent(dim)};
  std::vector<Position> result = {whole};
  for (int i = 0; i < level; ++i) {
    const Loop& loop = schedule.loops[static_cast<size_t>(i)];
    std::vector<Position> cut;
    for (const Position& position : result) {
      const Interval range = position[index(loop.dim)];
      for (int64_t first = range.first; first < range.end; first += loop.tile) {
        cut.push_back(position);
        cut.back()[index(loop.dim)] = {first, std::min(first + loop.tile, range.end)};
      }
    }
    result = std::move(cut);
  }
  return result;
}

Interval input_lines(const Layer& layer, const Position& at, size_t axis) {
  const Interval out = at[index(axis == 0 ? Dim::OY : Dim::OX)];
  const Interval filter = at[index(axis == 0 ? Dim::FY : Dim::FX)];
  const int64_t in = axis == 0 ? layer.in_height : layer.in_width;
  const auto line = [&](int64_t o, int64_t f) {
    return o * layer.strides[axis] + f * layer.dilations[axis] - layer.pads[axis];
  };
  Interval result;
  if (layer.subsampled(static_cast<int>(axis))) {
    result = out;
    while (result.size() > 0 && line(result.first, 0) < 0) ++result.first;
    while (result.size() > 0 && line(result.end - 1, 0) >= in) --result.end;
  } else {
    result = {std::max<int64_t>(0, line(out.first, filter.first)),
              std::min(in, line(out.end - 1, filter.end - 1) + 1)};
  }
  return result.size() > 0 ? result : Interval{};
}

Region region_of(const Layer& layer, Tensor tensor, const Position& at) {
  const auto range = [&](Dim dim) { return at[index(dim)]; };
  switch (tensor) {
    case Tensor::input:
      return {range(Dim::B), range(Dim::G), range(Dim::C), input_lines(layer, at, 0),
              input_lines(layer, at, 1)};
    case Tensor::weight:
      return {range(Dim::G), range(Dim::K), range(Dim::C), range(Dim::FY), range(Dim::FX)};
    case Tensor::output:
      break;
  }
  return {range(Dim::B), range(Dim::G), range(Dim::K), range(Dim::OY), range(Dim::OX)};
}

int64_t capacity(const std::vector<Region>& regions) {
  Region largest = regions.front();
  for (const Region& region : regions) {
    for (size_t i = 0; i < region.size(); ++i) {
      if (region[i].size() > largest[i].size()) largest[i] = region[i];
    }
  }
  return elements(largest);
}

int64_t elements_read(const std::vector<Region>& regions, bool sliding) {
  int64_t read = elements(regions.front());
  for (size_t i = 1; i < regions.size(); ++i) {
    if (regions[i] == regions[i - 1]) continue;
    read += elements(regions[i]) - (sliding ? shared_elements(regions[i], regions[i - 1]) : 0);
  }
  return read;
}

void walk_outputs(const Layer& layer, const std::vector<Region>& regions, Traffic& traffic) {
  std::map<Region, size_t> last_need;
  for (size_t i = 0; i < regions.size(); ++i) last_need[regions[i]] = i;
  std::map<Region, bool> held;
  for (size_t i = 0; i < regions.size(); ++i) {
    const int64_t size = elements(regions[i]);
    if (i == 0 || regions[i] != regions[i - 1]) {
      if (held[regions[i]]) traffic.psum_read += size * bytes(layer.accumulator_type);
      held[regions[i]] = true;
    }
    if (i + 1 < regions.size() && regions[i] == regions[i + 1]) continue;
    if (last_need[regions[i]] == i) {
      traffic.output_write += size * bytes(layer.output_type);
    } else {
      traffic.psum_write += size * bytes(layer.accumulator_type);
    }
  }
}

}  // namespace

LiteralWalk walk_literally(const Layer& layer, const Schedule& schedule) {
  LiteralWalk result;
  PerTensor<std::vector<Region>> regions;
  for (const Tensor tensor : kTensors) {
    for (const Position& at : positions(layer, schedule, schedule.level(tensor))) {
      regions[index(tensor)].push_back(region_of(layer, tensor, at));
    }
    const DataType type = tensor == Tensor::input    ? layer.input_type
                          : tensor == Tensor::weight ? layer.weight_type
                                                     : layer.accumulator_type;
    result.buffer.bytes[index(tensor)] =
        capacity(regions[index(tensor)]) * bytes(type) * (schedule.double_buffer[index(tensor)] ? 2 : 1);
  }
  result.traffic.input_read =
      elements_read(regions[index(Tensor::input)], schedule.input_reuse == InputReuse::sliding) *
      bytes(layer.input_type);
  result.traffic.weight_read =
      elements_read(regions[index(Tensor::weight)], false) * bytes(layer.weight_type);
  walk_outputs(layer, regions[index(Tensor::output)], result.traffic);
  result.traffic.params_read = layer.params_bytes();
  return result;
}

}  // namespace hwcvp
