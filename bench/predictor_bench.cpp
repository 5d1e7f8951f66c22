// Time of one exact prediction: it should not depend on extents.
#include <benchmark/benchmark.h>

#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {
namespace {

// A convolution of VGG-16, stage conv3, with every extent but the kernel's times `scale`.
Layer vgg_layer(int64_t scale) {
  Layer layer;
  layer.in_channels = 256 * scale;
  layer.out_channels = 256 * scale;
  layer.in_height = layer.in_width = 56 * scale;
  layer.kernel_shape = {3, 3};
  layer.pads = {1, 1, 1, 1};
  return layer;
}

// As above with the kernel's extents times `scale` too.
Layer vgg_layer_with_kernel(int64_t scale) {
  Layer layer = vgg_layer(scale);
  layer.kernel_shape = {3 * scale, 3 * scale};
  layer.pads = {scale, scale, scale, scale};
  return layer;
}

// Tiles stay as they are while extents grow, so that trip counts grow.
Schedule nest(std::vector<Loop> loops, int input, int weight, int output) {
  Schedule schedule;
  schedule.loops = std::move(loops);
  schedule.buffer_level = {input, weight, output};
  return schedule;
}

// One tile loop over each of four dimensions.
Schedule shallow() { return nest({{Dim::K, 48}, {Dim::OY, 9}, {Dim::OX, 28}, {Dim::C, 30}}, 4, 4, 3); }

// Two levels of tiles, none of which divides, and the filter taken apart.
Schedule deep() {
  return nest({{Dim::K, 100},
               {Dim::OY, 17},
               {Dim::OX, 31},
               {Dim::C, 50},
               {Dim::OY, 5},
               {Dim::OX, 9},
               {Dim::K, 16},
               {Dim::FY, 1},
               {Dim::FX, 2}},
              9, 9, 6);
}

template <Layer (*kLayer)(int64_t), Schedule (*kSchedule)()>
void predict(benchmark::State& state) {
  const Layer layer = kLayer(state.range(0));
  const Schedule schedule = kSchedule();
  layer.validate("benchmark layer");
  schedule.validate(layer, "benchmark schedule");
  for (auto step : state) {
    (void)step;
    benchmark::DoNotOptimize(predict_exact(layer, schedule));
  }
}

BENCHMARK(predict<vgg_layer, shallow>)->Name("shallow_nest/scale")->Arg(1)->Arg(10);
BENCHMARK(predict<vgg_layer, deep>)->Name("deep_nest/scale")->Arg(1)->Arg(10)->Arg(100);
BENCHMARK(predict<vgg_layer_with_kernel, deep>)->Name("deep_nest_large_kernel/scale")->Arg(1)->Arg(10);

}  // namespace
}  // namespace hwcvp
