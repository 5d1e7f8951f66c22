#include "platform/onnx/network/passes.h"

namespace hwcvp::onnx_import {

const std::vector<Pass>& passes() {
  static const std::vector<Pass> all = {
      {"identities removed", remove_identities},
      {"normalization folded into convolutions", fold_into_convolutions},
      {"dequantization moved behind what changes places", move_dequantize},
      {"quantization merged into operators", merge_quantization},
      {"functions as tables", make_tables},
      {"limits merged into operators", merge_limits},
      {"padding merged into windows", merge_pads},
  };
  return all;
}

}  // namespace hwcvp::onnx_import
