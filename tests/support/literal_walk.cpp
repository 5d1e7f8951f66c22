#include "tests/support/literal_walk.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

namespace hwcvp {

namespace {

using Coordinates = std::vector<int64_t>;  // the places of a region on one axis, ascending
using Elements = std::vector<int64_t>;     // element numbers, ascending

struct Range {
  int64_t first;
  int64_t last;
};
using Ranges = std::map<Dim, Range>;

struct Region {
  std::vector<Coordinates> axes;
  Elements elements;
};

Coordinates all_of(const Range& range) {
  Coordinates result;
  for (int64_t i = range.first; i <= range.last; ++i) result.push_back(i);
  return result;
}

// Input lines under output lines and filter lines, padding left out.
Coordinates input_lines(const Range& out, const Range& filter, int64_t kernel, int64_t stride,
                        int64_t dilation, int64_t pad, int64_t existing) {
  Coordinates result;
  if (kernel == 1) {
    for (int64_t line = out.first; line <= out.last; ++line) {
      const int64_t place = line * stride - pad;
      if (place >= 0 && place < existing) result.push_back(place);
    }
    return result;
  }
  const int64_t first = out.first * stride + filter.first * dilation - pad;
  const int64_t last = out.last * stride + filter.last * dilation - pad;
  for (int64_t place = first; place <= last; ++place) {
    if (place >= 0 && place < existing) result.push_back(place);
  }
  return result;
}

Region make_region(std::vector<Coordinates> axes) {
  constexpr int64_t kLargestExtent = 1000;
  Region region;
  region.elements = {0};
  for (const Coordinates& axis : axes) {
    Elements longer;
    for (const int64_t prefix : region.elements) {
      for (const int64_t place : axis) longer.push_back(prefix * kLargestExtent + place);
    }
    region.elements = longer;
  }
  region.axes = std::move(axes);
  return region;
}

class Walk {
 public:
  Walk(const Layer& layer, const Schedule& schedule) : layer_(layer), schedule_(schedule) {
    Ranges whole;
    whole[Dim::B] = {0, layer.batch - 1};
    whole[Dim::G] = {0, layer.group - 1};
    whole[Dim::K] = {0, layer.out_channels / layer.group - 1};
    whole[Dim::C] = {0, layer.in_channels / layer.group - 1};
    whole[Dim::OY] = {0, last_output(layer.in_height, 0)};
    whole[Dim::OX] = {0, last_output(layer.in_width, 1)};
    whole[Dim::FY] = {0, layer.kernel_shape[0] - 1};
    whole[Dim::FX] = {0, layer.kernel_shape[1] - 1};
    visit(0, whole);
  }

  WalkResult result() const {
    WalkResult result;
    count_inputs(result.traffic);
    count_weights(result.traffic);
    count_outputs(result.traffic);
    const bool requantized = layer_.output_type != DataType::int32;
    const int64_t constants = !requantized ? 4 : layer_.scales.empty() ? 9 : 8;
    result.traffic.params_read = layer_.out_channels * constants;
    for (const Tensor tensor : kTensors) result.buffer.bytes[index(tensor)] = capacity(tensor);
    return result;
  }

 private:
  int64_t last_output(int64_t in, size_t axis) const {
    const int64_t reach = layer_.dilations[axis] * (layer_.kernel_shape[axis] - 1);
    int64_t last = -1;
    while ((last + 1) * layer_.strides[axis] + reach < in + layer_.pads[axis] + layer_.pads[axis + 2]) ++last;
    return last;
  }

  void visit(size_t depth, const Ranges& ranges) {
    for (const Tensor tensor : kTensors) {
      if (schedule_.buffer_level[index(tensor)] == static_cast<int>(depth)) enter(tensor, ranges);
    }
    if (depth == schedule_.loops.size()) return;
    const Loop& loop = schedule_.loops[depth];
    const Range range = ranges.at(loop.dim);
    for (int64_t first = range.first; first <= range.last; first += loop.tile) {
      Ranges inner = ranges;
      inner[loop.dim] = {first, std::min(first + loop.tile - 1, range.last)};
      visit(depth + 1, inner);
    }
  }

