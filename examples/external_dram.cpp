#include "external_dram.h"

#include <cstring>

#include "models/tlm/processes.h"

namespace example {

using sc_core::sc_time;

namespace {

const sc_time kLatency(40, sc_core::SC_NS);
const sc_time kBeat(1, sc_core::SC_NS);  // of 8 bytes

}  // namespace

ExternalDram::ExternalDram(const sc_core::sc_module_name& name, size_t bytes, size_t queue_depth)
    : sc_module(name), bytes_(bytes), queue_depth_(queue_depth) {
  socket.register_nb_transport_fw(this, &ExternalDram::nb_transport_fw);
  socket.register_transport_dbg(this, &ExternalDram::transport_dbg);
  HWCVP_THREAD(serve);
}

tlm::tlm_sync_enum ExternalDram::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                 sc_time& delay) {
  if (delay != sc_core::SC_ZERO_TIME) SC_REPORT_ERROR("/example/dram", "annotated delays are not supported");
  if (phase == tlm::END_RESP) {
    responding_ = false;
    ended_.notify();
    return tlm::TLM_COMPLETED;
  }
  payload.acquire();
  if (queue_.size() >= queue_depth_) {
    waiting_ = &payload;
    ++withheld_;
    return tlm::TLM_ACCEPTED;
  }
  enqueue(payload);
  phase = tlm::END_REQ;
  return tlm::TLM_UPDATED;
}

void ExternalDram::enqueue(tlm::tlm_generic_payload& payload) {
  queue_.push_back({&payload, sc_core::sc_time_stamp() + kLatency});
  arrived_.notify();
}

bool ExternalDram::legal(const tlm::tlm_generic_payload& payload) const {
  const unsigned length = payload.get_data_length();
  return length > 0 && length <= kMaxBurstBytes && (length & (length - 1)) == 0 &&
         payload.get_address() % length == 0 && payload.get_byte_enable_ptr() == nullptr &&
         payload.get_streaming_width() >= length;
}

void ExternalDram::serve() {
  for (;;) {
    while (queue_.empty()) wait(arrived_);
    const Entry entry = queue_.front();
    tlm::tlm_generic_payload& payload = *entry.payload;
    if (entry.ready > sc_core::sc_time_stamp()) wait(entry.ready - sc_core::sc_time_stamp());
    const unsigned beats = (payload.get_data_length() + 7) / 8;
    wait(kBeat * beats);
    if (!legal(payload)) {
      ++refused_;
      payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    } else if (transport_dbg(payload) != payload.get_data_length()) {
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else {
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
    // END_RESP may come at once, within the call or in the same delta cycle; an event would be missed.
    responding_ = true;
    if (send(payload, tlm::BEGIN_RESP) != tlm::TLM_ACCEPTED) {
      SC_REPORT_ERROR("/example/dram", "early completion of responses is not supported");
    }
    while (responding_) wait(ended_);
    payload.release();
    ++served_;
    queue_.pop_front();
    if (waiting_ != nullptr) {
      tlm::tlm_generic_payload& next = *waiting_;
      waiting_ = nullptr;
      enqueue(next);
      send(next, tlm::END_REQ);
    }
  }
}

tlm::tlm_sync_enum ExternalDram::send(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
  sc_time delay;
  return socket->nb_transport_bw(payload, phase, delay);
}

unsigned ExternalDram::transport_dbg(tlm::tlm_generic_payload& payload) {
  const uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  if (address > bytes_.size() || length > bytes_.size() - address) return 0;
  if (payload.is_read()) std::memcpy(payload.get_data_ptr(), bytes_.data() + address, length);
  if (payload.is_write()) std::memcpy(bytes_.data() + address, payload.get_data_ptr(), length);
  return length;
}

}  // namespace example
