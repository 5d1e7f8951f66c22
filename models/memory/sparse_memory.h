// Zero-initialised host memory of which only the touched pages exist.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hwcvp::memory {

// Does not grow, and cannot be copied or moved.
//
// Reserves address space without committing memory, so that sizes far above the machine's RAM work as long as
// few pages are touched.
class SparseMemory {
 public:
  // `bytes` > 0. Throws std::bad_alloc where the address space cannot be reserved.
  explicit SparseMemory(uint64_t bytes);
  ~SparseMemory();
  SparseMemory(const SparseMemory&) = delete;
  SparseMemory& operator=(const SparseMemory&) = delete;

  unsigned char* data() { return data_; }
  const unsigned char* data() const { return data_; }
  uint64_t size() const { return bytes_; }

 private:
  unsigned char* data_;
  uint64_t bytes_;
};

}  // namespace hwcvp::memory
