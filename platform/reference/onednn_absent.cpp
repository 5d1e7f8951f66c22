// Built in place of onednn_convolution.cpp and onednn_seconds.cpp where oneDNN was not found.
#include <stdexcept>

#include "platform/reference/onednn_convolution.h"
#include "platform/reference/onednn_seconds.h"

namespace hwcvp {

std::unique_ptr<OneDnnConvolution> make_onednn_convolution(const Layer& /*layer*/,
                                                           const int8_t* /*weights*/) {
  return nullptr;
}

void use_one_onednn_thread() {}

double onednn_seconds(const Layer& /*layer*/, int /*repetitions*/) {
  throw std::runtime_error("oneDNN was not found when this program was built");
}

}  // namespace hwcvp
