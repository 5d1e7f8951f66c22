#include "tests/schedules/traffic/box_walk.h"

#include <algorithm>
#include <set>
#include <vector>

namespace hwcvp {

namespace {

struct Interval {
  int64_t begin = 0;
  int64_t end = 0;  // exclusive
};

using Box = std::array<Interval, 5>;

int64_t extent(const Interval& interval) { return std::max<int64_t>(0, interval.end - interval.begin); }

int64_t elements(const Box& box) {
  int64_t product = 1;
  for (const Interval& interval : box) product *= extent(interval);
  return product;
}

Box intersection(const Box& a, const Box& b) {
  Box result;
  for (size_t i = 0; i < a.size(); ++i) {
    result[i] = {std::max(a[i].begin, b[i].begin), std::min(a[i].end, b[i].end)};
  }
  return result;
}

class BoxWalk {
 public:
  BoxWalk(const Layer& layer, const Schedule& schedule) : layer_(layer), schedule_(schedule) {
    PerDim<Interval> whole;
    const PerDim<int64_t> extents = layer.extents();
    for (size_t i = 0; i < kDimCount; ++i) whole[i] = {0, extents[i]};
    visit(0, whole);
  }

  Traffic traffic() const {
    Traffic result;
    result.input_read = inputs_ * bytes(layer_.input_type);
    result.weight_read = weights_ * bytes(layer_.weight_type);
    result.output_write = first_outputs_ * bytes(layer_.output_type);
    result.psum_read = result.psum_write = again_ * bytes(layer_.accumulator_type);
    return result;
  }

 private:
  void visit(size_t depth, const PerDim<Interval>& at) {
    const auto here = static_cast<int>(depth);
    if (schedule_.level(Tensor::input) == here) enter_input(at);
    if (schedule_.level(Tensor::weight) == here) enter_weight(at);
    if (schedule_.level(Tensor::output) == here) enter_output(at);
    if (depth == schedule_.loops.size()) return;
    const Loop& loop = schedule_.loops[depth];
    const Interval range = at[index(loop.dim)];
    PerDim<Interval> inner = at;
    for (int64_t begin = range.begin; begin < range.end; begin += loop.tile) {
      inner[index(loop.dim)] = {begin, std::min(begin + loop.tile, range.end)};
      visit(depth + 1, inner);
    }
  }

  Interval lines(const Interval& out, const Interval& filter, size_t axis) const {
    const int64_t existing = axis == 0 ? layer_.in_height : layer_.in_width;
    const int64_t stride = layer_.strides[axis];
    const int64_t pad = layer_.pads[axis];
    if (layer_.kernel_shape[axis] == 1) {
      // Shrink to the output lines whose one input line exists.
      Interval real = out;
      while (real.begin < real.end && real.begin * stride < pad) ++real.begin;
      while (real.begin < real.end && (real.end - 1) * stride >= pad + existing) --real.end;
      return real;
    }
    const int64_t begin = out.begin * stride + filter.begin * layer_.dilations[axis] - pad;
    const int64_t end = (out.end - 1) * stride + (filter.end - 1) * layer_.dilations[axis] - pad + 1;
    return {std::max<int64_t>(begin, 0), std::min(end, existing)};
  }

  void enter_input(const PerDim<Interval>& at) {
    const Box box = {at[index(Dim::B)], at[index(Dim::G)], at[index(Dim::C)],
                     lines(at[index(Dim::OY)], at[index(Dim::FY)], 0),
                     lines(at[index(Dim::OX)], at[index(Dim::FX)], 1)};
    const int64_t common = elements(intersection(box, held_input_));
    const int64_t all = elements(box);
    const bool equal = common == all && common == elements(held_input_);
    inputs_ += schedule_.input_reuse == InputReuse::sliding ? all - common : equal ? 0 : all;
    held_input_ = box;
  }

  void enter_weight(const PerDim<Interval>& at) {
    const Box box = {at[index(Dim::G)], at[index(Dim::K)], at[index(Dim::C)], at[index(Dim::FY)],
                     at[index(Dim::FX)]};
    weights_ += elements(box) - elements(intersection(box, held_weight_));
    held_weight_ = box;
  }

  void enter_output(const PerDim<Interval>& at) {
    const Box box = {at[index(Dim::B)], at[index(Dim::G)], at[index(Dim::K)], at[index(Dim::OY)],
                     at[index(Dim::OX)]};
    if (elements(intersection(box, held_output_)) > 0) return;  // output regions are equal or disjoint
    held_output_ = box;
    std::array<int64_t, 5> corner{};
    for (size_t i = 0; i < corner.size(); ++i) corner[i] = box[i].begin;
    (seen_outputs_.insert(corner).second ? first_outputs_ : again_) += elements(box);
  }

  const Layer& layer_;
  const Schedule& schedule_;
  Box held_input_{};
  Box held_weight_{};
  Box held_output_{};
  std::set<std::array<int64_t, 5>> seen_outputs_;
  int64_t inputs_ = 0;
  int64_t weights_ = 0;
  int64_t first_outputs_ = 0;
  int64_t again_ = 0;
};

}  // namespace

Traffic box_walk(const Layer& layer, const Schedule& schedule) { return BoxWalk(layer, schedule).traffic(); }

}  // namespace hwcvp
