#include "platform/reference/onednn_seconds.h"

#include <algorithm>
#include <chrono>
#include <dnnl.hpp>
#include <future>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "platform/reference/onednn_convolution.h"
#include "platform/reference/onednn_problem.h"
#include "platform/tensor/tensor.h"
#include "platform/tensor/tensor_random.h"

namespace hwcvp {

namespace {

using dnnl::memory;

memory random_memory(const memory::desc& description, const dnnl::engine& engine, uint64_t seed) {
  HostTensor contents(DataType::int8, {static_cast<int64_t>(description.get_size())});
  fill_random(contents, seed);
  memory filled(description, engine);
  std::copy_n(contents.bytes(), contents.size_bytes(), static_cast<uint8_t*>(filled.get_data_handle()));
  return filled;
}

// Weights go through a reorder, since oneDNN keeps sums of them behind them.
memory random_weights(const OneDnnProblem& problem, const memory::desc& description,
                      const dnnl::engine& engine) {
  memory plain = random_memory({problem.weights, memory::data_type::s8, problem.weights_format}, engine, 2);
  memory weights(description, engine);
  dnnl::stream stream(engine);
  dnnl::reorder(plain, weights).execute(stream, plain, weights);
  stream.wait();
  return weights;
}

double fastest_run(const Layer& layer, int repetitions) {
  use_one_onednn_thread();
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const OneDnnProblem problem(layer, layer.batch);
  dnnl::primitive_attr attributes;
  const bool requantize = layer.output_type == DataType::int8;
  if (requantize) {
    constexpr int kPerChannel = 1 << 1;
    attributes.set_output_scales(kPerChannel,
                                 std::vector<float>(static_cast<size_t>(layer.out_channels), 1e-4F));
  }
  const auto description =
      problem.describe(engine, requantize ? memory::data_type::s8 : memory::data_type::s32, attributes);
  const dnnl::convolution_forward convolution(description);
  const memory input = random_memory(description.src_desc(), engine, 1);
  const memory weights = random_weights(problem, description.weights_desc(), engine);
  const memory output(description.dst_desc(), engine);

  dnnl::stream stream(engine);
  double fastest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    convolution.execute(stream, {{DNNL_ARG_SRC, input}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, output}});
    stream.wait();
    fastest =
        std::min(fastest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return fastest;
}

}  // namespace

double onednn_seconds(const Layer& layer, int repetitions) {
  if (layer.input_type != DataType::int8 || layer.weight_type != DataType::int8 || repetitions < 1) {
    throw std::invalid_argument("oneDNN is timed on int8 input and weights, at least once");
  }
  try {
    // On a thread of its own, which leaves the caller's OpenMP settings alone.
    return std::async(std::launch::async, fastest_run, layer, repetitions).get();
  } catch (const dnnl::error& error) {
    throw std::runtime_error(std::string("oneDNN has no convolution for the layer: ") + error.message);
  }
}

}  // namespace hwcvp
