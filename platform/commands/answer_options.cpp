#include "platform/commands/answer_options.h"

#include <fmt/format.h>

#include "platform/host/version.h"
#include "platform/report/format.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

std::string machine_text(const PlatformConfig& config) {
  const HwcConfig& hwc = config.hwc;
  return fmt::format("buffer {}, {} x {} MACs, {:g} MHz, DRAM {}, {}.", bytes_text(hwc.buffer_bytes),
                     hwc.mac_rows, hwc.mac_columns, hwc.clock_mhz, shown(config.dram.timing.name()),
                     config.control_processor.kind == ControlProcessorKind::riscv ? "riscv" : "native");
}

}  // namespace

void add_answer_options(CommandOptions& options, const std::vector<std::string>& sections) {
  options.add_choices("details", "LIST", sections, "print all tables, or those of LIST");
  options.add_flag("quiet", "print nothing but errors");
  options.add_flag("json", "print one JSON document");
}

void check_answer_options(const CommandOptions& options) {
  options.forbid_with("json", {"details", "quiet"});
  options.forbid_with("quiet", {"details"});
}

std::string subject(const CommandOptions& options, const std::string& what) {
  return fmt::format("hwcvp {} {}: {}, {}", program_version(), options.command(),
                     shown(options.text("network", options.text("layer"))), what);
}

std::string subject(const CommandOptions& options, const std::string& what, const PlatformConfig& config) {
  return subject(options, what) + "; " + machine_text(config);
}

void print_answer(std::ostream& out, const CommandOptions& options, const Answer& answer) {
  if (options.has("quiet")) return;
  if (options.has("details")) {
    print_details(out, answer, options.list("details"));
  } else {
    print_short(out, answer);
  }
}

}  // namespace hwcvp
