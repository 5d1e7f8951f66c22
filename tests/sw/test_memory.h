// Flat memory at an address above 4 GiB, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hwcvp {

// Accesses outside throw std::out_of_range. Values are little-endian.
class TestMemory {
 public:
  static constexpr uint64_t kBase = 0x180000000;

  // Places a block of `bytes` on a 16-byte boundary and returns its address.
  uint64_t allocate(size_t bytes);

  bool holds(uint64_t address) const { return address >= kBase && address - kBase < data_.size(); }

  // A signed element of 1, 2 or 4 bytes.
  int32_t read(uint64_t address, uint32_t bytes) const;
  void write(uint64_t address, uint32_t bytes, int32_t value);

  void copy_in(uint64_t address, const void* from, size_t bytes);

 private:
  size_t offset(uint64_t address, size_t bytes) const;

  std::vector<uint8_t> data_;
};

}  // namespace hwcvp
