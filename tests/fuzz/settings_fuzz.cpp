// The values of --set, one a line.
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "platform/cli/options.h"
#include "platform/commands/platform_options.h"
#include "tests/fuzz/fuzz.h"

using namespace hwcvp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::istringstream lines{std::string(fuzz::text_of(data, size))};
  std::vector<std::string> arguments;
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(0, 12, "dram.timing=") == 0 && line.find('/') != std::string::npos) return 0;  // a file
    arguments.insert(arguments.end(), {"--set", line});
  }
  CommandOptions options("run", "", "");
  add_platform_options(options);
  PlatformConfig config;
  if (!fuzz::taken("--", [&] {
        options.parse(arguments);
        config = read_platform_options(options);
      })) {
    return 0;
  }
  const nlohmann::json written = to_json(config);
  fuzz::require(nlohmann::json(to_json(platform_from_json(written, "platform"))) == written,
                "a machine that a platform file can describe");
  return 0;
}
