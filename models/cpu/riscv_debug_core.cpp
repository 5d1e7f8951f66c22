#include "models/cpu/riscv_debug_core.h"

#include <algorithm>
#include <cstring>

#include "models/cpu/riscv_data_access.h"

namespace hwcvp::cpu {

namespace {

constexpr uint16_t kCompressedEbreak = 0x9002;  // fits in place of any instruction

bool same(const Watchpoint& a, const Watchpoint& b) {
  return a.kind == b.kind && a.address == b.address && a.bytes == b.bytes;
}

}  // namespace

uint64_t RiscvDebugCore::read_register(unsigned index) {
  return index == kPc ? emulator_.next_pc() : emulator_.get_register(index);
}

void RiscvDebugCore::write_register(unsigned index, uint64_t value) {
  if (index == kPc) {
    emulator_.set_next_pc(value);
  } else {
    emulator_.set_register(index, value);
  }
}

bool RiscvDebugCore::in_ram(uint64_t address, size_t bytes) const {
  return address - ram_base_ < ram_bytes_ && bytes <= ram_bytes_ - (address - ram_base_);
}

size_t RiscvDebugCore::read_memory(uint64_t address, unsigned char* data, size_t bytes) {
  return access_memory(Direction::read, address, data, bytes);
}

size_t RiscvDebugCore::write_memory(uint64_t address, const unsigned char* data, size_t bytes) {
  // One path for both directions: a write reads the data only.
  return access_memory(Direction::write, address, const_cast<unsigned char*>(data), bytes);
}

size_t RiscvDebugCore::access_memory(Direction direction, uint64_t address, unsigned char* data,
                                     size_t bytes) {
  if (!in_ram(address, 0)) {
    return bus_(direction, address, data, bytes);
  }
  bytes = std::min<uint64_t>(bytes, ram_bytes_ - (address - ram_base_));
  lift_breakpoints();
  if (direction == Direction::write) {
    std::memcpy(place(address), data, bytes);
  } else {
    std::memcpy(data, place(address), bytes);
  }
  lay_breakpoints();
  if (direction == Direction::write && bytes != 0) {
    emulator_.code_changed(address, bytes, RiscvEmulator::Change::anything);
  }
  return bytes;
}

bool RiscvDebugCore::insert_breakpoint(uint64_t address) {
  if (address % sizeof(uint16_t) != 0 || !in_ram(address, sizeof(uint16_t))) {
    return false;
  }
  lift_breakpoints();
  originals_[address] = 0;  // filled in where it is laid
  lay_breakpoints();
  emulator_.code_changed(address, sizeof(uint16_t), RiscvEmulator::Change::ebreaks);
  return true;
}

void RiscvDebugCore::remove_breakpoint(uint64_t address) {
  if (!breakpoint_at(address)) {
    return;
  }
  lift_breakpoints();
  originals_.erase(address);
  lay_breakpoints();
  emulator_.code_changed(address, sizeof(uint16_t), RiscvEmulator::Change::ebreaks);
}

bool RiscvDebugCore::insert_watchpoint(const Watchpoint& watchpoint) {
  if (watchpoint.bytes == 0 || watchpoint.address + (watchpoint.bytes - 1) < watchpoint.address) {
    return false;
  }
  remove_watchpoint(watchpoint);
  watchpoints_.push_back(watchpoint);
  return true;
}

void RiscvDebugCore::remove_watchpoint(const Watchpoint& watchpoint) {
  watchpoints_.erase(std::remove_if(watchpoints_.begin(), watchpoints_.end(),
                                    [&](const Watchpoint& other) { return same(watchpoint, other); }),
                     watchpoints_.end());
}

void RiscvDebugCore::clear() {
  while (!originals_.empty()) {
    remove_breakpoint(originals_.begin()->first);
  }
  watchpoints_.clear();
}

std::optional<Watchpoint> RiscvDebugCore::watched_next() {
  const uint64_t pc = emulator_.next_pc();
  uint32_t instruction = 0;
  read_memory(pc, reinterpret_cast<unsigned char*>(&instruction), sizeof instruction);
  const auto access = data_access(instruction, [this](unsigned index) { return read_register(index); });
  if (!access) {
    return std::nullopt;
  }
  for (const Watchpoint& watchpoint : watchpoints_) {
    const bool right_kind = (access->writes && watchpoint.kind != WatchKind::read) ||
                            (access->reads && watchpoint.kind != WatchKind::write);
    const uint64_t first = std::max(access->address, watchpoint.address);
    if (right_kind && first - access->address < access->bytes &&
        first - watchpoint.address < watchpoint.bytes) {
      return Watchpoint{watchpoint.kind, first, watchpoint.bytes};
    }
  }
  return std::nullopt;
}

RiscvEmulator::Stop RiscvDebugCore::step() {
  lift_breakpoints();
  const RiscvEmulator::Stop reason = emulator_.step();
  lay_breakpoints();
  return reason;
}

void RiscvDebugCore::lift_breakpoints() {
  for (const auto& [address, original] : originals_) {
    std::memcpy(place(address), &original, sizeof original);
  }
}

void RiscvDebugCore::lay_breakpoints() {
  for (auto& [address, original] : originals_) {
    std::memcpy(&original, place(address), sizeof original);
    std::memcpy(place(address), &kCompressedEbreak, sizeof kCompressedEbreak);
  }
}

}  // namespace hwcvp::cpu
