#include "models/kernels/aligned_buffer.h"

namespace hwcvp::kernels {

void AlignedBuffer::reserve(size_t bytes) {
  if (bytes <= capacity_) return;
  storage_.reset(new uint8_t[bytes + kAlignment]);
  capacity_ = bytes;
  const size_t misaligned = reinterpret_cast<uintptr_t>(storage_.get()) % kAlignment;
  data_ = storage_.get() + (kAlignment - misaligned) % kAlignment;
}

}  // namespace hwcvp::kernels
