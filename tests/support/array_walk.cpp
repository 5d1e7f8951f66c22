#include "tests/support/array_walk.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace hwcvp {

namespace {

// Calls visit(size) for each group of at most `width` of `count` things.
template <typename Visit>
void for_groups(int64_t count, int64_t width, Visit visit) {
  for (int64_t first = 0; first < count; first += width) visit(std::min(width, count - first));
}
template <typename Visit>
void repeat(int64_t times, Visit visit) {
  for (int64_t i = 0; i < times; ++i) visit();
}

// Lines that a window holds over all that it is led along.
int64_t window_lines(int64_t outputs, int64_t stride, int64_t taps, int64_t dilation) {
  const int64_t first = 0;
  const int64_t last = (outputs - 1) * stride + (taps - 1) * dilation;
  return std::min(last - first + 1, outputs * taps);
}

int64_t quotient_up(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  if (quotient * b < a) ++quotient;
  return quotient;
}

}  // namespace

std::string WalkedArray::mode_names() const {
  constexpr std::array kNames = {"kxc", "pxc", "kxp", "pxt"};
  std::string names;
  for (size_t mode = 0; mode < kNames.size(); ++mode) {
    if (modes[mode]) names += (names.empty() ? "" : "+") + std::string(kNames[mode]);
  }
  return names;
}

WalkedArray random_array(std::mt19937_64& random) {
  const auto draw = [&random](int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
  };
  WalkedArray array;
  array.rows = draw(1, 9);
  array.columns = draw(1, 9);
  const int64_t set = draw(1, 15);
  for (size_t mode = 0; mode < array.modes.size(); ++mode) array.modes[mode] = (set >> mode & 1) != 0;
  for (int64_t* const port : {&array.input_port, &array.weight_port, &array.accumulator_port}) {
    *port = draw(0, 1) == 0 ? 0 : draw(1, 40);
  }
  return array;
}

ArraySteps walk_array(size_t mode, const WalkedArray& array, const Layer& layer,
                      const PerDim<int64_t>& counts) {
  const auto [b, g, k, c, oy, ox, fy, fx] = counts;
  const int64_t positions = oy * ox;
  const int64_t taps = fy * fx;
  const int64_t lines = window_lines(oy, layer.strides[0], fy, layer.dilations[0]);
  // Structured bindings are not to be captured.
  const int64_t k_all = k, c_all = c, ox_all = ox, fx_all = fx, planes = b * g;
  ArraySteps walked;
  const auto add = [&walked](int64_t steps, int64_t inputs, int64_t weights, int64_t accumulators) {
    walked.steps += steps;
    walked.inputs += inputs;
    walked.weights += weights;
    walked.accumulators += accumulators;
  };
  switch (mode) {
    case 0:
      repeat(planes * taps, [&] {
        for_groups(k_all, array.rows, [&](int64_t ks) {
          for_groups(c_all, array.columns, [&](int64_t cs) {
            add(0, 0, ks * cs, 0);
            repeat(positions, [&] { add(1, cs, 0, ks); });
          });
        });
      });
      break;
    case 1:
      repeat(planes * taps, [&] {
        for_groups(positions, array.rows, [&](int64_t ps) {
          for_groups(c_all, array.columns, [&](int64_t cs) {
            add(0, ps * cs, 0, 0);
            repeat(k_all, [&] { add(1, 0, cs, ps); });
          });
        });
      });
      break;
    case 2:
      repeat(planes, [&] {
        for_groups(k_all, array.rows, [&](int64_t ks) {
          for_groups(positions, array.columns, [&](int64_t ps) {
            add(0, 0, 0, ks * ps);
            repeat(c_all * taps, [&] { add(1, ps, ks, 0); });
          });
        });
      });
      break;
    default:
      repeat(k_all * c_all, [&] {
        for_groups(taps, array.columns, [&](int64_t ts) {
          repeat(planes, [&] {
            add(0, 0, ts, 0);
            for_groups(ox_all, array.rows, [&](int64_t strip) {
              add(0, lines * window_lines(strip, layer.strides[1], fx_all, layer.dilations[1]), 0, 0);
            });
          });
          for_groups(planes * positions, array.rows, [&](int64_t ps) { add(1, 0, 0, ps); });
        });
      });
      break;
  }
  return walked;
}

int64_t walked_cycles(const WalkedArray& array, const Layer& layer, const PerDim<int64_t>& counts) {
  const auto width = [](int64_t port, int64_t otherwise) { return port == 0 ? otherwise : port; };
  int64_t fewest = std::numeric_limits<int64_t>::max();
  for (size_t mode = 0; mode < array.modes.size(); ++mode) {
    if (!array.modes[mode]) continue;
    const ArraySteps walked = walk_array(mode, array, layer, counts);
    const int64_t cycles = std::max(
        {walked.steps,
         quotient_up(walked.inputs * bytes(layer.input_type), width(array.input_port, 2 * array.columns)),
         quotient_up(walked.weights * bytes(layer.weight_type),
                     width(array.weight_port, 2 * array.rows * array.columns)),
         quotient_up(walked.accumulators * bytes(layer.accumulator_type),
                     width(array.accumulator_port, 4 * array.rows))});
    fewest = std::min(fewest, cycles);
  }
  return fewest;
}

}  // namespace hwcvp
