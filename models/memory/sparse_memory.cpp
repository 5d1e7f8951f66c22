#include "models/memory/sparse_memory.h"

#include <sys/mman.h>

#include <new>

namespace hwcvp::memory {

SparseMemory::SparseMemory(uint64_t bytes) : bytes_(bytes) {
  void* const mapped = bytes == 0 ? MAP_FAILED
                                  : mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<unsigned char*>(mapped);
}

SparseMemory::~SparseMemory() { munmap(data_, bytes_); }

}  // namespace hwcvp::memory
