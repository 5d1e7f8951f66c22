#include "platform/commands/report_option.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "platform/report/html/html_page.h"
#include "schedules/files/output_file.h"

namespace hwcvp {

void add_report_option(CommandOptions& options) {
  options.add_value("report", "FILE.html",
                    "write the report as a web page there: charts, tables and schedules in one file");
}

void add_report_file(const CommandOptions& options, FileUses& uses) {
  if (options.has("report")) uses.writes("--report", options.text("report"));
}

void check_report(const CommandOptions& options) {
  if (!options.has("report")) return;
  const std::string path = options.text("report");
  std::error_code ignored;
  // Pipes and devices are opened once, when there is something to write.
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) return;
  const OutputFile file(path);
}

void check_report(const CommandOptions& options, const LayerWork& work, const PlatformConfig& config) {
  FileUses uses;
  add_reads(options, work, uses);
  uses.reads(options, {"platform", "constraints", "cache"});
  uses.reads("the DRAM", config.dram.timing.name());
  add_report_file(options, uses);
  check_report(options);
}

void write_report(const CommandOptions& options, const nlohmann::ordered_json& document,
                  const nlohmann::ordered_json& recorded) {
  if (!options.has("report")) return;
  const std::string subject = options.text("network", options.text("layer"));
  const PageSource source = {options.command(), fmt::format("hwcvp {}: {}", options.command(), subject),
                             options.command_line()};
  write_file(options.text("report"), html_page(source, document, recorded));
}

void write_report(const CommandOptions& options, const nlohmann::ordered_json& document) {
  write_report(options, document, nullptr);
}

}  // namespace hwcvp
