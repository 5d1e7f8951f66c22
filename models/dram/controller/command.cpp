#include "models/dram/controller/command.h"

namespace hwcvp {

const char* to_string(DramCommand command) {
  switch (command) {
    case DramCommand::ACT:
      return "ACT";
    case DramCommand::PRE:
      return "PRE";
    case DramCommand::PREab:
      return "PREab";
    case DramCommand::RD:
      return "RD";
    case DramCommand::RDA:
      return "RDA";
    case DramCommand::WR:
      return "WR";
    case DramCommand::WRA:
      return "WRA";
    case DramCommand::REFab:
      return "REFab";
    case DramCommand::REFpb:
      return "REFpb";
  }
  return "";
}

}  // namespace hwcvp
