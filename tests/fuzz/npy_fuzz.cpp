// Tensors as .npy files.
#include <utility>

#include "platform/tensor/npy.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::pair<DataType, Shape> kExpected[] = {{DataType::int8, {1, 2, 3, 3}},
                                                         {DataType::int16, {2, 3}},
                                                         {DataType::int32, {4}},
                                                         {DataType::int8, {0}}};
  const fuzz::InputFile file(fuzz::text_of(data, size));
  for (const auto& [type, shape] : kExpected) {
    fuzz::taken(file.path(), [&, type = type, &shape = shape] {
      const HostTensor tensor = read_npy(file.path(), type, shape);
      fuzz::require(tensor.type() == type && tensor.shape() == shape, "a tensor as asked for");
    });
  }
  return 0;
}
