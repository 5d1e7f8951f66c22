#include "platform/commands/provenance.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "platform/host/version.h"

namespace hwcvp {

namespace {

constexpr int kDocumentVersion = 1;  // raised when a field goes or changes its meaning

std::string host_text() {
  utsname host{};
  uname(&host);
  return fmt::format("{} {} {}, {} threads", host.sysname, host.release, host.machine,
                     std::thread::hardware_concurrency());
}

}  // namespace

void add_provenance(nlohmann::ordered_json& document, const CommandOptions& options,
                    const PlatformConfig& config, std::optional<uint64_t> seed) {
  document["provenance"] = {{"program", "hwcvp"},
                            {"version", program_version()},
                            {"commit", program_commit()},
                            {"document", options.command()},
                            {"document_version", kDocumentVersion},
                            {"command", options.command_line()},
                            {"time", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
                            {"host", host_text()},
                            {"platform", to_json(config)}};
  if (seed) document["provenance"]["seed"] = *seed;
}

}  // namespace hwcvp
