// A RISC-V RV64 instruction-set emulator: the one place that knows the emulator library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "models/cpu/instruction_counter.h"

struct uc_struct;

namespace hwcvp {

// What the emulated processor reaches outside its RAM. Must not throw: calls come from within the emulator
// library.
class RiscvBus {
 public:
  virtual ~RiscvBus() = default;
  virtual uint64_t read(uint64_t address, unsigned bytes) = 0;
  virtual void write(uint64_t address, unsigned bytes, uint64_t value) = 0;
};

// Does not model: traps, interrupts, virtual memory, self-modifying code. Exceptions end the run.
//
// Runs code from a private RAM. Every data access outside it, up to address 2^56, goes to the bus: at most 4
// bytes at a time (8-byte accesses are split, low half first; those that are not aligned arrive as the
// aligned words that hold them). Time is counted in ticks, a fixed number for each instruction, added at the
// start of a block for all of the block.
class RiscvEmulator {
 public:
  enum class Stop {
    limit,               // the ticks have reached the limit, or stop() was called
    wait_for_interrupt,  // after a WFI
    exception            // see exception()
  };

  // `ram_base` and `ram_bytes` are multiples of 4096. Throws std::runtime_error where the library refuses.
  RiscvEmulator(RiscvBus& bus, uint64_t ram_base, size_t ram_bytes, uint64_t ticks_per_instruction);
  ~RiscvEmulator();
  RiscvEmulator(const RiscvEmulator&) = delete;
  RiscvEmulator& operator=(const RiscvEmulator&) = delete;

  // The RAM's bytes, to load an image into before the first run.
  unsigned char* ram() { return ram_.get(); }
  // Sets integer register x1 to x31.
  void set_register(unsigned index, uint64_t value);

  // Runs on from where the last run ended, at first from the start of the RAM; at least one block.
  Stop run();

  // From within the bus: ends the run before the next block. What is left of the current block still runs,
  // without reaching the bus; reads give 0.
  void stop() { stopping_ = true; }

  uint64_t ticks() const { return ticks_; }
  void set_ticks(uint64_t ticks) { ticks_ = ticks; }
  void set_limit(uint64_t ticks) { limit_ = ticks; }

  uint64_t instructions() const { return instructions_; }
  // Where the current block starts; after an exception, the instruction at fault.
  uint64_t pc() const { return pc_; }
  // What happened, after Stop::exception.
  const std::string& exception() const { return exception_; }

 private:
  struct Region {
    RiscvEmulator* emulator;
    uint64_t base;
  };
  struct Free {
    void operator()(unsigned char* memory) const { std::free(memory); }
  };

  static uint64_t on_read(uc_struct* engine, uint64_t offset, unsigned bytes, void* region);
  static void on_write(uc_struct* engine, uint64_t offset, unsigned bytes, uint64_t value, void* region);
  static void on_block(uc_struct* engine, uint64_t address, uint32_t bytes, void* self);
  static bool on_invalid(uc_struct* engine, int type, uint64_t address, int bytes, int64_t value, void* self);

  void map(Region& region, uint64_t end);
  void add_hooks();
  uint64_t read_pc() const;
  void describe_exception(int error);

  RiscvBus& bus_;
  const uint64_t ram_base_;
  const size_t ram_bytes_;
  const uint64_t ticks_per_instruction_;
  std::unique_ptr<unsigned char, Free> ram_;
  InstructionCounter counter_;
  uc_struct* engine_ = nullptr;
  Region below_;
  Region above_;
  uint64_t next_pc_;
  uint64_t pc_;
  uint64_t ticks_ = 0;
  uint64_t limit_ = 0;
  uint64_t instructions_ = 0;
  bool stopping_ = false;
  bool first_block_ = false;  // of this run
  bool stopped_ = false;      // by the block hook
  uint64_t invalid_address_ = 0;
  std::string exception_;
};

}  // namespace hwcvp
