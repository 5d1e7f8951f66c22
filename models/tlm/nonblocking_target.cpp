#include "models/tlm/nonblocking_target.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace hwcvp::tlm_support {

using sc_core::sc_time;

NonblockingTarget::NonblockingTarget(tlm::tlm_target_socket<>& socket, unsigned capacity,
                                     bool answer_by_calls, Serve serve)
    : socket_(socket),
      capacity_(capacity),
      answer_by_calls_(answer_by_calls),
      serve_(std::move(serve)),
      phases_(this, &NonblockingTarget::on_phase) {
  if (capacity == 0) {
    throw std::invalid_argument(std::string(socket.name()) + ": capacity: expected at least 1");
  }
}

void NonblockingTarget::refuse(const char* what) const {
  SC_REPORT_ERROR("/hwcvp/protocol", (std::string(socket_.name()) + ": " + what).c_str());
}

tlm::tlm_sync_enum NonblockingTarget::nb_transport_fw(tlm::tlm_generic_payload& payload,
                                                      tlm::tlm_phase& phase, sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(payload, phase, delay);
  if (phase == tlm::END_RESP) {
    if (!responding_ || responses_.front() != &payload || ending_) {
      refuse("END_RESP of a transaction that has no response under way");
      return tlm::TLM_ACCEPTED;
    }
    ending_ = true;
    phases_.notify(payload, phase, delay);
    return tlm::TLM_COMPLETED;
  }
  return tlm::TLM_ACCEPTED;  // other phases are not of the base protocol, and may be ignored
}

tlm::tlm_sync_enum NonblockingTarget::begin_request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                    const sc_time& delay) {
  if (!payload.has_mm()) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    refuse("nb_transport of a payload without memory manager");
    return tlm::TLM_COMPLETED;
  }
  if (under_way_.count(&payload) != 0) {
    refuse("BEGIN_REQ of a payload that is under way");
    return tlm::TLM_ACCEPTED;
  }
  if (request_ != nullptr) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    refuse("BEGIN_REQ before the END_REQ of the request before");
    return tlm::TLM_COMPLETED;
  }
  under_way_.insert(&payload);
  payload.acquire();
  if (!answer_by_calls_ && delay == sc_core::SC_ZERO_TIME && accepted_ < capacity_) {
    accept(payload);
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
  }
  request_ = &payload;
  phases_.notify(payload, phase, delay);
  return tlm::TLM_ACCEPTED;
}

void NonblockingTarget::on_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase) {
  if (phase == tlm::BEGIN_REQ) {
    held_ = true;
    accept_held();
  } else if (phase == tlm::BEGIN_RESP) {
    responses_.push_back(&payload);
    send_response();
  } else {
    end_response();
  }
}

void NonblockingTarget::accept(tlm::tlm_generic_payload& payload) {
  ++accepted_;
  const sc_time begin = serve_(payload);
  phases_.notify(payload, tlm::BEGIN_RESP, begin - sc_core::sc_time_stamp());
}

void NonblockingTarget::accept_held() {
  if (!held_ || accepted_ >= capacity_) return;
  held_ = false;
  tlm::tlm_generic_payload& payload = *std::exchange(request_, nullptr);  // the call may begin the next one
  accept(payload);
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_time delay;
  socket_->nb_transport_bw(payload, phase, delay);
}

void NonblockingTarget::send_response() {
  if (responding_ || responses_.empty()) return;
  responding_ = true;
  tlm::tlm_generic_payload& payload = *responses_.front();
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_time delay;
  const tlm::tlm_sync_enum status = socket_->nb_transport_bw(payload, phase, delay);
  const bool ended = status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_RESP);
  if (ended && !ending_) {
    ending_ = true;
    phases_.notify(payload, tlm::END_RESP, delay);
  }
}

void NonblockingTarget::end_response() {
  tlm::tlm_generic_payload* const payload = responses_.front();
  responses_.pop_front();
  responding_ = ending_ = false;
  --accepted_;
  under_way_.erase(payload);
  payload->release();
  send_response();
  accept_held();
}

}  // namespace hwcvp::tlm_support
