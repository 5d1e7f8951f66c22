#include "schedules/latency/mac_array.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "schedules/math/division.h"

namespace hwcvp {

namespace latency {

namespace {

constexpr int64_t kWidestElement = 2;  // bytes, of input and weight
constexpr int64_t kWidestAccumulator = 4;

int64_t port_width(int64_t property, int64_t full_rate) { return property != 0 ? property : full_rate; }

// Input lines that outputs and taps need: no more than lie between the first and the last.
int64_t lines_needed(const InputAxis& axis, int64_t outputs, int64_t taps) {
  return std::min(axis.span(outputs, taps), outputs * taps);
}

// Multiply-accumulates for each line of input that a window needs, at most. The quotient is monotone in each
// of both numbers, so that one of the corners has the most.
double most_macs_per_line(const InputAxis& axis, int64_t outputs) {
  double most = 1;
  for (const int64_t some : {int64_t{1}, outputs}) {
    for (const int64_t taps : {int64_t{1}, axis.taps}) {
      most = std::max(most, static_cast<double>(some * taps) / static_cast<double>(axis.span(some, taps)));
    }
  }
  return most;
}

int64_t product(const PerDim<int64_t>& counts) {
  int64_t product = 1;
  for (const int64_t count : counts) product *= count;
  return product;
}

}  // namespace

int64_t ArrayUse::cycles() const { return std::max({array, input, weight, accumulator}); }

MacArray::MacArray(const Layer& layer, const MachineTiming& timing)
    : extents_(layer.extents()),
      y_(layer, 0),
      x_(layer, 1),
      rows_(timing.mac_rows),
      columns_(timing.mac_columns),
      input_bytes_(bytes(layer.input_type)),
      weight_bytes_(bytes(layer.weight_type)),
      accumulator_bytes_(bytes(layer.accumulator_type)),
      input_port_(port_width(timing.input_port_bytes, columns_ * kWidestElement)),
      weight_port_(port_width(timing.weight_port_bytes, rows_ * columns_ * kWidestElement)),
      accumulator_port_(port_width(timing.accumulator_port_bytes, rows_ * kWidestAccumulator)) {
  for (const ArrayMode mode : kArrayModes) {
    if (timing.array_modes[index(mode)]) modes_.push_back(mode);
  }
}

// What a tile takes in units: steps of the array, and elements that the ports pass.
struct MacArray::Needs {
  int64_t steps = 0;
  int64_t inputs = 0, weights = 0, accumulators = 0;
};

// Of a window that slides down the lines, as wide as the array has rows of outputs; of one channel.
int64_t MacArray::window_inputs(const PerDim<int64_t>& counts) const {
  const int64_t ox = counts[hwcvp::index(Dim::OX)];
  const int64_t fx = counts[hwcvp::index(Dim::FX)];
  int64_t columns = ox / rows_ * lines_needed(x_, std::min(ox, rows_), fx);
  if (ox % rows_ != 0) columns += lines_needed(x_, ox % rows_, fx);
  return lines_needed(y_, counts[hwcvp::index(Dim::OY)], counts[hwcvp::index(Dim::FY)]) * columns;
}

MacArray::Needs MacArray::needs(ArrayMode mode, const PerDim<int64_t>& counts) const {
  const auto [b, g, k, c, oy, ox, fy, fx] = counts;
  const int64_t all = product(counts);
  const int64_t k_groups = ceil_div(k, rows_);
  const int64_t c_groups = ceil_div(c, columns_);
  switch (mode) {
    case ArrayMode::kxc:
      return {all / k / c * k_groups * c_groups, all / k * k_groups, all / (oy * ox), all / c * c_groups};
    case ArrayMode::pxc: {
      const int64_t p_groups = ceil_div(oy * ox, rows_);
      const int64_t at_a_position = all / (oy * ox);
      return {at_a_position / c * c_groups * p_groups, all / k, at_a_position * p_groups, all / c * c_groups};
    }
    case ArrayMode::kxp: {
      const int64_t p_groups = ceil_div(oy * ox, columns_);
      const int64_t at_a_position = all / (oy * ox);
      return {at_a_position / k * k_groups * p_groups, all / k * k_groups, at_a_position * p_groups,
              b * g * k * oy * ox};
    }
    case ArrayMode::pxt: {
      const int64_t passes = k * c * ceil_div(fy * fx, columns_);
      return {passes * ceil_div(b * g * oy * ox, rows_), passes * b * g * window_inputs(counts),
              all / (oy * ox), passes * b * g * oy * ox};
    }
  }
  return {};
}

ArrayUse MacArray::use_in(ArrayMode mode, const PerDim<int64_t>& counts) const {
  const Needs needed = needs(mode, counts);
  return {mode, needed.steps, ceil_div(needed.inputs * input_bytes_, input_port_),
          ceil_div(needed.weights * weight_bytes_, weight_port_),
          ceil_div(needed.accumulators * accumulator_bytes_, accumulator_port_)};
}

ArrayUse MacArray::use(const PerDim<int64_t>& counts) const {
  ArrayUse least = use_in(modes_.front(), counts);
  for (size_t i = 1; i < modes_.size(); ++i) {
    const ArrayUse other = use_in(modes_[i], counts);
    if (other.cycles() < least.cycles()) least = other;
  }
  return least;
}

double MacArray::highest_rate(ArrayMode mode) const {
  const auto extent = [this](Dim dim) { return extents_[hwcvp::index(dim)]; };
  const auto real = [](int64_t value) { return static_cast<double>(value); };
  const auto most = [&](Dim dim, int64_t width) { return real(std::min(extent(dim), width)); };
  const int64_t positions = extent(Dim::OY) * extent(Dim::OX);
  const double positions_in_rows = real(std::min(positions, rows_));
  const double positions_in_columns = real(std::min(positions, columns_));
  const double taps = real(extent(Dim::FY) * extent(Dim::FX));
  double array = 0;
  double per_input = 0, per_weight = 0, per_accumulator = 0;  // multiply-accumulates
  switch (mode) {
    case ArrayMode::kxc:
      array = most(Dim::K, rows_) * most(Dim::C, columns_);
      per_input = most(Dim::K, rows_);
      per_weight = real(positions);
      per_accumulator = most(Dim::C, columns_);
      break;
    case ArrayMode::pxc:
      array = positions_in_rows * most(Dim::C, columns_);
      per_input = real(extent(Dim::K));
      per_weight = positions_in_rows;
      per_accumulator = most(Dim::C, columns_);
      break;
    case ArrayMode::kxp:
      array = most(Dim::K, rows_) * positions_in_columns;
      per_input = most(Dim::K, rows_);
      per_weight = positions_in_columns;
      per_accumulator = real(extent(Dim::C)) * taps;
      break;
    case ArrayMode::pxt:
      array = std::min(positions_in_rows * real(extent(Dim::B) * extent(Dim::G)), real(rows_)) *
              std::min(taps, real(columns_));
      per_input = most_macs_per_line(y_, y_.outputs) * most_macs_per_line(x_, std::min(x_.outputs, rows_));
      per_weight = real(positions);
      per_accumulator = std::min(taps, real(columns_));
      break;
  }
  return std::min({array, per_input * real(input_port_) / real(input_bytes_),
                   per_weight * real(weight_port_) / real(weight_bytes_),
                   per_accumulator * real(accumulator_port_) / real(accumulator_bytes_)});
}

// Cutting a dimension adds groups and never saves any.
int64_t MacArray::least_steps(ArrayMode mode) const {
  PerDim<int64_t> counts = extents_;
  const auto merge = [&counts](Dim dim) {  // with the positions
    counts[hwcvp::index(Dim::OX)] *= std::exchange(counts[hwcvp::index(dim)], 1);
  };
  merge(Dim::OY);
  const auto group = [&counts](Dim dim, int64_t width) {
    counts[hwcvp::index(dim)] = ceil_div(counts[hwcvp::index(dim)], width);
  };
  switch (mode) {
    case ArrayMode::kxc:
      group(Dim::K, rows_);
      group(Dim::C, columns_);
      break;
    case ArrayMode::pxc:
      group(Dim::OX, rows_);
      group(Dim::C, columns_);
      break;
    case ArrayMode::kxp:
      group(Dim::K, rows_);
      group(Dim::OX, columns_);
      break;
    case ArrayMode::pxt:
      merge(Dim::B);
      merge(Dim::G);
      group(Dim::OX, rows_);
      counts[hwcvp::index(Dim::FX)] *= std::exchange(counts[hwcvp::index(Dim::FY)], 1);
      group(Dim::FX, columns_);
      break;
  }
  return product(counts);
}

PerDim<int64_t> MacArray::multiples(ArrayMode mode) const {
  PerDim<int64_t> multiples;
  multiples.fill(1);
  const auto fill = [&](Dim dim, int64_t width) {
    multiples[hwcvp::index(dim)] = std::min(width, extents_[hwcvp::index(dim)]);
  };
  const auto fill_positions = [&](int64_t width) {
    fill(Dim::OX, width);
    fill(Dim::OY, std::max<int64_t>(1, width / extents_[hwcvp::index(Dim::OX)]));
  };
  switch (mode) {
    case ArrayMode::kxc:
      fill(Dim::K, rows_);
      fill(Dim::C, columns_);
      break;
    case ArrayMode::pxc:
      fill_positions(rows_);
      fill(Dim::C, columns_);
      break;
    case ArrayMode::kxp:
      fill(Dim::K, rows_);
      fill_positions(columns_);
      break;
    case ArrayMode::pxt:
      fill_positions(rows_);
      fill(Dim::FX, columns_);
      fill(Dim::FY, std::max<int64_t>(1, columns_ / extents_[hwcvp::index(Dim::FX)]));
      break;
  }
  return multiples;
}

int64_t vector_cycles(const PerDim<int64_t>& counts, const VectorTiming& vector) {
  const auto [b, g, k, c, oy, ox, fy, fx] = counts;
  return c * fy * fx * ceil_div(b * g * k * oy * ox, vector.lanes);
}

}  // namespace latency

int64_t least_array_cycles(const Layer& layer, const MachineTiming& timing) {
  const auto start = static_cast<int64_t>(std::floor(timing.compute_start_cycles));
  if (timing.vector) return start + latency::vector_cycles(layer.extents(), *timing.vector);
  const latency::MacArray array(layer, timing);
  double rate = 0;
  for (const ArrayMode mode : array.modes()) rate = std::max(rate, array.highest_rate(mode));
  constexpr double kRounding = 1 - 1e-12;  // of the quotient, which must not exceed what a tile takes
  auto cycles = static_cast<int64_t>(std::floor(static_cast<double>(layer.macs()) / rate * kRounding));
  if (array.modes().size() == 1) cycles = std::max(cycles, array.least_steps(array.modes().front()));
  return start + cycles;
}

std::vector<PerDim<int64_t>> array_multiples(const Layer& layer, const MachineTiming& timing) {
  if (timing.vector) return {};
  const latency::MacArray array(layer, timing);
  std::vector<ArrayMode> modes = array.modes();
  const auto rate = [&array](ArrayMode mode) { return array.highest_rate(mode); };
  std::stable_sort(modes.begin(), modes.end(), [&](ArrayMode a, ArrayMode b) { return rate(a) > rate(b); });
  constexpr double kWorthIt = 0.5;  // of the highest rate
  std::vector<PerDim<int64_t>> choices;
  for (const ArrayMode mode : modes) {
    if (rate(mode) < kWorthIt * rate(modes.front())) continue;
    const PerDim<int64_t> multiples = array.multiples(mode);
    if (std::find(choices.begin(), choices.end(), multiples) == choices.end()) choices.push_back(multiples);
  }
  return choices;
}

}  // namespace hwcvp
