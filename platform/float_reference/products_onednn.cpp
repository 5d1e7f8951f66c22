#include <dnnl.hpp>
#include <stdexcept>

#include "platform/float_reference/products.h"
#include "platform/reference/onednn_convolution.h"

namespace hwcvp::onnx_import {

namespace {

using dnnl::memory;

memory wrap(const memory::desc& description, const dnnl::engine& engine, const Array& array) {
  // oneDNN takes operands that it only reads as void*.
  return {description, engine, const_cast<char*>(array.bytes.data())};
}

memory::desc dense(const memory::dims& dims) {
  memory::dims strides(dims.size(), 1);
  for (size_t i = dims.size(); i-- > 1;) strides[i - 1] = strides[i] * dims[i];
  return {dims, memory::data_type::f32, strides};
}

memory::desc any(const memory::dims& dims) { return {dims, memory::data_type::f32, memory::format_tag::any}; }

// In the primitive's format.
memory reordered(memory from, const memory::desc& to, const dnnl::engine& engine, dnnl::stream& stream) {
  if (from.get_desc() == to) return from;
  memory result(to, engine);
  dnnl::reorder(from, result).execute(stream, from, result);
  return result;
}

}  // namespace

void float_convolution(const Array& x, const Array& weights, const Array* bias, const Window& window,
                       int64_t group, Array& y) {
  use_one_onednn_thread();
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  dnnl::stream stream(engine);
  memory::dims weight_dims = {group, weights.dims[0] / group};
  weight_dims.insert(weight_dims.end(), weights.dims.begin() + 1, weights.dims.end());
  const size_t axes = window.kernel.size();
  const memory::dims before(window.pads.begin(), window.pads.begin() + static_cast<std::ptrdiff_t>(axes));
  const memory::dims after(window.pads.begin() + static_cast<std::ptrdiff_t>(axes), window.pads.end());
  memory::dims dilations = window.dilations;
  for (auto& dilation : dilations) --dilation;  // oneDNN counts the elements between
  const memory::dims bias_dims = {weights.dims[0]};
  const dnnl::convolution_forward::desc description =
      bias != nullptr
          ? dnnl::convolution_forward::desc(
                dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, any(x.dims),
                any(weight_dims), any(bias_dims), any(y.dims), window.strides, dilations, before, after)
          : dnnl::convolution_forward::desc(
                dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, any(x.dims),
                any(weight_dims), any(y.dims), window.strides, dilations, before, after);
  const dnnl::convolution_forward::primitive_desc primitive(description, engine);
  memory in = reordered(wrap(dense(x.dims), engine, x), primitive.src_desc(), engine, stream);
  memory w = reordered(wrap(dense(weight_dims), engine, weights), primitive.weights_desc(), engine, stream);
  memory out(primitive.dst_desc(), engine);
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, in}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DST, out}};
  if (bias != nullptr) arguments[DNNL_ARG_BIAS] = wrap(dense(bias_dims), engine, *bias);
  dnnl::convolution_forward(primitive).execute(stream, arguments);
  memory result(dense(y.dims), engine, y.bytes.data());
  dnnl::reorder(out, result).execute(stream, out, result);
  stream.wait();
}

void add_float_product(const float* a, const float* b, bool b_transposed, int64_t rows, int64_t inner,
                       int64_t columns, float* y) {
  use_one_onednn_thread();
  if (dnnl::sgemm('N', b_transposed ? 'T' : 'N', rows, columns, inner, 1.0F, a, inner, b,
                  b_transposed ? inner : columns, 1.0F, y, columns) != dnnl::status::success) {
    throw std::runtime_error("oneDNN did not carry out a matrix product");
  }
}

}  // namespace hwcvp::onnx_import
