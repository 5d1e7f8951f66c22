#include "platform/tensor/tensor_compare.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace hwcvp {

namespace {

// Counts in blocks: a block without mismatches, the usual case, costs one memcmp.
template <typename Element>
TensorComparison compare_elements(const HostTensor& output, const HostTensor& reference) {
  constexpr int64_t kBlock = 4096;
  const Element* const a = output.data<Element>();
  const Element* const b = reference.data<Element>();
  TensorComparison result;
  for (int64_t first = 0; first < output.elements(); first += kBlock) {
    const int64_t last = std::min(first + kBlock, output.elements());
    if (std::memcmp(a + first, b + first, static_cast<size_t>(last - first) * sizeof(Element)) == 0) continue;
    if (result.first_mismatch < 0) {
      result.first_mismatch = std::mismatch(a + first, a + last, b + first).first - a;
    }
    for (int64_t i = first; i < last; ++i) result.mismatches += a[i] != b[i];
  }
  return result;
}

}  // namespace

TensorComparison compare(const HostTensor& output, const HostTensor& reference) {
  if (output.type() != reference.type() || output.shape() != reference.shape()) {
    throw std::invalid_argument("tensors of different types or shapes cannot be compared");
  }
  switch (output.type()) {
    case DataType::int8:
      return compare_elements<int8_t>(output, reference);
    case DataType::uint8:
      return compare_elements<uint8_t>(output, reference);
    case DataType::int16:
      return compare_elements<int16_t>(output, reference);
    case DataType::float32:
      return compare_elements<float>(output, reference);
    case DataType::int32:
      break;
  }
  return compare_elements<int32_t>(output, reference);
}

}  // namespace hwcvp
