#include "platform/reference/output_check.h"

#include "platform/reference/convolution.h"
#include "platform/tensor/tensor_compare.h"

namespace hwcvp {

OutputCheck check_output(const Layer& layer, const LayerTensors& tensors, bool relu,
                         const HostTensor& output) {
  ReferenceOptions options;
  options.relu = relu;
  const HostTensor expected =
      reference_convolution(layer, tensors.input, tensors.weights, tensors.params, options).output;
  const TensorComparison comparison = compare(output, expected);
  return {comparison.mismatches, comparison.first_mismatch, output.crc32()};
}

}  // namespace hwcvp
