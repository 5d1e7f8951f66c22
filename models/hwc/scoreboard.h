// What orders the engines: counts of completed commands, and the error that stops all.
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "models/hwc/command.h"
#include "models/hwc/command_record.h"

namespace hwcvp::hwc {

class CommandEngine;

// Does not detect tokens that can never be reached.
//
// Engines report here what they have completed; whoever waits for it is woken.
class Scoreboard {
 public:
  // Called after anything that STATUS shows may have changed.
  std::function<void()> on_status_change;

  // The engine must outlive the scoreboard's use of it.
  void attach(Engine engine, CommandEngine& process) { engines_[index(engine)] = &process; }

  // Commands completed since reset, modulo 2^32.
  uint32_t done(Engine engine) const { return done_[index(engine)]; }
  // True once all counts have reached the tokens.
  bool reached(const std::array<uint32_t, kEngineCount>& tokens) const {
    for (size_t i = 0; i < kEngineCount; ++i) {
      if (static_cast<int32_t>(done_[i] - tokens[i]) < 0) return false;
    }
    return true;
  }
  // Counts a command that ended and wakes the engines that waited for it.
  void complete(Engine engine);

  // Latches an error, unless there is one already, and stops all engines: commands under way are abandoned.
  void stop(uint32_t error, uint32_t info);
  bool stopped() const { return error_ != 0; }
  uint32_t error() const { return error_; }
  uint32_t error_info() const { return error_info_; }

  // All FIFOs are empty and all engines rest.
  bool idle() const;
  // The value of STATUS.
  uint32_t status() const;
  EngineActivity activity() const;

  // Drops all commands, also those under way, the counts and the error.
  void reset();

 private:
  std::array<CommandEngine*, kEngineCount> engines_{};
  std::array<uint32_t, kEngineCount> done_{};
  uint32_t error_ = 0;
  uint32_t error_info_ = 0;
};

}  // namespace hwcvp::hwc
