#include "models/cpu/riscv_emulator.h"

#include <unicorn/unicorn.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace hwcvp::cpu {

namespace {

constexpr uint64_t kAddressEnd = uint64_t{1} << 56;  // physical addresses of the emulated core
constexpr uint64_t kNoEnd = 1;  // run until this pc: an odd one, which no instruction has
constexpr uint32_t kEcall = 0x00000073;
constexpr uint32_t kEbreak = 0x00100073;
constexpr uint16_t kCompressedEbreak = 0x9002;

void check(uc_err error, const char* what) {
  if (error != UC_ERR_OK) {
    throw std::runtime_error(std::string("RISC-V emulator: ") + what + ": " + uc_strerror(error));
  }
}

std::string with_hexadecimal(const char* format, uint64_t value) {
  char text[96];
  std::snprintf(text, sizeof text, format, static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

RiscvEmulator::RiscvEmulator(RiscvBus& bus, uint64_t ram_base, size_t ram_bytes,
                             uint64_t ticks_per_instruction)
    : bus_(bus),
      ram_base_(ram_base),
      ram_bytes_(ram_bytes),
      ticks_per_instruction_(ticks_per_instruction),
      ram_(static_cast<unsigned char*>(std::aligned_alloc(4096, ram_bytes))),
      counter_(ram_.get(), ram_base, ram_bytes),
      below_{this, 0},
      above_{this, ram_base + ram_bytes},
      next_pc_(ram_base),
      pc_(ram_base) {
  if (!ram_) {
    throw std::runtime_error("RISC-V emulator: no memory for the RAM");
  }
  std::memset(ram_.get(), 0, ram_bytes);
  check(uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &engine_), "open");
  try {
    check(uc_mem_map_ptr(engine_, ram_base, ram_bytes, UC_PROT_ALL, ram_.get()), "map RAM");
    map(below_, ram_base);
    map(above_, kAddressEnd);
    add_hooks();
  } catch (...) {
    uc_close(engine_);
    throw;
  }
}

RiscvEmulator::~RiscvEmulator() { uc_close(engine_); }

void RiscvEmulator::map(Region& region, uint64_t end) {
  if (region.base < end) {
    check(uc_mmio_map(engine_, region.base, end - region.base, on_read, &region, on_write, &region),
          "map bus");
  }
}

void RiscvEmulator::add_hooks() {
  uc_hook hook = 0;
  const uint64_t everywhere_first = 1;
  const uint64_t everywhere_last = 0;
  check(uc_hook_add(engine_, &hook, UC_HOOK_BLOCK, reinterpret_cast<void*>(&on_block), this, everywhere_first,
                    everywhere_last),
        "add hook");
  check(uc_hook_add(engine_, &hook, UC_HOOK_MEM_INVALID, reinterpret_cast<void*>(&on_invalid), this,
                    everywhere_first, everywhere_last),
        "add hook");
}

uint64_t RiscvEmulator::get_register(unsigned index) const {
  uint64_t value = 0;
  check(uc_reg_read(engine_, UC_RISCV_REG_X0 + static_cast<int>(index), &value), "read register");
  return value;
}

void RiscvEmulator::set_register(unsigned index, uint64_t value) {
  if (index != 0) {
    check(uc_reg_write(engine_, UC_RISCV_REG_X0 + static_cast<int>(index), &value), "write register");
  }
}

uint64_t RiscvEmulator::read_pc() const {
  uint64_t pc = 0;
  uc_reg_read(engine_, UC_RISCV_REG_PC, &pc);
  return pc;
}

// An EBREAK ends its block, and is no longer than what it stands for: a block of the same start and size has
// as many instructions with it as without.
void RiscvEmulator::code_changed(uint64_t address, size_t bytes, Change change) {
  check(uc_ctl_remove_cache(engine_, address, address + bytes), "forget code");
  if (change == Change::anything) {
    counter_.forget();
  }
}

RiscvEmulator::Stop RiscvEmulator::run() {
  stopping_ = false;
  stopped_ = false;
  first_block_ = true;
  const uc_err error = uc_emu_start(engine_, next_pc_, kNoEnd, 0, 0);
  next_pc_ = read_pc();
  return ended(error);
}

// The instruction ends its block, by itself or because an EBREAK follows; the block hook ends the run before
// the next block. The library's own way of stepping, a count of instructions, does not hold for code that was
// translated without it.
RiscvEmulator::Stop RiscvEmulator::step() {
  const uint64_t offset = next_pc_ - ram_base_;
  if (offset >= ram_bytes_ - sizeof(uint64_t)) {
    one_block_ = true;  // outside the RAM, or in its last bytes, where no code lies: it ends with a fault
    const Stop reason = run();
    one_block_ = false;
    return reason;
  }
  const uint64_t pc = next_pc_;
  const unsigned bytes = (ram_.get()[offset] & 3) == 3 ? 4 : 2;
  unsigned char* const following = ram_.get() + offset + bytes;
  uint16_t original = 0;
  std::memcpy(&original, following, sizeof original);
  std::memcpy(following, &kCompressedEbreak, sizeof kCompressedEbreak);
  code_changed(pc, bytes + sizeof original, Change::ebreaks);
  one_block_ = true;
  const Stop reason = run();
  one_block_ = false;
  std::memcpy(following, &original, sizeof original);
  code_changed(pc, bytes + sizeof original, Change::ebreaks);
  const bool stepped = reason == Stop::ebreak && next_pc_ != pc;
  return stepped ? Stop::limit : reason;
}

// Why a run has ended.
RiscvEmulator::Stop RiscvEmulator::ended(int error) {
  if (error == UC_ERR_OK) {
    // Without an error it ends for two reasons: the hook stopped it, or it has executed a WFI.
    return stopped_ ? Stop::limit : Stop::wait_for_interrupt;
  }
  if (error == UC_ERR_INSN_INVALID && ebreak_at(next_pc_)) {  // an EBREAK is no instruction to the library
    pc_ = next_pc_;
    --instructions_;
    ticks_ -= ticks_per_instruction_;
    exception_ = "ebreak";
    return Stop::ebreak;
  }
  return describe_exception(error);
}

bool RiscvEmulator::ebreak_at(uint64_t pc) const {
  uint32_t word = 0;
  if (pc - ram_base_ >= ram_bytes_ - sizeof word) {
    return false;
  }
  std::memcpy(&word, ram_.get() + (pc - ram_base_), sizeof word);
  return word == kEbreak || static_cast<uint16_t>(word) == kCompressedEbreak;
}

void RiscvEmulator::on_block(uc_struct* engine, uint64_t address, uint32_t bytes, void* self) {
  RiscvEmulator& emulator = *static_cast<RiscvEmulator*>(self);
  if (emulator.stopping_ ||
      (!emulator.first_block_ && (emulator.one_block_ || emulator.ticks_ >= emulator.limit_))) {
    emulator.stopped_ = true;
    uc_emu_stop(engine);  // before the block executes; it is counted when the next run begins with it
    return;
  }
  emulator.first_block_ = false;
  emulator.pc_ = address;
  const uint32_t instructions = emulator.counter_.count(address, bytes);
  emulator.instructions_ += instructions;
  emulator.ticks_ += instructions * emulator.ticks_per_instruction_;
}

// A stop asked for from here would replay the access, so the bus sets a flag and the block hook acts on it.
uint64_t RiscvEmulator::on_read(uc_struct* /*engine*/, uint64_t offset, unsigned bytes, void* region) {
  const Region& from = *static_cast<const Region*>(region);
  return from.emulator->stopping_ ? 0 : from.emulator->bus_.read(from.base + offset, bytes);
}

void RiscvEmulator::on_write(uc_struct* /*engine*/, uint64_t offset, unsigned bytes, uint64_t value,
                             void* region) {
  const Region& to = *static_cast<const Region*>(region);
  if (!to.emulator->stopping_) {
    to.emulator->bus_.write(to.base + offset, bytes, value);
  }
}

bool RiscvEmulator::on_invalid(uc_struct* /*engine*/, int /*type*/, uint64_t address, int /*bytes*/,
                               int64_t /*value*/, void* self) {
  static_cast<RiscvEmulator*>(self)->invalid_address_ = address;
  return false;
}

RiscvEmulator::Stop RiscvEmulator::describe_exception(int error) {
  switch (error) {
    case UC_ERR_FETCH_UNMAPPED:
    case UC_ERR_FETCH_PROT:
      exception_ = with_hexadecimal("instruction fetch outside the RAM, at 0x%llx", invalid_address_);
      return Stop::bad_address;
    case UC_ERR_READ_UNMAPPED:
      exception_ = with_hexadecimal("read outside the address space, at 0x%llx", invalid_address_);
      return Stop::bad_address;
    case UC_ERR_WRITE_UNMAPPED:
      exception_ = with_hexadecimal("write outside the address space, at 0x%llx", invalid_address_);
      return Stop::bad_address;
    case UC_ERR_EXCEPTION:
      next_pc_ -= 4;  // the emulator has stepped over what raised the exception
      pc_ = next_pc_;
      break;
    case UC_ERR_INSN_INVALID:
      pc_ = next_pc_;
      break;
    default:
      exception_ = std::string("emulator: ") + uc_strerror(static_cast<uc_err>(error));
      return Stop::illegal_instruction;
  }
  uint32_t word = 0;
  if (pc_ - ram_base_ < ram_bytes_) {
    std::memcpy(&word, ram_.get() + (pc_ - ram_base_),
                std::min<size_t>(sizeof word, ram_bytes_ - (pc_ - ram_base_)));
  }
  if (word == kEcall) {
    exception_ = "ecall";
  } else {
    exception_ = with_hexadecimal("illegal instruction 0x%08llx", (word & 3) == 3 ? word : word & 0xffff);
  }
  return Stop::illegal_instruction;
}

}  // namespace hwcvp::cpu
