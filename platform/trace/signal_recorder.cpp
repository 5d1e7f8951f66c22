#include "platform/trace/signal_recorder.h"

#include "models/tlm/processes.h"

namespace hwcvp {

namespace {

// The order in which the signals are declared; of busy and done there is one for each engine.
enum Index : size_t { kReset, kHwcInterrupt, kMailboxInterrupt, kBusy, kDone = kBusy + kEngineCount };

constexpr unsigned kTokenBits = 32;

std::vector<VcdWriter::Signal> signals(const Soc& soc) {
  std::vector<VcdWriter::Signal> result = {
      {"reset", 1, soc.reset_line().read() ? 1U : 0U},
      {"hwc_interrupt", 1, soc.hwc_interrupt().read() ? 1U : 0U},
      {"mailbox_interrupt", 1, soc.mailbox_interrupt().read() ? 1U : 0U}};
  for (const Engine engine : kEngines) {
    result.push_back({std::string(to_string(engine)) + "_busy", 1, 0});
  }
  for (const Engine engine : kEngines) {
    result.push_back({std::string(to_string(engine)) + "_done", kTokenBits, 0});
  }
  return result;
}

uint64_t now() { return sc_core::sc_time_stamp().value(); }

}  // namespace

SignalRecorder::SignalRecorder(const sc_core::sc_module_name& name, Soc& soc, OutputFile& file)
    : sc_module(name), soc_(soc), writer_(soc.basename(), signals(soc), file) {
  soc.hwc().activity.bind(*this);
  HWCVP_METHOD(note_lines);
  sensitive << soc.reset_line().value_changed_event() << soc.hwc_interrupt().value_changed_event()
            << soc.mailbox_interrupt().value_changed_event();
  dont_initialize();
}

SignalRecorder::~SignalRecorder() = default;

void SignalRecorder::note_lines() {
  writer_.change(kReset, soc_.reset_line().read() ? 1 : 0, now());
  writer_.change(kHwcInterrupt, soc_.hwc_interrupt().read() ? 1 : 0, now());
  writer_.change(kMailboxInterrupt, soc_.mailbox_interrupt().read() ? 1 : 0, now());
}

void SignalRecorder::write(const EngineActivity& activity) {
  for (size_t i = 0; i < kEngineCount; ++i) {
    writer_.change(kBusy + i, activity.busy[i] ? 1 : 0, now());
    writer_.change(kDone + i, activity.done[i], now());
  }
}

void SignalRecorder::finish() { writer_.finish(now()); }

}  // namespace hwcvp
