#include "platform/commands/simulation/recordings.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <vector>

#include "platform/cli/values.h"
#include "platform/host/interrupt.h"
#include "schedules/workload/error.h"
#include "sw/console.h"

namespace hwcvp {

namespace {

std::unique_ptr<TraceSession> open_trace(const CommandOptions& options, const PlatformConfig& config) {
  if (!options.has("trace")) return nullptr;
  std::vector<std::string> sockets;
  if (options.has("trace-socket")) sockets = parse_list(options.text("trace-socket"), "--trace-socket");
  return std::make_unique<TraceSession>(options.text("trace"), sockets, config);
}

// The level of --firmware-log, an enum log_level of the firmware; none where the option is not given.
std::optional<uint32_t> read_firmware_log(const CommandOptions& options) {
  if (!options.has("firmware-log")) return std::nullopt;
  const std::string level =
      parse_choice(options.text("firmware-log"), "--firmware-log", {"error", "info", "debug"});
  return level == "error" ? LOG_ERROR : level == "info" ? LOG_INFO : LOG_DEBUG;
}

void leave(const char* what, const std::function<std::string()>& keep) {
  try {
    spdlog::warn("the {} up to here is left in {}", what, keep());
  } catch (const std::runtime_error& error) {
    spdlog::warn(error.what());
  }
}

}  // namespace

void add_recording_options(CommandOptions& options) {
  options.add_value("gdb", "PORT",
                    "wait for GDB on this TCP port before the first instruction of the firmware (0: a free "
                    "one); riscv only");
  options.add_value(
      "trace", "FILE",
      "record transactions, or signals, there; the suffix decides: .hwctrace, .csv, .dramsim3.trace, "
      ".ramulator2.trace, .stl, .perfetto-trace, .vcd");
  options.add_value(
      "trace-socket", "NAMES",
      "sockets to record, some of hwc.memory,control_processor.bus,dram.socket (default: hwc.memory)");
  options.add_value("bandwidth", "FILE.csv",
                    "write the bytes moved in each window of time there (monitor.window_ns of the platform)");
  options.add_value(
      "firmware-log", "LEVEL",
      "log lines of the firmware with their simulated time on standard error: error, info (what "
      "each job is and how it ended) or debug (how it is carried out)");
}

void check_recording_options(const CommandOptions& options) { options.require_with("trace-socket", "trace"); }

void add_recording_files(const CommandOptions& options, FileUses& uses) {
  for (const char* option : {"trace", "bandwidth"}) {
    if (options.has(option)) uses.writes(std::string("--") + option, options.text(option));
  }
}

Recordings::Recordings(const CommandOptions& options, const PlatformConfig& config)
    : trace(open_trace(options, config)) {
  if (options.has("bandwidth")) bandwidth = std::make_unique<BandwidthCsv>(options.text("bandwidth"));
}

SocOptions Recordings::soc_options(bool timing_only) const {
  SocOptions options = trace ? trace->soc_options() : SocOptions{};
  options.timing_only = timing_only;
  return options;
}

void Recordings::attach(Soc& soc) const {
  if (trace) trace->attach(soc);
}

void Recordings::begin(const std::string& name, const TensorPlacement& placement) const {
  if (trace) trace->begin_layer(name, placement);
}

void Recordings::check() const {
  if (trace) trace->check();
}

void Recordings::finish() const {
  if (trace) trace->finish();
  if (bandwidth) bandwidth->commit();
}

void Recordings::leave_partial() const {
  if (trace) leave("trace", [this] { return trace->finish_partial(); });
  if (bandwidth) leave("bandwidth", [this] { return bandwidth->keep_partial(); });
}

std::unique_ptr<GdbServer> make_debugger(const CommandOptions& options, const PlatformConfig& config) {
  if (!options.has("gdb")) return nullptr;
  constexpr uint64_t kMostPort = std::numeric_limits<uint16_t>::max();
  const uint64_t port = options.integer("gdb", 0, kMostPort, 0);
  if (config.control_processor.kind != ControlProcessorKind::riscv) {
    throw InputError(fmt::format("--gdb: expected the control processor riscv, found {}",
                                 name_of(config.control_processor.kind)));
  }
  auto server = std::make_unique<GdbServer>(static_cast<uint16_t>(port));
  server->give_up = [] { return interrupt_flag().load(); };
  return server;
}

void attach(GdbServer& debugger, Soc& soc) {
  soc.control_processor().attach(debugger);
  std::cerr << fmt::format("hwcvp: waiting for a debugger on localhost:{}\n", debugger.port()) << std::flush;
}

void log_firmware(const CommandOptions& options, Mailbox& mailbox) {
  const std::optional<uint32_t> level = read_firmware_log(options);
  mailbox.set_log_level(level.value_or(0));
  mailbox.on_console_line = [shown = level.has_value()](const sc_core::sc_time& time,
                                                        const std::string& line) {
    const std::string text = fmt::format("firmware: {:.3f} us: {}", time.to_seconds() * 1e6, line);
    if (shown) {
      std::cerr << text + "\n" << std::flush;
    } else {
      spdlog::info(text);
    }
  };
}

}  // namespace hwcvp
