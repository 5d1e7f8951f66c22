#include "platform/reference/onednn_convolution.h"

#include <omp.h>

#include <cstddef>
#include <dnnl.hpp>
#include <string_view>

#include "platform/reference/onednn_problem.h"

namespace hwcvp {

namespace {

using dnnl::memory;

// Sums of this many products of an int8 by an int8 shifted to unsigned, as oneDNN forms them, do not
// overflow.
constexpr int64_t kMaxProducts = 65536;

// Sums from here on may have been rounded to float; rounding is monotonic, so smaller ones have not.
constexpr int32_t kFirstRounded = 1 << 24;

// True for implementations that sum products of int8 in 32 bits.
bool sums_in_32_bits(std::string_view implementation) {
  return implementation.find("vnni") != std::string_view::npos ||
         implementation.find("amx") != std::string_view::npos;
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
              const dnnl::convolution_forward::primitive_desc& description, const int8_t* weights)
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
    return all_below(sums, sums_, kFirstRounded);
  }

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  dnnl::convolution_forward primitive_;
  memory user_input_, user_output_;  // ours, in nchw
  memory input_, weights_, output_;  // in the formats of the primitive
  dnnl::reorder reorder_input_, reorder_output_;
  size_t sums_;
};

}  // namespace

std::unique_ptr<OneDnnConvolution> make_onednn_convolution(const Layer& layer, const int8_t* weights) {
  const int64_t products = layer.in_channels / layer.group * layer.kernel_shape[0] * layer.kernel_shape[1];
  if (products > kMaxProducts) return nullptr;
  try {
    const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    const OneDnnProblem problem(layer, 1);
    const auto description = problem.describe(engine, memory::data_type::s32);
    if (!sums_in_32_bits(description.impl_info_str())) return nullptr;
    return std::make_unique<Convolution>(problem, engine, description, weights);
  } catch (const dnnl::error&) {
    return nullptr;  // no implementation, or sizes that it does not take
  }
}

void use_one_onednn_thread() { omp_set_num_threads(1); }

}  // namespace hwcvp
