// What a debugger sees of the emulated core, and its breakpoints and watchpoints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "models/cpu/debugger.h"
#include "models/cpu/riscv_emulator.h"

namespace hwcvp::cpu {

// Does not offer: breakpoints outside the RAM, control and status registers.
//
// A breakpoint is an EBREAK in the RAM in place of an instruction, never seen through this interface. While
// there are watchpoints the core is stepped and each instruction's access worked out beforehand, which costs
// microseconds an instruction; the core stands still after the access.
class RiscvDebugCore : public DebugCore {
 public:
  enum class Direction { read, write };
  // Accesses the bus without taking time; returns how many bytes it accessed. A read writes to `data`, a
  // write only reads it.
  using BusAccess =
      std::function<size_t(Direction direction, uint64_t address, unsigned char* data, size_t bytes)>;

  RiscvDebugCore(RiscvEmulator& emulator, uint64_t ram_base, size_t ram_bytes, BusAccess bus)
      : emulator_(emulator), ram_base_(ram_base), ram_bytes_(ram_bytes), bus_(std::move(bus)) {}

  uint64_t read_register(unsigned index) override;
  void write_register(unsigned index, uint64_t value) override;
  size_t read_memory(uint64_t address, unsigned char* data, size_t bytes) override;
  size_t write_memory(uint64_t address, const unsigned char* data, size_t bytes) override;
  bool insert_breakpoint(uint64_t address) override;
  void remove_breakpoint(uint64_t address) override;
  bool insert_watchpoint(const Watchpoint& watchpoint) override;
  void remove_watchpoint(const Watchpoint& watchpoint) override;

  // Removes all breakpoints and watchpoints.
  void clear();

  bool breakpoint_at(uint64_t pc) const { return originals_.count(pc) != 0; }
  bool watching() const { return !watchpoints_.empty(); }
  // The watchpoint that the instruction at the pc is about to hit, with the address that it hits.
  std::optional<Watchpoint> watched_next();

  // Runs one instruction, over a breakpoint that stands at it.
  RiscvEmulator::Stop step();

 private:
  bool in_ram(uint64_t address, size_t bytes) const;
  unsigned char* place(uint64_t address) { return emulator_.ram() + (address - ram_base_); }
  size_t access_memory(Direction direction, uint64_t address, unsigned char* data, size_t bytes);
  void lift_breakpoints();
  void lay_breakpoints();

  RiscvEmulator& emulator_;
  const uint64_t ram_base_;
  const size_t ram_bytes_;
  const BusAccess bus_;
  std::map<uint64_t, uint16_t> originals_;  // by address: what lies under each breakpoint
  std::vector<Watchpoint> watchpoints_;
};

}  // namespace hwcvp::cpu
