#include "tests/support/tlm/at_target.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/memory/memory_access.h"
#include "models/tlm/initiator_id.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

DECLARE_EXTENDED_PHASE(at_target_extra_phase);

const sc_time kMostAhead(1, sc_core::SC_SEC);  // no initiator runs further ahead

struct Mark : tlm::tlm_extension<Mark> {
  tlm_extension_base* clone() const override { return new Mark; }
  void copy_from(const tlm_extension_base& /*other*/) override {}
};

}  // namespace

AtTarget::AtTarget(const sc_core::sc_module_name& name, size_t bytes) : sc_module(name), memory(bytes) {
  socket.register_b_transport(this, &AtTarget::b_transport);
  socket.register_nb_transport_fw(this, &AtTarget::nb_transport_fw);
  socket.register_get_direct_mem_ptr(this, &AtTarget::get_direct_mem_ptr);
  socket.register_transport_dbg(this, &AtTarget::transport_dbg);
}

void AtTarget::note(const tlm::tlm_generic_payload& payload) {
  addresses.push_back(payload.get_address());
  initiator_ids.push_back(initiator_id_of(payload));
  const bool plain =
      payload.get_byte_enable_ptr() == nullptr && payload.get_streaming_width() == payload.get_data_length();
  special += plain ? 0 : 1;
}

void AtTarget::serve(tlm::tlm_generic_payload& payload, tlm::tlm_response_status status) {
  const bool silent = status == tlm::TLM_INCOMPLETE_RESPONSE;
  if (silent || status == tlm::TLM_OK_RESPONSE) status = memory::check_memory_access(payload, memory.size());
  if (status == tlm::TLM_OK_RESPONSE) memory::move_memory_data(payload, memory.data());
  payload.set_response_status(silent ? tlm::TLM_INCOMPLETE_RESPONSE : status);
}

void AtTarget::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  EXPECT_LT(delay, kMostAhead) << "a delay that wrapped below zero";
  note(payload);
  const BlockingBehaviour behaviour = behave_blocking(requests_++);
  delay += behaviour.latency;
  if (behaviour.waits) {
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  if (behaviour.invalidates) socket->invalidate_direct_mem_ptr(0, memory.size() - 1);
  if (behaviour.keeps && payload.has_mm()) {
    payload.acquire();
    kept_.push_back({&payload, payload.get_command(), payload.get_address(), payload.get_data_ptr(),
                     payload.get_data_length()});
  }
  if (behaviour.extends && payload.has_mm() && payload.get_extension<Mark>() == nullptr) {
    payload.set_auto_extension(new Mark);
  }
  serve(payload, behaviour.status);
  payload.set_dmi_allowed(behaviour.hints_dmi);
  if (behaviour.moves_address) payload.set_address(payload.get_address() ^ 0xff0);
}

bool AtTarget::let_go() {
  bool unchanged = true;
  for (const Kept& k : kept_) {
    const tlm::tlm_generic_payload& now = *k.payload;
    unchanged &= k.command == now.get_command() && k.data == now.get_data_ptr() &&
                 k.length == now.get_data_length() && now.get_address() % memory.size() == k.address;
    k.payload->release();
  }
  kept_.clear();
  return unchanged;
}

bool AtTarget::get_direct_mem_ptr(tlm::tlm_generic_payload& /*payload*/, tlm::tlm_dmi& dmi) {
  ++dmi_requests;
  dmi.init();
  dmi.set_start_address(0);
  dmi.set_end_address(memory.size() - 1);
  if (!grant_dmi) return false;
  dmi.set_dmi_ptr(memory.data());
  dmi.allow_read_write();
  return true;
}

unsigned AtTarget::transport_dbg(tlm::tlm_generic_payload& payload) {
  return memory::debug_memory_access(payload, memory.data(), memory.size());
}

