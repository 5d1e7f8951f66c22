// A core for tests of the stub: registers and 64 KiB of memory, and no program.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <tuple>
#include <vector>

#include "models/cpu/debugger.h"

namespace hwcvp::gdb {

class FakeCore : public DebugCore {
 public:
  static constexpr uint64_t kBase = 0x20000000;
  static constexpr size_t kBytes = 0x10000;

  std::array<uint64_t, kRegisters> registers{};
  std::vector<unsigned char> memory = std::vector<unsigned char>(kBytes);
  std::set<uint64_t> breakpoints;
  std::set<std::tuple<WatchKind, uint64_t, uint64_t>> watchpoints;

  uint64_t read_register(unsigned index) override { return registers.at(index); }
  void write_register(unsigned index, uint64_t value) override { registers.at(index) = value; }
  size_t read_memory(uint64_t address, unsigned char* data, size_t bytes) override {
    bytes = mapped(address, bytes);
    if (bytes != 0) std::memcpy(data, &memory[address - kBase], bytes);
    return bytes;
  }
  size_t write_memory(uint64_t address, const unsigned char* data, size_t bytes) override {
    bytes = mapped(address, bytes);
    if (bytes != 0) std::memcpy(&memory[address - kBase], data, bytes);
    return bytes;
  }
  bool insert_breakpoint(uint64_t address) override {
    if (mapped(address, 2) != 2) return false;
    breakpoints.insert(address);
    return true;
  }
  void remove_breakpoint(uint64_t address) override { breakpoints.erase(address); }
  bool insert_watchpoint(const Watchpoint& w) override {
    if (w.bytes != 0) watchpoints.insert({w.kind, w.address, w.bytes});
    return w.bytes != 0;
  }
  void remove_watchpoint(const Watchpoint& w) override { watchpoints.erase({w.kind, w.address, w.bytes}); }

 private:
  static size_t mapped(uint64_t address, size_t bytes) {
    if (address < kBase || address - kBase >= kBytes) return 0;
    return std::min<size_t>(bytes, kBytes - (address - kBase));
  }
};

}  // namespace hwcvp::gdb
