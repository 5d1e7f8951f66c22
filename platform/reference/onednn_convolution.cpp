#include "platform/reference/onednn_convolution.h"

#include <omp.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <dnnl.hpp>
#include <string_view>

#include "platform/reference/onednn_problem.h"

namespace hwcvp {

namespace {

using dnnl::memory;

// Some implementations multiply by inputs that are shifted to unsigned, and take this many times the sum of
// the weights back afterwards, in integers or in floats.
constexpr int64_t kShift = 128;

// Sums of this many products with shifted inputs do not overflow.
constexpr int64_t kMaxProducts = 65536;

// Sums from here on may be rounded in a float.
constexpr int64_t kFirstRounded = 1 << 24;

// True for implementations that sum products of int8 in 32 bits.
bool sums_in_32_bits(std::string_view implementation) {
  return implementation.find("vnni") != std::string_view::npos ||
         implementation.find("amx") != std::string_view::npos;
}

int64_t strided_sum(const int8_t* values, int64_t count, int64_t stride) {
  int32_t sum = 0;
  if (stride == 1) {
    for (int64_t i = 0; i < count; ++i) sum += values[i];
  } else {
    for (int64_t i = 0; i < count; ++i) sum += values[i * stride];
  }
  return sum;
}

// The largest magnitude that taking the shift back can have at any output: at the edges, some taps may be
// left out.
int64_t largest_shift(const Layer& layer, const int8_t* weights) {
  const int64_t channels = layer.in_channels / layer.group;
  const int64_t taps = layer.kernel_shape[0] * layer.kernel_shape[1];
  int64_t largest = 0;
  for (int64_t m = 0; m < layer.out_channels; ++m) {
    int64_t magnitude = 0;
    for (int64_t tap = 0; tap < taps; ++tap) {
      magnitude += std::abs(strided_sum(weights + m * channels * taps + tap, channels, taps));
    }
    largest = std::max(largest, magnitude);
  }
  return kShift * largest;
}

bool all_below(const int32_t* values, size_t count, int32_t magnitude) {
  uint32_t beyond = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t shifted = static_cast<uint32_t>(values[i]) + static_cast<uint32_t>(magnitude - 1);
    beyond |= static_cast<uint32_t>(shifted > 2 * static_cast<uint32_t>(magnitude - 1));
  }
  return beyond == 0;
}

class Convolution : public OneDnnConvolution {
 public:
  Convolution(const OneDnnProblem& problem, const dnnl::engine& engine,
              const dnnl::convolution_forward::primitive_desc& description, const int8_t* weights,
              int32_t first_inexact)
      : engine_(engine),
        stream_(engine),
        primitive_(description),
        user_input_({problem.input, memory::data_type::s8, memory::format_tag::nchw}, engine, nullptr),
        user_output_({problem.output, memory::data_type::s32, memory::format_tag::nchw}, engine, nullptr),
        input_(description.src_desc(), engine),
        weights_(description.weights_desc(), engine),
        output_(description.dst_desc(), engine),
        reorder_input_(user_input_, input_),
        reorder_output_(output_, user_output_),
        first_inexact_(first_inexact),
        sums_(user_output_.get_desc().get_size() / sizeof(int32_t)) {
    // oneDNN takes operands that it only reads as void*.
    memory user_weights({problem.weights, memory::data_type::s8, problem.weights_format}, engine,
                        const_cast<int8_t*>(weights));
    dnnl::reorder(user_weights, weights_).execute(stream_, user_weights, weights_);
    stream_.wait();
  }

  bool run(const int8_t* image, int32_t* sums) override {
    user_input_.set_data_handle(const_cast<int8_t*>(image));
    user_output_.set_data_handle(sums);
    reorder_input_.execute(stream_, user_input_, input_);
    primitive_.execute(stream_,
                       {{DNNL_ARG_SRC, input_}, {DNNL_ARG_WEIGHTS, weights_}, {DNNL_ARG_DST, output_}});
    reorder_output_.execute(stream_, output_, user_output_);
    stream_.wait();
    return all_below(sums, sums_, first_inexact_);
  }

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::convolution_forward primitive_;
  memory user_input_, user_output_;  // ours, in nchw
  memory input_, weights_, output_;  // in the formats of the primitive
  dnnl::reorder reorder_input_, reorder_output_;
  int32_t first_inexact_;  // the least magnitude of a sum that may not be exact
  size_t sums_;
};

// oneDNN 2.6 crashes in its AMX kernels, on a 1x4 filter with padding for example. Has an effect only before
// oneDNN makes its first kernel.
void leave_amx_alone() {
  static const dnnl::status once = dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core_vnni);
  static_cast<void>(once);
}

}  // namespace

std::unique_ptr<OneDnnConvolution> make_onednn_convolution(const Layer& layer, const int8_t* weights) {
  leave_amx_alone();
  const int64_t products = layer.in_channels / layer.group * layer.kernel_shape[0] * layer.kernel_shape[1];
  if (products > kMaxProducts) return nullptr;
  // Rounding is monotonic: a sum that was rounded before the shift was taken back is at least this large
  // after it.
  const int64_t first_inexact = kFirstRounded - largest_shift(layer, weights);
  if (first_inexact <= 0) return nullptr;
  try {
    const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    const OneDnnProblem problem(layer, 1);
    const auto description = problem.describe(engine, memory::data_type::s32);
    if (!sums_in_32_bits(description.impl_info_str())) return nullptr;
    return std::make_unique<Convolution>(problem, engine, description, weights,
                                         static_cast<int32_t>(first_inexact));
  } catch (const dnnl::error&) {
    return nullptr;  // no implementation, or sizes that it does not take
  }
}

void use_one_onednn_thread() { omp_set_num_threads(1); }

}  // namespace hwcvp
