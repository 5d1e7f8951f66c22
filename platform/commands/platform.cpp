#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/cli/options.h"
#include "platform/commands/commands.h"
#include "platform/commands/platform_options.h"
#include "platform/config/config.h"
#include "platform/host/exit_status.h"

namespace hwcvp {

int platform_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "platform [--platform FILE] [--set PATH=VALUE]...",
      "Prints the simulated machine as a platform file (JSON) with all its fields: the built-in one,\n"
      "or what a platform file and --set make of it.",
      "hwcvp platform > platform.json");
  add_platform_options(options);
  if (!options.parse(arguments)) return kExitDone;
  std::cout << to_json(read_platform_options(options)).dump(2) << '\n';
  return kExitDone;
}

}  // namespace hwcvp
