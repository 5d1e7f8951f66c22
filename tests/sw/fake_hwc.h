// An HWC behind the firmware's hal, for tests: registers, FIFOs, wait tokens and interrupts, with engines
// that take turns as badly as the tokens allow.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "tests/sw/fake_engines.h"
#include "tests/sw/test_memory.h"

namespace hwcvp {

// Which engine goes on when several could.
enum class Turns { random, load_first, compute_first, store_first, store_then_compute };

struct FakeHwcOptions {
  uint32_t buffer_bytes = 1 << 30;
  uint32_t fifo_depth = 4;
  uint32_t max_channels = 4096;
  Turns turns = Turns::random;
  uint32_t eagerness = 50;   // per cent of register accesses that let the engines take a step
  uint32_t early_wakes = 0;  // per cent of sleeps that end without an interrupt
  // After this many commands that ended, an error stops the engines.
  std::optional<uint32_t> fail_after;
  uint32_t id = 0x31435748;
};

// Does not model time or bandwidth. Misuse by software (a full FIFO, configuration while busy, commands that
// wait for ever, undefined registers) throws std::logic_error.
class FakeHwc {
 public:
  FakeHwc(TestMemory& memory, const FakeHwcOptions& options, uint64_t seed);

  uint32_t read(uint32_t offset);
  void write(uint32_t offset, uint32_t value);
  void wait_for_interrupt();

  const Traffic& traffic() const { return engines_.traffic(); }
  uint64_t buffer_bytes() const { return engines_.buffer_bytes(); }
  uint32_t done(size_t engine) const { return state_.at(engine).done; }
  uint32_t sleeps() const { return sleeps_; }
  uint32_t early_wakes() const { return early_wakes_; }
  uint32_t register_writes() const { return register_writes_; }
  // What software wrote into a register of the configuration since the last reset, if anything.
  std::optional<uint32_t> configured(uint32_t offset) const {
    const auto found = registers_.find(offset);
    return found == registers_.end() ? std::nullopt : std::optional<uint32_t>(found->second);
  }
  // Every command since the last reset, as pushed.
  const std::vector<FakeCommand>& pushed() const { return pushed_; }
  bool idle() const;
  bool interrupt() const { return (status() & irq_enable_) != 0; }

 private:
  struct EngineState {
    std::deque<FakeCommand> fifo;
    std::optional<FakeCommand> executing;
    bool finished_early = false;  // the data of the command in execution have moved already
    uint32_t done = 0;
  };

  uint32_t status() const;
  void reset();
  void push(uint32_t value);
  bool startable(const EngineState& engine) const;
  bool step();
  void start(EngineState& engine);
  void end(EngineState& engine);
  bool one_in_hundred(uint32_t per_cent) { return random_() % 100 < per_cent; }

  FakeHwcOptions options_;
  std::mt19937_64 random_;
  std::map<uint32_t, uint32_t> registers_;
  FakeEngines engines_;
  std::array<EngineState, 3> state_;
  std::vector<FakeCommand> pushed_;
  uint32_t irq_enable_ = 0;
  bool error_ = false;
  uint32_t sleeps_ = 0, early_wakes_ = 0, register_writes_ = 0, ended_ = 0;
};

}  // namespace hwcvp
