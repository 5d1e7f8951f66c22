// The trace of one run: which sockets of the machine, and into which file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/config/config.h"
#include "platform/machine/soc.h"
#include "platform/trace/trace_recorder.h"
#include "platform/trace/trace_writer.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

class SignalRecorder;

// Opens the file at once, records from attach() on, and gives the file its name in finish(). Without that the
// file disappears.
class TraceSession {
 public:
  // The sockets that can be traced: "hwc.memory" (the default), "control_processor.bus" and "dram.socket".
  static std::vector<std::string> socket_names();

  // Records the sockets into `path`, in the format of its suffix, or the machine's signals where that is
  // .vcd, which `sockets` must be empty for. Throws InputError for unknown suffixes and sockets, and where
  // the file cannot be made.
  TraceSession(const std::string& path, const std::vector<std::string>& sockets,
               const PlatformConfig& config);
  ~TraceSession();

  // What the machine to be recorded must be made with.
  SocOptions soc_options() const;
  // Before the simulation starts.
  void attach(Soc& soc);
  // Before the layer runs.
  void begin_layer(const std::string& name, const TensorPlacement& placement);
  // Throws std::runtime_error where a write has failed.
  void check() const { file_->check(); }
  // Ends the trace. Throws as check().
  void finish();
  // Ends the trace of a run that did not reach its end and leaves it under another name, which is returned.
  // Throws as check().
  std::string finish_partial();

 private:
  void end_format();

  const PlatformConfig config_;
  TraceHeader header_;
  std::unique_ptr<OutputFile> file_;
  std::unique_ptr<TraceWriter> writer_;      // of transactions, or
  std::unique_ptr<SignalRecorder> signals_;  // of signals, once attached
  std::unique_ptr<TraceRecorder> recorder_;
};

}  // namespace hwcvp
