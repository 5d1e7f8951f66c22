#include "tests/support/tlm/at_initiator.h"

#include <cstring>

#include "models/tlm/processes.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

struct Tag : tlm::tlm_extension<Tag> {
  tlm_extension_base* clone() const override { return new Tag; }
  void copy_from(const tlm_extension_base& /*other*/) override {}
};

DECLARE_EXTENDED_PHASE(at_initiator_extra_phase);

}  // namespace

AtInitiator::AtInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
  socket.register_nb_transport_bw(this, &AtInitiator::nb_transport_bw);
  HWCVP_METHOD(send_next);
  sensitive << start_;
  dont_initialize();
}

size_t AtInitiator::post(tlm::tlm_command command, uint64_t address, std::vector<unsigned char> data) {
  return post(command, address, std::move(data), [](tlm::tlm_generic_payload&) {});
}

size_t AtInitiator::post(tlm::tlm_command command, uint64_t address, std::vector<unsigned char> data,
                         const std::function<void(tlm::tlm_generic_payload&)>& prepare) {
  tlm::tlm_generic_payload* const payload = pool_.acquire(static_cast<unsigned>(data.size()));
  payload->set_command(command);
  payload->set_address(address);
  std::memcpy(payload->get_data_ptr(), data.data(), data.size());
  payload->set_auto_extension(new Tag);
  prepare(*payload);
  queue_.emplace_back(posted_, payload);
  start_.notify(sc_core::SC_ZERO_TIME);
  return posted_++;
}

void AtInitiator::send_next() {
  if (request_ != nullptr || queue_.empty()) return;
  const auto [number, next] = queue_.front();
  queue_.pop_front();
  tlm::tlm_generic_payload& payload = *next;
  const Behaviour behaviour = behave(number);
  flights_[&payload] = {number, behaviour, sc_core::sc_time_stamp() + behaviour.request_delay,
                        payload.get_extension<Tag>()};
  request_ = &payload;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_time delay = behaviour.request_delay;
  const tlm::tlm_sync_enum status = socket->nb_transport_fw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED) {
    phases_.notify(payload, tlm::UNINITIALIZED_PHASE, delay);
    return;
  }
  if (status == tlm::TLM_UPDATED) phases_.notify(payload, phase, delay);
  if (behaviour.extra_phase) {
    phase = at_initiator_extra_phase;
    socket->nb_transport_fw(payload, phase, delay = sc_core::SC_ZERO_TIME);
  }
}

tlm::tlm_sync_enum AtInitiator::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                sc_time& delay) {
  if (phase != tlm::BEGIN_RESP) {
    if (phase == tlm::END_REQ) phases_.notify(payload, phase, delay);
    return tlm::TLM_ACCEPTED;
  }
  const Behaviour& behaviour = flights_.at(&payload).behaviour;
  if (behaviour.reply == ResponseReply::end_later) {
    phases_.notify(payload, phase, delay);
    return tlm::TLM_ACCEPTED;
  }
  delay += behaviour.response_delay;
  phases_.notify(payload, tlm::UNINITIALIZED_PHASE, delay);
  if (behaviour.reply == ResponseReply::complete) return tlm::TLM_COMPLETED;
  phase = tlm::END_RESP;
  return tlm::TLM_UPDATED;
}

// After the annotated delay. The uninitialized phase stands for a transaction that is over.
void AtInitiator::on_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase) {
  if (request_ == &payload) request_ = nullptr;
  if (phase == tlm::BEGIN_RESP) {
    ends_.notify(payload, tlm::END_RESP, flights_.at(&payload).behaviour.response_delay);
  } else if (phase == tlm::UNINITIALIZED_PHASE) {
    finish(payload, sc_core::sc_time_stamp());
  }
  send_next();
}

void AtInitiator::send_end(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& /*phase*/) {
  tlm::tlm_phase phase = tlm::END_RESP;
  sc_time delay;
  socket->nb_transport_fw(payload, phase, delay);
  finish(payload, sc_core::sc_time_stamp());
}

void AtInitiator::finish(tlm::tlm_generic_payload& payload, const sc_time& end) {
  const Flight& flight = flights_.at(&payload);
  const unsigned char* const data = payload.get_data_ptr();
  results.push_back({flight.number,
                     payload.get_response_status(),
                     {data, data + payload.get_data_length()},
                     flight.begin,
                     end,
                     payload.get_address(),
                     flight.extension != nullptr && payload.get_extension<Tag>() == flight.extension});
  flights_.erase(&payload);
  payload.release();
}

AtInitiator::Behaviour random_initiator_behaviour(std::mt19937_64& random) {
  const auto delay = [&] {
    return random() % 2 == 0 ? sc_core::SC_ZERO_TIME
                             : sc_time(static_cast<double>(random() % 20), sc_core::SC_NS);
  };
  AtInitiator::Behaviour behaviour;
  behaviour.reply = static_cast<AtInitiator::ResponseReply>(random() % 3);
  behaviour.request_delay = delay();
  behaviour.response_delay = delay();
  behaviour.extra_phase = random() % 4 == 0;
  return behaviour;
}

}  // namespace hwcvp
