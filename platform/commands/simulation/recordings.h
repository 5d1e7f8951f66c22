// What commands that simulate do beside their report: traces, bandwidth over time, the firmware's log, a
// debugger. The same for layers and for whole networks.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/gdb/server.h"
#include "platform/cli/options.h"
#include "platform/commands/file_uses.h"
#include "platform/config/config.h"
#include "platform/machine/soc.h"
#include "platform/report/bandwidth_csv.h"
#include "platform/trace/trace_session.h"

namespace hwcvp {

// Declares --gdb, --trace, --trace-socket, --bandwidth and --firmware-log.
void add_recording_options(CommandOptions& options);
// Throws InputError where they contradict one another.
void check_recording_options(const CommandOptions& options);
// Tells of the files that they name.
void add_recording_files(const CommandOptions& options, FileUses& uses);

// Files that are written while the machine runs; what is not asked for is null.
struct Recordings {
  std::unique_ptr<TraceSession> trace;
  std::unique_ptr<BandwidthCsv> bandwidth;

  // Opens the files. Throws InputError.
  Recordings(const CommandOptions& options, const PlatformConfig& config);

  // What the machine must be made with.
  SocOptions soc_options(bool timing_only) const;
  // Before the simulation starts.
  void attach(Soc& soc) const;
  // Before a job runs, of the layer or operator of that name.
  void begin(const std::string& name, const TensorPlacement& placement) const;
  // Several times a job. Throws std::runtime_error where a write has failed.
  void check() const;

  void finish() const;
  // Ends those of a run that did not reach its end. Failures are told only: the run ends for another reason.
  void leave_partial() const;
};

// The server for --gdb, which listens already; none where the option is not given. Throws InputError.
std::unique_ptr<GdbServer> make_debugger(const CommandOptions& options, const PlatformConfig& config);
// Gives it the machine, and says where it waits.
void attach(GdbServer& debugger, Soc& soc);

// Lines of the firmware's log as --firmware-log says, each with the simulated time at which it began. Throws
// InputError.
void log_firmware(const CommandOptions& options, Mailbox& mailbox);

}  // namespace hwcvp
