// The queue of commands in front of an engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/hwc/command.h"

namespace hwcvp::hwc {

// Does not notify anybody.
class CommandFifo {
 public:
  explicit CommandFifo(uint32_t depth) : commands_(depth) {}

  bool empty() const { return used_ == 0; }
  bool full() const { return used_ == commands_.size(); }
  bool half_free() const { return 2 * (commands_.size() - used_) >= commands_.size(); }

  const Command& front() const { return commands_[first_]; }
  // Not to be called when full.
  void push(const Command& command) {
    commands_[(first_ + used_) % commands_.size()] = command;
    ++used_;
  }
  // Not to be called when empty.
  void pop() {
    first_ = (first_ + 1) % commands_.size();
    --used_;
  }
  void clear() { used_ = 0; }

 private:
  std::vector<Command> commands_;
  size_t first_ = 0;
  size_t used_ = 0;
};

}  // namespace hwcvp::hwc
