#include "platform/trace/trace_replay.h"

#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <systemc>
#include <tlm>

#include "models/monitor/monitor.h"
#include "models/tlm/payload_pool.h"
#include "models/tlm/processes.h"

namespace hwcvp {

namespace {

using sc_core::sc_time;

constexpr size_t kStackBytes = 256 * 1024;

// Which sockets of the trace to replay: one at the DRAM sees what all others send there.
std::vector<bool> select_sockets(const TraceHeader& header) {
  std::vector<bool> selected;
  for (const TraceSocket& socket : header.sockets) selected.push_back(socket.base == header.dram_base);
  if (std::find(selected.begin(), selected.end(), true) == selected.end()) {
    selected.assign(header.sockets.size(), true);
  }
  return selected;
}

// The initiator, which also listens to the monitor before the DRAM.
class Replayer : public sc_core::sc_module, public tlm::tlm_analysis_if<TransactionRecord> {
 public:
  tlm_utils::simple_initiator_socket<Replayer> socket;
  ReplayResult result;
  std::exception_ptr error;

  Replayer(const sc_core::sc_module_name& name, BinaryReader& reader, uint64_t dram_bytes)
      : sc_module(name),
        socket("socket"),
        reader_(reader),
        dram_bytes_(dram_bytes),
        selected_(select_sockets(reader.header())) {
    for (size_t i = 0; i < selected_.size(); ++i) {
      if (selected_[i]) result.sockets.push_back(reader.header().sockets[i].name);
    }
    HWCVP_THREAD(run);
    set_stack_size(kStackBytes);
  }

  // By the monitor, of the record under way.
  void write(const TransactionRecord& seen) override {
    const bool same =
        seen.ok && seen.address == address_ && seen.bytes == record_.bytes && seen.is_read == record_.is_read;
    if (!same) ++result.differing;
    ++result.replayed;
    TraceRecord counted = record_;
    counted.is_read = seen.is_read;
    counted.bytes = seen.bytes;
    if (seen.ok) count(result.counts, counted);
    last_end_ = std::max(last_end_, seen.end);
    result.replayed_span_ps = last_end_.value();  // the first starts at 0
  }

 private:
  void run() {
    try {
      reader_.visit([this](const TraceRecord& record, uint32_t) { replay(record); });
    } catch (const sc_core::sc_unwind_exception&) {
      throw;
    } catch (...) {  // SystemC would turn it into a report
      error = std::current_exception();
    }
    result.recorded_span_ps = last_ps_ - first_ps_;
  }

  void replay(const TraceRecord& record) {
    if (!selected_[record.socket]) return;
    const TraceHeader& header = reader_.header();
    address_ = record.address + header.sockets[record.socket].base - header.dram_base;
    const bool wraps =
        record.address > std::numeric_limits<uint64_t>::max() - header.sockets[record.socket].base;
    if (!record.ok || wraps || record.bytes > dram_bytes_ || address_ > dram_bytes_ - record.bytes) {
      ++result.left_out;
      return;
    }
    if (result.replayed == 0) first_ps_ = record.start_ps;
    last_ps_ = std::max(last_ps_, record.end_ps);
    record_ = record;
    const uint64_t start = std::max(record.start_ps, first_ps_) - first_ps_;
    const sc_time& now = sc_core::sc_time_stamp();
    if (start > now.value()) wait(sc_time::from_value(start - now.value()));
    send();
  }

  void send() {
    const auto bytes = static_cast<unsigned>(record_.bytes);
    tlm::tlm_generic_payload& payload = *pool_.acquire(0);
    payload.set_command(record_.is_read ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
    payload.set_address(address_);
    payload.set_data_ptr(&no_data_);  // the DRAM moves none
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    sc_time delay;
    socket->b_transport(payload, delay);
    payload.release();
  }

  BinaryReader& reader_;
  const uint64_t dram_bytes_;
  const std::vector<bool> selected_;
  tlm_support::PayloadPool pool_;
  unsigned char no_data_ = 0;
  TraceRecord record_;    // under way
  uint64_t address_ = 0;  // of it, in the DRAM
  uint64_t first_ps_ = 0, last_ps_ = 0;
  sc_time last_end_;
};

}  // namespace

ReplayResult replay_trace(BinaryReader& reader, Dram::Properties properties) {
  properties.size_bytes = reader.header().dram_bytes;
  properties.functional = false;
  Replayer replayer("replayer", reader, properties.size_bytes);
  Monitor monitor("dram_monitor");
  Dram dram("dram", properties);
  replayer.socket.bind(monitor.target_socket);
  monitor.initiator_socket.bind(dram.socket);
  monitor.transactions.bind(replayer);
  sc_core::sc_start();
  if (replayer.error) std::rethrow_exception(replayer.error);
  return replayer.result;
}

}  // namespace hwcvp
