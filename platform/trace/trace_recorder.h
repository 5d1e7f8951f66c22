// From monitors to a trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/monitor/monitor.h"
#include "platform/placement/tensor_placement.h"
#include "platform/trace/trace_writer.h"

namespace hwcvp {

// Tells tensors apart by bus address.
class TensorWindows {
 public:
  // The windows of a layer, and control for job, status and registers.
  explicit TensorWindows(const TensorPlacement& placement);

  TrafficClass find(uint64_t address) const;

 private:
  struct Window {
    AddressWindow window;
    TrafficClass tensor;
  };
  std::vector<Window> windows_;
};

// Does not record debug accesses, nor DMI, which monitors refuse.
//
// Subscribes to monitors and hands their transactions to a writer in the order of their start. They arrive in
// another order: initiators run ahead of simulated time, and a transaction is published when it ends. So it
// waits here until simulated time is kLookBackPs past its start, or kMostPending of them wait; a transaction
// that took longer than kLookBackPs goes out of order.
class TraceRecorder {
 public:
  static constexpr size_t kMostPending = size_t{1} << 18;
  static constexpr uint64_t kLookBackPs = 100'000'000;  // 100 us

  // The writer must outlive it.
  explicit TraceRecorder(TraceWriter& writer);

  // Records what the monitor publishes; `socket` is the index in the trace's header, `base` the bus address
  // of the socket's address 0.
  void attach(Monitor& monitor, uint32_t socket, uint64_t base);

  // What follows belongs to this layer.
  void begin_layer(const std::string& name, const TensorPlacement& placement);
  // Hands out all that waits.
  void flush();

 private:
  struct Tap : tlm::tlm_analysis_if<TransactionRecord> {
    Tap(TraceRecorder& tap_owner, uint32_t tap_socket, uint64_t tap_base)
        : owner(tap_owner), socket(tap_socket), base(tap_base) {}
    void write(const TransactionRecord& record) override { owner.add(*this, record); }

    TraceRecorder& owner;
    const uint32_t socket;
    const uint64_t base;
  };

  void add(const Tap& tap, const TransactionRecord& transaction);
  void release();
  void hand_out(size_t count);

  TraceWriter& writer_;
  std::deque<Tap> taps_;
  TensorWindows windows_;
  std::vector<TraceRecord> pending_;
  size_t limit_;  // of pending_, at which it is worth sorting
};

}  // namespace hwcvp
