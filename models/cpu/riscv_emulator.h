// A RISC-V RV64 instruction-set emulator: the one place that knows the emulator library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "models/cpu/instruction_counter.h"

struct uc_struct;

namespace hwcvp::cpu {

// What the emulated processor reaches outside its RAM. Must not throw: calls come from within the emulator
// library.
class RiscvBus {
 public:
  virtual ~RiscvBus() = default;
  virtual uint64_t read(uint64_t address, unsigned bytes) = 0;
  virtual void write(uint64_t address, unsigned bytes, uint64_t value) = 0;
};

// Does not model: traps, interrupts, virtual memory, self-modifying code. Exceptions end the run. Code that
// others change is to be told to code_changed().
//
// Runs code from a private RAM. Every data access outside it, up to address 2^56, goes to the bus: at most 4
// bytes at a time (8-byte accesses are split, low half first; those that are not aligned arrive as the
// aligned words that hold them). Time is counted in ticks, a fixed number for each instruction, added at the
// start of a block for all of the block.
class RiscvEmulator {
 public:
  enum class Stop {
    limit,                // the ticks have reached the limit, or stop() was called
    wait_for_interrupt,   // after a WFI
    ebreak,               // before an EBREAK, which is not counted as an instruction
    illegal_instruction,  // ECALL too; see exception()
    bad_address           // of an access or a fetch; see exception()
  };

  // `ram_base` and `ram_bytes` are multiples of 4096. Throws std::runtime_error where the library refuses.
  RiscvEmulator(RiscvBus& bus, uint64_t ram_base, size_t ram_bytes, uint64_t ticks_per_instruction);
  ~RiscvEmulator();
  RiscvEmulator(const RiscvEmulator&) = delete;
  RiscvEmulator& operator=(const RiscvEmulator&) = delete;

  // The RAM's bytes, to load an image into before the first run.
  unsigned char* ram() { return ram_.get(); }
  // Integer registers x0 to x31, between runs; setting x0 changes nothing.
  uint64_t get_register(unsigned index) const;
  void set_register(unsigned index, uint64_t value);
  // Where the next run begins. Instructions lie at even addresses: the lowest bit is dropped.
  uint64_t next_pc() const { return next_pc_; }
  void set_next_pc(uint64_t pc) { next_pc_ = pc & ~uint64_t{1}; }

  // How code changed: `ebreaks` where EBREAKs came or went at the start of instructions and nothing else,
  // which takes less time.
  enum class Change { ebreaks, anything };
  // To be told between runs where instructions in the RAM were changed.
  void code_changed(uint64_t address, size_t bytes, Change change);

  // Runs on from where the last run ended, at first from the start of the RAM; at least one block.
  Stop run();
  // Runs one instruction, whatever the limit. Translates it anew: for debuggers, not for speed.
  Stop step();

  // From within the bus: ends the run before the next block. What is left of the current block still runs,
  // without reaching the bus; reads give 0.
  void stop() { stopping_ = true; }

  uint64_t ticks() const { return ticks_; }
  void set_ticks(uint64_t ticks) { ticks_ = ticks; }
  void set_limit(uint64_t ticks) { limit_ = ticks; }

  uint64_t instructions() const { return instructions_; }
  // Where the current block starts; after an exception, the instruction at fault.
  uint64_t pc() const { return pc_; }
  // What happened, after the last three of them.
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
  Stop ended(int error);
  bool ebreak_at(uint64_t pc) const;
  Stop describe_exception(int error);

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
  bool one_block_ = false;    // end before the second one
  bool stopped_ = false;      // by the block hook
  uint64_t invalid_address_ = 0;
  std::string exception_;
};

}  // namespace hwcvp::cpu
