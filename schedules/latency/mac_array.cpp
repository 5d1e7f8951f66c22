#include "schedules/latency/mac_array.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "schedules/geometry/input_axis.h"
#include "schedules/math/division.h"

namespace hwcvp {

namespace {

constexpr int64_t kWidestElement = 2;  // bytes, of input and weight
constexpr int64_t kWidestAccumulator = 4;

int64_t port_width(int64_t property, int64_t full_rate) { return property != 0 ? property : full_rate; }

int64_t input_port(const MachineTiming& t) {
  return port_width(t.input_port_bytes, t.mac_columns * kWidestElement);
}
int64_t weight_port(const MachineTiming& t) {
  return port_width(t.weight_port_bytes, t.mac_rows * t.mac_columns * kWidestElement);
}
int64_t accumulator_port(const MachineTiming& t) {
  return port_width(t.accumulator_port_bytes, t.mac_rows * kWidestAccumulator);
}

// Groups of at most `width` positions: whole lines, as many as fit, or pieces of a line.
int64_t position_groups(int64_t lines, int64_t columns, int64_t width) {
  return columns < width ? ceil_div(lines, width / columns) : lines * ceil_div(columns, width);
}

// Input lines that outputs and taps need: no more than lie between the first and the last.
int64_t lines_needed(const InputAxis& axis, int64_t outputs, int64_t taps) {
  return std::min(axis.span(outputs, taps), outputs * taps);
}

// What a tile takes in units: steps of the array, and elements that the ports pass.
struct Needs {
  int64_t steps = 0;
  int64_t inputs = 0, weights = 0, accumulators = 0;
};

// A window of the input that slides down the lines, `width` outputs wide.
int64_t window_inputs(const Layer& layer, int64_t oy, int64_t ox, int64_t fy, int64_t fx, int64_t width) {
  const InputAxis y(layer, 0);
  const InputAxis x(layer, 1);
  int64_t columns = ox / width * lines_needed(x, std::min(ox, width), fx);
  if (ox % width != 0) columns += lines_needed(x, ox % width, fx);
  return lines_needed(y, oy, fy) * columns;
}

Needs needs_in(ArrayMode mode, const Layer& layer, const MachineTiming& timing,
               const PerDim<int64_t>& counts) {
  const auto [b, g, k, c, oy, ox, fy, fx] = counts;
  const int64_t rows = timing.mac_rows;
  const int64_t columns = timing.mac_columns;
  const int64_t convolutions = b * g;
  const int64_t positions = oy * ox;
  const int64_t taps = fy * fx;
  switch (mode) {
    case ArrayMode::kxc: {
      const int64_t ks = ceil_div(k, rows);
      const int64_t cs = ceil_div(c, columns);
      return {convolutions * ks * cs * positions * taps, convolutions * ks * c * positions * taps,
              convolutions * k * c * taps, convolutions * k * cs * positions * taps};
    }
    case ArrayMode::pxc: {
      const int64_t ps = position_groups(oy, ox, rows);
      const int64_t cs = ceil_div(c, columns);
      return {convolutions * k * cs * ps * taps, convolutions * c * positions * taps,
              convolutions * k * c * ps * taps, convolutions * k * cs * positions * taps};
    }
    case ArrayMode::kxp: {
      const int64_t ks = ceil_div(k, rows);
      const int64_t ps = position_groups(oy, ox, columns);
      return {convolutions * ks * ps * c * taps, convolutions * ks * c * positions * taps,
              convolutions * k * c * ps * taps, convolutions * k * positions};
    }
    case ArrayMode::pxg: {
      const int64_t ps = position_groups(oy, ox, rows);
      const int64_t gs = ceil_div(g, columns);
      return {b * gs * k * c * ps * taps, convolutions * k * c * window_inputs(layer, oy, ox, fy, fx, rows),
              convolutions * k * c * ps * taps, convolutions * k * c * positions};
    }
  }
  return {};
}

ArrayUse use_in(ArrayMode mode, const Layer& layer, const MachineTiming& timing,
                const PerDim<int64_t>& counts) {
  const Needs needs = needs_in(mode, layer, timing, counts);
  ArrayUse use;
  use.mode = mode;
  use.array = needs.steps;
  use.input = ceil_div(needs.inputs * bytes(layer.input_type), input_port(timing));
  use.weight = ceil_div(needs.weights * bytes(layer.weight_type), weight_port(timing));
  use.accumulator = ceil_div(needs.accumulators * bytes(layer.accumulator_type), accumulator_port(timing));
  return use;
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

// Multiply-accumulates per cycle that no tile of the layer exceeds in a mode: the least of what the array
// does in a step, and what each port brings operands for.
double highest_rate(ArrayMode mode, const Layer& layer, const MachineTiming& timing) {
  const auto real = [](int64_t value) { return static_cast<double>(value); };
  const auto most = [&](Dim dim, int64_t width) { return real(std::min(layer.extent(dim), width)); };
  const int64_t rows = timing.mac_rows;
  const int64_t columns = timing.mac_columns;
  const int64_t positions = layer.extent(Dim::OY) * layer.extent(Dim::OX);
  const double taps = real(layer.extent(Dim::FY) * layer.extent(Dim::FX));
  const double all_c = real(layer.extent(Dim::C));
  double array = 0;
  double per_input = 0, per_weight = 0, per_accumulator = 0;  // multiply-accumulates
  switch (mode) {
    case ArrayMode::kxc:
      array = most(Dim::K, rows) * most(Dim::C, columns);
      per_input = most(Dim::K, rows);
      per_weight = real(positions);
      per_accumulator = most(Dim::C, columns);
      break;
    case ArrayMode::pxc:
      array = real(std::min(positions, rows)) * most(Dim::C, columns);
      per_input = real(layer.extent(Dim::K));
      per_weight = real(std::min(positions, rows));
      per_accumulator = most(Dim::C, columns);
      break;
    case ArrayMode::kxp:
      array = most(Dim::K, rows) * real(std::min(positions, columns));
      per_input = most(Dim::K, rows);
      per_weight = real(std::min(positions, columns));
      per_accumulator = all_c * taps;
      break;
    case ArrayMode::pxg: {
      const InputAxis y(layer, 0);
      const InputAxis x(layer, 1);
      array = real(std::min(positions, rows)) * most(Dim::G, columns);
      per_input = most_macs_per_line(y, y.outputs) * most_macs_per_line(x, std::min(x.outputs, rows));
      per_weight = real(std::min(positions, rows));
      per_accumulator = taps;
      break;
    }
  }
  const double inputs = real(input_port(timing)) / real(bytes(layer.input_type));
  const double weights = real(weight_port(timing)) / real(bytes(layer.weight_type));
  const double accumulators = real(accumulator_port(timing)) / real(bytes(layer.accumulator_type));
  return std::min({array, per_input * inputs, per_weight * weights, per_accumulator * accumulators});
}

std::vector<ArrayMode> modes_of(const MachineTiming& timing) {
  std::vector<ArrayMode> modes;
  for (const ArrayMode mode : kArrayModes) {
    if (timing.array_modes[index(mode)]) modes.push_back(mode);
  }
  return modes;
}

// Of the whole layer in one tile, or cut: cutting adds groups and never saves any. Lines of less than the
// width of the array may share it once they are cut, so positions count as if they were one line.
int64_t steps_of_one_mode(ArrayMode mode, const Layer& layer, const MachineTiming& timing) {
  PerDim<int64_t> counts = layer.extents();
  counts[index(Dim::OX)] *= counts[index(Dim::OY)];
  counts[index(Dim::OY)] = 1;
  const auto groups = [&counts](Dim dim, int64_t width) {
    counts[index(dim)] = ceil_div(counts[index(dim)], width);
  };
  switch (mode) {
    case ArrayMode::kxc:
      groups(Dim::K, timing.mac_rows);
      groups(Dim::C, timing.mac_columns);
      break;
    case ArrayMode::pxc:
      groups(Dim::OX, timing.mac_rows);
      groups(Dim::C, timing.mac_columns);
      break;
    case ArrayMode::kxp:
      groups(Dim::K, timing.mac_rows);
      groups(Dim::OX, timing.mac_columns);
      break;
    case ArrayMode::pxg:
      groups(Dim::OX, timing.mac_rows);
      groups(Dim::G, timing.mac_columns);
      break;
  }
  int64_t steps = 1;
  for (const int64_t count : counts) steps *= count;
  return steps;
}

int64_t least_vector_cycles(const Layer& layer, const VectorTiming& vector) {
  int64_t reduced = 1;
  int64_t outputs = 1;
  for (const Dim dim : kDims) {
    (dim == Dim::C || dim == Dim::FY || dim == Dim::FX ? reduced : outputs) *= layer.extent(dim);
  }
  return reduced * ceil_div(outputs, vector.lanes);
}

PerDim<int64_t> multiples_in(ArrayMode mode, const Layer& layer, const MachineTiming& timing) {
  PerDim<int64_t> multiples;
  multiples.fill(1);
  const auto fill = [&](Dim dim, int64_t width) {
    multiples[index(dim)] = std::min(width, layer.extent(dim));
  };
  const auto fill_positions = [&](int64_t width) {
    fill(Dim::OX, width);
    fill(Dim::OY, std::max<int64_t>(1, width / layer.extent(Dim::OX)));
  };
  switch (mode) {
    case ArrayMode::kxc:
      fill(Dim::K, timing.mac_rows);
      fill(Dim::C, timing.mac_columns);
      break;
    case ArrayMode::pxc:
      fill_positions(timing.mac_rows);
      fill(Dim::C, timing.mac_columns);
      break;
    case ArrayMode::kxp:
      fill(Dim::K, timing.mac_rows);
      fill_positions(timing.mac_columns);
      break;
    case ArrayMode::pxg:
      fill_positions(timing.mac_rows);
      fill(Dim::G, timing.mac_columns);
      break;
  }
  return multiples;
}

}  // namespace

int64_t ArrayUse::cycles() const { return std::max({array, input, weight, accumulator}); }

ArrayUse array_use(const Layer& layer, const MachineTiming& timing, const PerDim<int64_t>& counts) {
  std::optional<ArrayUse> least;
  for (const ArrayMode mode : modes_of(timing)) {
    const ArrayUse use = use_in(mode, layer, timing, counts);
    if (!least || use.cycles() < least->cycles()) least = use;
  }
  return *least;
}

int64_t least_array_cycles(const Layer& layer, const MachineTiming& timing) {
  const auto start = static_cast<int64_t>(std::floor(timing.compute_start_cycles));
  if (timing.vector) return start + least_vector_cycles(layer, *timing.vector);
  const std::vector<ArrayMode> modes = modes_of(timing);
  double rate = 0;
  for (const ArrayMode mode : modes) rate = std::max(rate, highest_rate(mode, layer, timing));
  // Rounding of the quotient must not lift it above what a tile takes.
  constexpr double kRounding = 1 - 1e-12;
  auto cycles = static_cast<int64_t>(std::floor(static_cast<double>(layer.macs()) / rate * kRounding));
  if (modes.size() == 1) cycles = std::max(cycles, steps_of_one_mode(modes.front(), layer, timing));
  return start + cycles;
}

std::vector<PerDim<int64_t>> array_multiples(const Layer& layer, const MachineTiming& timing) {
  if (timing.vector) return {};
  std::vector<ArrayMode> modes = modes_of(timing);
  const auto rate = [&](ArrayMode mode) { return highest_rate(mode, layer, timing); };
  std::stable_sort(modes.begin(), modes.end(), [&](ArrayMode a, ArrayMode b) { return rate(a) > rate(b); });
  constexpr double kWorthIt = 0.5;  // of the highest rate
  std::vector<PerDim<int64_t>> choices;
  for (const ArrayMode mode : modes) {
    if (rate(mode) < kWorthIt * rate(modes.front())) continue;
    const PerDim<int64_t> multiples = multiples_in(mode, layer, timing);
    if (std::find(choices.begin(), choices.end(), multiples) == choices.end()) choices.push_back(multiples);
  }
  return choices;
}

}  // namespace hwcvp
