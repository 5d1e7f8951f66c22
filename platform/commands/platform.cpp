#include <iostream>
#include <nlohmann/json.hpp>

#include "platform/cli/exit_status.h"
#include "platform/cli/options.h"
#include "platform/commands/commands.h"
#include "platform/config.h"

namespace hwcvp {

int platform_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "platform [--platform FILE]",
      "Prints the simulated machine as a platform file (JSON) with all its fields: the built-in one,\n"
      "or what a platform file makes of it.",
      "hwcvp platform > platform.json");
  options.add_value("platform", "FILE", "platform file (JSON)");
  if (!options.parse(arguments)) return kExitDone;
  const PlatformConfig config =
      options.has("platform") ? read_platform(options.text("platform")) : PlatformConfig{};
  std::cout << to_json(config).dump(2) << '\n';
  return kExitDone;
}

}  // namespace hwcvp
