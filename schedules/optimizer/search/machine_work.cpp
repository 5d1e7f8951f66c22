#include "schedules/optimizer/search/machine_work.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "schedules/latency/compute_work.h"

namespace hwcvp::optimizer {

namespace {

constexpr double kCyclesPerCommand = 32;
constexpr double kCyclesPerRegion = 64;
constexpr double kCyclesPerRun = 8;

// Axes in the order in which they lie in memory, outermost first, each with the dimensions that move along
// it.
struct Axis {
  Dim dim;
  Dim other;  // the filter dimension of an input axis, else dim again
};
constexpr std::array<Axis, 5> kInputAxes = {
    {{Dim::B, Dim::B}, {Dim::G, Dim::G}, {Dim::C, Dim::C}, {Dim::OY, Dim::FY}, {Dim::OX, Dim::FX}}};
constexpr std::array<Axis, 5> kWeightAxes = {
    {{Dim::G, Dim::G}, {Dim::K, Dim::K}, {Dim::C, Dim::C}, {Dim::FY, Dim::FY}, {Dim::FX, Dim::FX}}};
constexpr std::array<Axis, 5> kOutputAxes = {
    {{Dim::B, Dim::B}, {Dim::G, Dim::G}, {Dim::K, Dim::K}, {Dim::OY, Dim::OY}, {Dim::OX, Dim::OX}}};

const std::array<Axis, 5>& axes_of(Tensor tensor) {
  return tensor == Tensor::input ? kInputAxes : tensor == Tensor::weight ? kWeightAxes : kOutputAxes;
}

bool moves(const Axis& axis, Dim dim) { return axis.dim == dim || axis.other == dim; }

double quotient_up(double a, double b) { return std::ceil(a / b); }

// Tiles, and roughly the trips of all loops, under the first loops of a nest.
struct Cut {
  PerDim<double> tile{};
  double positions = 1;

  Cut(const PerDim<int64_t>& extents, const Schedule& schedule, size_t loops) {
    std::copy(extents.begin(), extents.end(), tile.begin());
    for (size_t i = 0; i < loops; ++i) {
      double& of_dim = tile[index(schedule.loops[i].dim)];
      const auto next = static_cast<double>(schedule.loops[i].tile);
      positions *= quotient_up(of_dim, next);
      of_dim = next;
    }
  }
};

// Loads or stores of regions, each with its runs of neighbouring bytes. A sliding input loads only what the
// innermost moving axis brings.
double transfer_work(const Layer& layer, const PerDim<int64_t>& extents, const Schedule& schedule,
                     Tensor tensor) {
  const std::array<Axis, 5>& axes = axes_of(tensor);
  auto loops = static_cast<size_t>(schedule.level(tensor));
  const Axis* moving = nullptr;
  for (; loops > 0 && moving == nullptr; --loops) {
    for (const Axis& axis : axes) {
      if (moves(axis, schedule.loops[loops - 1].dim)) moving = &axis;
    }
    if (moving != nullptr) break;
  }
  const Cut cut(extents, schedule, loops);
  double runs = 1;
  bool whole =
      true;  // everything further inside is whole, so that neighbours along this axis join in one run
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    const size_t d = index(axis->dim);
    const bool cut_here = cut.tile[d] < static_cast<double>(extents[d]) ||
                          (axis->other != axis->dim &&
                           cut.tile[index(axis->other)] < static_cast<double>(extents[index(axis->other)]));
    double lines = cut.tile[d];
    if (tensor == Tensor::input && axis->other != axis->dim) {
      const size_t a = axis->dim == Dim::OY ? 0 : 1;
      const auto stride = static_cast<double>(layer.strides[a]);
      if (layer.subsampled(static_cast<int>(a))) {
        if (a == 1 && stride > 1) whole = false;
      } else {
        lines = &*axis == moving && schedule.input_reuse == InputReuse::sliding
                    ? cut.tile[d] * stride
                    : (cut.tile[d] - 1) * stride + cut.tile[index(axis->other)];
      }
    }
    if (!whole) runs *= lines;
    if (cut_here) whole = false;
  }
  return cut.positions * (kCyclesPerRegion + runs * kCyclesPerRun);
}

}  // namespace

double machine_work(const Layer& layer, const Schedule& schedule) {
  static const MachineTiming kTiming;
  const PerDim<int64_t> extents = layer.extents();
  const latency::ComputeWork compute = latency::compute_work(layer, schedule, kTiming);
  double work = compute.cycles() + compute.commands * kCyclesPerCommand;
  for (const Tensor tensor : kTensors) work += transfer_work(layer, extents, schedule, tensor);
  return work;
}

}  // namespace hwcvp::optimizer
