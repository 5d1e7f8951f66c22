#include "platform/trace/trace_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/placement/memory_map.h"
#include "platform/trace/signal_recorder.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

struct TracePoint {
  const char* name;
  uint64_t base;  // bus address of the socket's address 0
  Monitor* (*monitor)(Soc& soc);
};

constexpr const char* kDramSocket = "dram.socket";

constexpr TracePoint kTracePoints[] = {
    {"hwc.memory", 0, [](Soc& soc) { return &soc.tensor_monitor; }},
    {"control_processor.bus", 0, [](Soc& soc) { return &soc.control_monitor; }},
    {kDramSocket, memory_map::kDramBase, [](Soc& soc) { return soc.dram_monitor(); }},
};

const TracePoint& find_point(const std::string& name) {
  std::string known;
  for (const TracePoint& point : kTracePoints) {
    if (name == point.name) return point;
    known += (known.empty() ? "" : ", ") + std::string(point.name);
  }
  throw InputError(fmt::format("--trace-socket: expected some of {}, found \"{}\"", known, shown(name)));
}

TraceHeader make_header(std::vector<std::string> sockets, const PlatformConfig& config) {
  TraceHeader header;
  if (sockets.empty()) sockets = {kTracePoints[0].name};
  for (const std::string& name : sockets) {
    const auto same = [&name](const TraceSocket& socket) { return socket.name == name; };
    if (std::any_of(header.sockets.begin(), header.sockets.end(), same)) {
      throw InputError(fmt::format("--trace-socket: {}: expected once", name));
    }
    header.sockets.push_back({name, find_point(name).base});
  }
  const sc_core::sc_time cycle(1000.0 / config.bus.clock_mhz, sc_core::SC_NS);
  header.cycle_ps = std::max<uint64_t>(1, cycle.value());
  header.dram_base = memory_map::kDramBase;
  header.dram_bytes = static_cast<uint64_t>(config.dram.size_bytes);
  return header;
}

}  // namespace

std::vector<std::string> TraceSession::socket_names() {
  std::vector<std::string> names;
  for (const TracePoint& point : kTracePoints) names.emplace_back(point.name);
  return names;
}

TraceSession::TraceSession(const std::string& path, const std::vector<std::string>& sockets,
                           const PlatformConfig& config)
    : config_(config), header_(make_header(sockets, config)) {
  const TraceFormat format = trace_format(path, "--trace");
  if (format == TraceFormat::vcd && !sockets.empty()) {
    throw InputError("--trace-socket: not allowed with a .vcd trace, which holds signals");
  }
  file_ = std::make_unique<OutputFile>(path);
  if (format == TraceFormat::vcd) return;
  writer_ = make_trace_writer(format, header_, *file_);
  recorder_ = std::make_unique<TraceRecorder>(*writer_);
}

TraceSession::~TraceSession() = default;

SocOptions TraceSession::soc_options() const {
  SocOptions options;
  for (const TraceSocket& socket : header_.sockets) options.dram_monitor |= socket.name == kDramSocket;
  return options;
}

void TraceSession::attach(Soc& soc) {
  if (!writer_) {
    signals_ = std::make_unique<SignalRecorder>("signal_recorder", soc, *file_);
    return;
  }
  for (uint32_t i = 0; i < header_.sockets.size(); ++i) {
    const TracePoint& point = find_point(header_.sockets[i].name);
    recorder_->attach(*point.monitor(soc), i, point.base);
  }
}

void TraceSession::begin_layer(const std::string& name, const TensorPlacement& placement) {
  if (recorder_) recorder_->begin_layer(name, placement);
}

void TraceSession::end_format() {
  if (recorder_) {
    recorder_->flush();
    writer_->finish();
  }
  if (signals_) signals_->finish();
}

void TraceSession::finish() {
  end_format();
  file_->commit();
}

std::string TraceSession::finish_partial() {
  end_format();
  return file_->keep_partial();
}

}  // namespace hwcvp
