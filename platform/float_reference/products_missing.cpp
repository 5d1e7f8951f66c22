#include <stdexcept>

#include "platform/float_reference/products.h"

namespace hwcvp::onnx_import {

namespace {
constexpr const char* kMissing = "built without oneDNN, which networks in floating point need";
}

void float_convolution(const Array&, const Array&, const Array*, const Window&, int64_t, Array&) {
  throw std::runtime_error(kMissing);
}

void add_float_product(const float*, const float*, bool, int64_t, int64_t, int64_t, float*) {
  throw std::runtime_error(kMissing);
}

}  // namespace hwcvp::onnx_import
