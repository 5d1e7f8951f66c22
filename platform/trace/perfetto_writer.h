// Traces as a timeline for Perfetto.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/trace/trace_writer.h"

namespace hwcvp {

namespace perfetto_trace {
class TracePacket;
}

// Does not keep times below the nanosecond, which is what Perfetto counts in.
//
// One track for the layers, and one for each socket with as many lanes below it as transactions overlap; each
// transaction is a slice named "read input" and so on, with address, bytes and response as arguments.
class PerfettoWriter : public TraceWriter {
 public:
  PerfettoWriter(const TraceHeader& header, OutputFile& file);
  ~PerfettoWriter() override;

  void begin_layer(const std::string& name) override;
  void write(const TraceRecord& record) override;
  void finish() override;

 private:
  void append(perfetto_trace::TracePacket& packet);
  void describe_track(uint64_t uuid, const std::string& name, uint64_t parent);
  void intern_names();
  uint64_t find_lane(uint32_t socket, uint64_t start_ns, uint64_t end_ns);
  void begin_layer_slice(uint64_t start_ns);
  void end_layer_slice();
  void end_slice(uint64_t track, uint64_t time_ns);

  OutputFile& file_;
  std::unique_ptr<perfetto_trace::TracePacket> begin_, end_;  // of slices, reused
  std::string bytes_;                                         // reused
  std::vector<std::vector<uint64_t>> lanes_;  // of each socket: when the lane's last slice ends
  std::string layer_;                         // that begins with the next record
  bool layer_waits_ = false, layer_open_ = false;
  uint64_t layers_end_ns_ = 0;  // of what was recorded so far
};

}  // namespace hwcvp
