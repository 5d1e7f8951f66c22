// Commands on the bus of a DRAM channel, and what is told of each.
#pragma once

#include <cstdint>
#include <functional>

#include "models/dram/controller/spec.h"

namespace hwcvp {

// RDA and WRA are RD and WR with auto-precharge. PREab and REFab concern all banks of a rank, REFpb one.
enum class DramCommand : uint8_t { ACT, PRE, PREab, RD, RDA, WR, WRA, REFab, REFpb };

const char* to_string(DramCommand command);

// A command as a logic analyser on the command bus would see it.
struct DramCommandRecord {
  DramCycle cycle = 0;  // the last one that the command takes on the bus
  DramCommand command = DramCommand::ACT;
  uint32_t channel = 0;
  uint32_t rank = 0;
  uint32_t bank_group = 0;  // 0 for commands to all banks
  uint32_t bank = 0;        // in the bank group; 0 for commands to all banks
  uint32_t row = 0;         // of ACT, and the open one of column commands
  uint32_t column = 0;      // of column commands: the first of the burst
};

// Told of every command when it is decided. Row commands (ACT, PRE, REF) come in the order of time, column
// commands too; a row command may be told after column commands of later cycles.
using DramTrace = std::function<void(const DramCommandRecord&)>;

}  // namespace hwcvp
