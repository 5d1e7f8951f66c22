// Uninitialised memory aligned to cache lines, kept from one use to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace hwcvp::kernels {

class AlignedBuffer {
 public:
  static constexpr size_t kAlignment = 64;

  AlignedBuffer() = default;
  AlignedBuffer(AlignedBuffer&& other) noexcept { swap(other); }
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    swap(other);
    return *this;
  }

  // Makes room for at least `bytes`; what was there is lost if the buffer has to grow.
  void reserve(size_t bytes);

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }

 private:
  void swap(AlignedBuffer& other) noexcept {
    std::swap(storage_, other.storage_);
    std::swap(data_, other.data_);
    std::swap(capacity_, other.capacity_);
  }

  std::unique_ptr<uint8_t[]> storage_;
  uint8_t* data_ = nullptr;
  size_t capacity_ = 0;
};

}  // namespace hwcvp::kernels
