#include "tests/sw/test_memory.h"

#include <cstring>
#include <stdexcept>

namespace hwcvp {

uint64_t TestMemory::allocate(size_t bytes) {
  const uint64_t address = kBase + data_.size();
  data_.resize((data_.size() + bytes + 15) / 16 * 16, 0x5a);
  return address;
}

size_t TestMemory::offset(uint64_t address, size_t bytes) const {
  if (address < kBase || address - kBase + bytes > data_.size()) {
    throw std::out_of_range("access outside memory at " + std::to_string(address));
  }
  return address - kBase;
}

int32_t TestMemory::read(uint64_t address, uint32_t bytes) const {
  uint32_t value = 0;
  std::memcpy(&value, &data_[offset(address, bytes)], bytes);
  const uint32_t unused = 32 - 8 * bytes;
  return static_cast<int32_t>(value << unused) >> unused;
}

void TestMemory::write(uint64_t address, uint32_t bytes, int32_t value) {
  std::memcpy(&data_[offset(address, bytes)], &value, bytes);
}

void TestMemory::copy_in(uint64_t address, const void* from, size_t bytes) {
  if (bytes != 0) std::memcpy(&data_[offset(address, bytes)], from, bytes);
}

}  // namespace hwcvp