  void enter(Tensor tensor, const Ranges& ranges) {
    auto& regions = regions_[tensor];
    Region region = region_of(tensor, ranges);
    if (regions.empty() || regions.back().elements != region.elements) regions.push_back(region);
    auto& most = most_[tensor];
    most.resize(region.axes.size());
    for (size_t axis = 0; axis < most.size(); ++axis)
      most[axis] = std::max(most[axis], region.axes[axis].size());
  }

  Region region_of(Tensor tensor, const Ranges& at) const {
    if (tensor == Tensor::weight) {
      return make_region({all_of(at.at(Dim::G)), all_of(at.at(Dim::K)), all_of(at.at(Dim::C)),
                          all_of(at.at(Dim::FY)), all_of(at.at(Dim::FX))});
    }
    if (tensor == Tensor::output) {
      return make_region({all_of(at.at(Dim::B)), all_of(at.at(Dim::G)), all_of(at.at(Dim::K)),
                          all_of(at.at(Dim::OY)), all_of(at.at(Dim::OX))});
    }
    return make_region({all_of(at.at(Dim::B)), all_of(at.at(Dim::G)), all_of(at.at(Dim::C)),
                        input_lines(at.at(Dim::OY), at.at(Dim::FY), layer_.kernel_shape[0], layer_.strides[0],
                                    layer_.dilations[0], layer_.pads[0], layer_.in_height),
                        input_lines(at.at(Dim::OX), at.at(Dim::FX), layer_.kernel_shape[1], layer_.strides[1],
                                    layer_.dilations[1], layer_.pads[1], layer_.in_width)});
  }

  void count_inputs(Traffic& traffic) const {
    const Elements* held = nullptr;
    for (const Region& region : regions_.at(Tensor::input)) {
      Elements missing;
      if (held != nullptr && schedule_.input_reuse == InputReuse::sliding) {
        std::set_difference(region.elements.begin(), region.elements.end(), held->begin(), held->end(),
                            std::back_inserter(missing));
      } else {
        missing = region.elements;
      }
      traffic.input_read += static_cast<int64_t>(missing.size()) * size_of(layer_.input_type);
      held = &region.elements;
    }
  }

  void count_weights(Traffic& traffic) const {
    for (const Region& region : regions_.at(Tensor::weight)) {
      traffic.weight_read += static_cast<int64_t>(region.elements.size()) * size_of(layer_.weight_type);
    }
  }

  void count_outputs(Traffic& traffic) const {
    std::map<int64_t, int64_t> visits_left;
    for (const Region& region : regions_.at(Tensor::output)) {
      for (const int64_t element : region.elements) ++visits_left[element];
    }
    std::map<int64_t, bool> was_held;
    for (const Region& region : regions_.at(Tensor::output)) {
      for (const int64_t element : region.elements) {
        if (was_held[element]) traffic.psum_read += size_of(layer_.accumulator_type);
        was_held[element] = true;
        if (--visits_left[element] > 0) {
          traffic.psum_write += size_of(layer_.accumulator_type);
        } else {
          traffic.output_write += size_of(layer_.output_type);
        }
      }
    }
  }

  int64_t capacity(Tensor tensor) const {
    int64_t elements = schedule_.double_buffer[index(tensor)] ? 2 : 1;
    for (const size_t extent : most_.at(tensor)) elements *= static_cast<int64_t>(extent);
    const DataType type = tensor == Tensor::input    ? layer_.input_type
                          : tensor == Tensor::weight ? layer_.weight_type
                                                     : layer_.accumulator_type;
    return elements * size_of(type);
  }

  static int64_t size_of(DataType type) {
    return type == DataType::int8 ? 1 : type == DataType::int16 ? 2 : 4;
  }

  const Layer& layer_;
  const Schedule& schedule_;
  std::map<Tensor, std::vector<Region>> regions_;  // changes of region, in order
  std::map<Tensor, std::vector<size_t>> most_;     // largest extents
};

}  // namespace

WalkResult literal_walk(const Layer& layer, const Schedule& schedule) {
  return Walk(layer, schedule).result();
}

}  // namespace hwcvp
