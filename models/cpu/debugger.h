// Between a core that can be debugged and its debugger. Plain C++: neither SystemC nor an emulator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hwcvp {

// Accesses that a watchpoint watches for.
enum class WatchKind { write, read, access };

struct Watchpoint {
  WatchKind kind;
  uint64_t address;
  uint64_t bytes;
};

// Why a core stands still.
struct DebugStop {
  // By their numbers in the protocol of GDB, which are those of POSIX.
  enum class Signal { interrupt = 2, illegal_instruction = 4, trap = 5, bad_address = 11 };

  Signal signal = Signal::trap;            // trap: start, step, breakpoint, watchpoint, EBREAK
  std::optional<Watchpoint> watched = {};  // the watchpoint that was hit: its kind, and the address accessed
};

// What a debugger may do to an RV64 core while it stands still. Takes no simulated time and is seen by no
// monitor.
class DebugCore {
 public:
  static constexpr unsigned kPc = 32;
  static constexpr unsigned kRegisters = 33;  // x0 to x31, pc

  virtual ~DebugCore() = default;

  // `index` below kRegisters. Writes to x0 change nothing.
  virtual uint64_t read_register(unsigned index) = 0;
  virtual void write_register(unsigned index, uint64_t value) = 0;

  // Memory as the core sees it, breakpoints never showing. Both return how many bytes, from the first one,
  // were accessed; fewer than asked for where nothing more is mapped.
  virtual size_t read_memory(uint64_t address, unsigned char* data, size_t bytes) = 0;
  virtual size_t write_memory(uint64_t address, const unsigned char* data, size_t bytes) = 0;

  // A breakpoint or watchpoint can be set twice and is then removed at once. False where the core cannot
  // have it there; removing what is not there changes nothing.
  virtual bool insert_breakpoint(uint64_t address) = 0;
  virtual void remove_breakpoint(uint64_t address) = 0;
  virtual bool insert_watchpoint(const Watchpoint& watchpoint) = 0;
  virtual void remove_watchpoint(const Watchpoint& watchpoint) = 0;
};

// What a core asks its debugger. Called from the core's own thread, one call at a time.
class Debugger {
 public:
  enum class Resume {
    run,     // until something stops it
    step,    // one instruction
    detach,  // as run, all breakpoints and watchpoints removed
    kill     // never again
  };

  virtual ~Debugger() = default;

  // The core stands still, before its first instruction or for the reason given, until this returns.
  virtual Resume halted(DebugCore& core, const DebugStop& stop) = 0;

  // Asked often while the core runs or sleeps, so it has to be quick: is it to stand still?
  virtual bool wants_halt() = 0;
};

}  // namespace hwcvp