tlm::tlm_sync_enum AtTarget::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                             sc_time& delay) {
  if (phase == tlm::END_RESP) {
    phases_.notify(payload, phase, delay);
    return tlm::TLM_COMPLETED;
  }
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_ACCEPTED;
  EXPECT_LT(delay, kMostAhead) << "a delay that wrapped below zero";
  note(payload);
  Behaviour behaviour = behave(requests_++);
  const bool responding = response_ != nullptr || !ready_.empty();
  if (behaviour.reply == RequestReply::respond_at_once && responding)
    behaviour.reply = RequestReply::skip_end;
  const sc_time& now = sc_core::sc_time_stamp();
  if (behaviour.reply == RequestReply::complete_at_once) {
    delay += behaviour.request_delay + behaviour.latency;
    serve(payload, behaviour.status);
    return tlm::TLM_COMPLETED;
  }
  payload.acquire();
  delay += behaviour.request_delay;
  Flight& flight = flights_[&payload];
  flight = {behaviour, now + delay};
  most_in_flight = std::max(most_in_flight, flights_.size());
  switch (behaviour.reply) {
    case RequestReply::end_later:
      phases_.notify(payload, tlm::END_REQ, delay);
      return tlm::TLM_ACCEPTED;
    case RequestReply::respond_at_once:
      delay += behaviour.latency;
      serve(payload, behaviour.status);
      flight.latest = now + delay;
      response_ = &payload;
      phase = tlm::BEGIN_RESP;
      return tlm::TLM_UPDATED;
    default:
      break;
  }
  const sc_time latency = delay + behaviour.latency;
  phases_.notify(
      payload, tlm::BEGIN_RESP,
      latency > behaviour.response_notice ? latency - behaviour.response_notice : sc_core::SC_ZERO_TIME);
  if (behaviour.reply == RequestReply::skip_end) return tlm::TLM_ACCEPTED;
  phase = tlm::END_REQ;
  return tlm::TLM_UPDATED;
}

// Sends a phase, with a delay that keeps effective times in order.
tlm::tlm_sync_enum AtTarget::call_back(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                       sc_time& delay) {
  Flight& flight = flights_.at(&payload);
  const sc_time& now = sc_core::sc_time_stamp();
  flight.latest = std::max(flight.latest, now + delay);
  delay = flight.latest - now;
  return socket->nb_transport_bw(payload, phase, delay);
}

void AtTarget::on_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& reached) {
  if (reached == tlm::END_RESP) return end(payload);
  if (reached == tlm::BEGIN_RESP) {
    ready_.push_back(&payload);
    return send_response();
  }
  const Behaviour behaviour = flights_.at(&payload).behaviour;
  sc_time delay;
  if (behaviour.extra_phase) {
    tlm::tlm_phase extra = at_target_extra_phase;
    call_back(payload, extra, delay);
  }
  tlm::tlm_phase phase = tlm::END_REQ;
  call_back(payload, phase, delay = sc_core::SC_ZERO_TIME);
  phases_.notify(payload, tlm::BEGIN_RESP,
                 behaviour.latency > behaviour.response_notice ? behaviour.latency - behaviour.response_notice
                                                               : sc_core::SC_ZERO_TIME);
}

void AtTarget::send_response() {
  if (response_ != nullptr || ready_.empty()) return;
  const auto place = static_cast<std::ptrdiff_t>(reorder(ready_.size()) % ready_.size());
  tlm::tlm_generic_payload& payload = *ready_[static_cast<size_t>(place)];
  ready_.erase(ready_.begin() + place);
  response_ = &payload;
  const Behaviour& behaviour = flights_.at(&payload).behaviour;
  serve(payload, behaviour.status);
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_time delay = std::min(behaviour.response_notice, behaviour.latency);
  const tlm::tlm_sync_enum status = call_back(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
    phases_.notify(payload, tlm::END_RESP, delay);
  }
}

void AtTarget::end(tlm::tlm_generic_payload& payload) {
  if (response_ == &payload) response_ = nullptr;
  flights_.erase(&payload);
  payload.release();
  send_response();
}

AtTarget::Behaviour random_target_behaviour(std::mt19937_64& random) {
  const auto delay = [&] {
    return random() % 3 == 0 ? sc_core::SC_ZERO_TIME
                             : sc_time(static_cast<double>(random() % 50), sc_core::SC_NS);
  };
  AtTarget::Behaviour behaviour;
  behaviour.reply = static_cast<AtTarget::RequestReply>(random() % 5);
  behaviour.request_delay = delay();
  behaviour.latency = delay();
  behaviour.response_notice = delay();
  behaviour.extra_phase = random() % 4 == 0;
  return behaviour;
}

}  // namespace hwcvp
