// Multiply-accumulates per second of the convolution kernels, one thread, for every instruction set of the
// machine, on whole layers (one group of them) and on tiles as schedules have them. Where oneDNN is there,
// its int8 convolution with int32 results on the same layer is measured in the same run, as a yardstick.
//
//   convolve   operands are packed already, sums are added to dense accumulators
//   tile       the input is packed too
//   operands   input and weights are packed too
#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <vector>

#include "models/kernels/convolution_kernel.h"

#ifdef HWCVP_HAVE_ONEDNN
#include <omp.h>

#include <dnnl.hpp>
#endif

namespace hwcvp {
namespace {

struct Workload {
  const char* name;
  kernels::TileShape shape;
};

// {out channels, in channels, out height, out width, kernel height, kernel width, stride y, stride x,
// dilations}
const Workload kWorkloads[] = {
    {"alexnet-conv1", {96, 3, 55, 55, 11, 11, 4, 4, 1, 1}},
    {"alexnet-conv2", {128, 48, 27, 27, 5, 5, 1, 1, 1, 1}},
    {"alexnet-conv3", {384, 256, 13, 13, 3, 3, 1, 1, 1, 1}},
    {"alexnet-conv4", {192, 192, 13, 13, 3, 3, 1, 1, 1, 1}},
    {"alexnet-conv5", {128, 192, 13, 13, 3, 3, 1, 1, 1, 1}},
    {"vgg-conv2_1", {128, 64, 112, 112, 3, 3, 1, 1, 1, 1}},
    {"vgg-conv4_2", {512, 512, 28, 28, 3, 3, 1, 1, 1, 1}},
    {"tile-k64-c64-14x28-3x3", {64, 64, 14, 28, 3, 3, 1, 1, 1, 1}},
    {"tile-k128-c32-13x13-3x3", {128, 32, 13, 13, 3, 3, 1, 1, 1, 1}},
    {"tile-k32-c16-13x13-3x3", {32, 16, 13, 13, 3, 3, 1, 1, 1, 1}},
    {"tile-k64-c16-7x7-3x3", {64, 16, 7, 7, 3, 3, 1, 1, 1, 1}},
    {"tile-k16-c48-9x27-5x5", {16, 48, 9, 27, 5, 5, 1, 1, 1, 1}},
    {"tile-k32-c32-1x56-3x3", {32, 32, 1, 56, 3, 3, 1, 1, 1, 1}},
    {"tile-k96-c3-5x55-11x11s4", {96, 3, 5, 55, 11, 11, 4, 4, 1, 1}},
    {"tile-k64-c64-14x14-1x1", {64, 64, 14, 14, 1, 1, 1, 1, 1, 1}},
    {"tile-k9-c48-27x15-1x5", {9, 48, 27, 15, 1, 5, 1, 1, 1, 1}},
    {"fully-connected-k64-c4096", {64, 4096, 1, 1, 1, 1, 1, 1, 1, 1}},
    {"fully-connected-k128-c64", {128, 64, 1, 1, 1, 1, 1, 1, 1, 1}},
    {"depthwise-56x56-3x3", {1, 1, 56, 56, 3, 3, 1, 1, 1, 1}},
    {"depthwise-28x28-3x3s2", {1, 1, 28, 28, 3, 3, 2, 2, 1, 1}},
    {"depthwise-14x14-3x3", {1, 1, 14, 14, 3, 3, 1, 1, 1, 1}},
};

double macs(const kernels::TileShape& s) {
  return static_cast<double>(s.out_channels) * s.in_channels * s.out_height * s.out_width * s.kernel_height *
         s.kernel_width;
}

void count(benchmark::State& state, const kernels::TileShape& shape) {
  state.counters["GMAC/s"] = benchmark::Counter(macs(shape) * 1e-9 * static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate);
}

enum class Part { convolve, tile, operands };

void run_kernel(benchmark::State& state, const char* set, const kernels::TileShape& shape,
                kernels::OperandWidth width, Part part) {
  kernels::select_kernel_instruction_set(set);
  const int bytes = width == kernels::OperandWidth::bytes ? 1 : 2;
  std::vector<uint8_t> input(static_cast<size_t>(shape.in_channels) * static_cast<size_t>(shape.in_height()) *
                             static_cast<size_t>(shape.in_width() * bytes));
  std::vector<uint8_t> weights(static_cast<size_t>(shape.out_channels) *
                               static_cast<size_t>(shape.in_channels) *
                               static_cast<size_t>(shape.kernel_height * shape.kernel_width * bytes));
  for (size_t i = 0; i < input.size(); ++i) input[i] = static_cast<uint8_t>(i * 37);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<uint8_t>(i * 91);
  std::vector<int32_t> sums(static_cast<size_t>(shape.out_channels) * static_cast<size_t>(shape.out_height) *
                            static_cast<size_t>(shape.out_width));
  kernels::AccumulatorView accumulators;
  accumulators.data = sums.data();
  accumulators.k = {0, shape.out_channels, int64_t{shape.out_height} * shape.out_width};
  accumulators.oy = {0, shape.out_height, shape.out_width};
  accumulators.ox = {0, shape.out_width, 1};
  kernels::PackedInput packed_input;
  kernels::PackedWeights packed_weights;
  pack_input(shape, width, input.data(), bytes, packed_input);
  pack_weights(shape, width, weights.data(), bytes, packed_weights);
  while (state.KeepRunning()) {
    if (part != Part::convolve) pack_input(shape, width, input.data(), bytes, packed_input);
    if (part == Part::operands) pack_weights(shape, width, weights.data(), bytes, packed_weights);
    convolve(shape, width, packed_input, packed_weights, accumulators);
    benchmark::ClobberMemory();
  }
  count(state, shape);
}

#ifdef HWCVP_HAVE_ONEDNN
// Padding is zero and part of the input, as in a tile; layouts are oneDNN's choice and reordering is not
// measured.
void run_onednn(benchmark::State& state, const kernels::TileShape& shape) {
  using dnnl::memory;
  omp_set_num_threads(1);
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  const auto any = memory::format_tag::any;
  const memory::desc source({1, shape.in_channels, shape.in_height(), shape.in_width()},
                            memory::data_type::s8, any);
  const memory::desc weights({shape.out_channels, shape.in_channels, shape.kernel_height, shape.kernel_width},
                             memory::data_type::s8, any);
  const memory::desc target({1, shape.out_channels, shape.out_height, shape.out_width},
                            memory::data_type::s32, any);
  const dnnl::convolution_forward::desc description(dnnl::prop_kind::forward_inference,
                                                    dnnl::algorithm::convolution_direct, source, weights,
                                                    target, {shape.stride_y, shape.stride_x}, {0, 0}, {0, 0});
  const dnnl::convolution_forward::primitive_desc primitive(description, engine);
  memory source_memory(primitive.src_desc(), engine);
  memory weight_memory(primitive.weights_desc(), engine);
  memory target_memory(primitive.dst_desc(), engine);
  const dnnl::convolution_forward convolution(primitive);
  const std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, source_memory}, {DNNL_ARG_WEIGHTS, weight_memory}, {DNNL_ARG_DST, target_memory}};
  while (state.KeepRunning()) {
    convolution.execute(stream, arguments);
    stream.wait();
  }
  count(state, shape);
}
#endif

void register_all() {
  for (const Workload& workload : kWorkloads) {
    const kernels::TileShape shape = workload.shape;
    for (const char* set : kernels::kernel_instruction_sets()) {
      for (const kernels::OperandWidth width : {kernels::OperandWidth::bytes, kernels::OperandWidth::words}) {
        for (const Part part : {Part::convolve, Part::tile, Part::operands}) {
          const std::string name = std::string(workload.name) + "/" + set +
                                   (width == kernels::OperandWidth::bytes ? "/int8" : "/int16") +
                                   (part == Part::convolve ? "/convolve"
                                    : part == Part::tile   ? "/tile"
                                                           : "/operands");
          benchmark::RegisterBenchmark(
              name.c_str(), [=](benchmark::State& state) { run_kernel(state, set, shape, width, part); });
        }
      }
    }
#ifdef HWCVP_HAVE_ONEDNN
    benchmark::RegisterBenchmark((std::string(workload.name) + "/onednn/int8/convolve").c_str(),
                                 [=](benchmark::State& state) { run_onednn(state, shape); });
#endif
  }
}

}  // namespace
}  // namespace hwcvp

int main(int argc, char** argv) {
  hwcvp::register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
