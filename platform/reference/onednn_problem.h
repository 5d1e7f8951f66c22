// A layer as oneDNN describes it.
#pragma once

#include <dnnl.hpp>

#include "schedules/workload/layer.h"

namespace hwcvp {

// Dimensions in oneDNN's order. A batch of `images`; weights of a grouped layer have a dimension of groups in
// front.
struct OneDnnProblem {
  OneDnnProblem(const Layer& layer, int64_t images);

  dnnl::memory::dims input, weights, output;
  dnnl::memory::format_tag weights_format;  // in which our weights lie; input and output lie in nchw

  // int8 convolution with outputs of `output_type`, in whatever formats oneDNN prefers. Throws dnnl::error
  // where it has none.
  dnnl::convolution_forward::primitive_desc describe(const dnnl::engine& engine,
                                                     dnnl::memory::data_type output_type,
                                                     const dnnl::primitive_attr& attributes = {}) const;

 private:
  dnnl::memory::dims strides_, dilations_, pads_begin_, pads_end_;
};

}  // namespace hwcvp
