#include "models/bus/nonblocking_path.h"

#include <algorithm>
#include <string>
#include <utility>

#include "models/tlm/processes.h"

namespace hwcvp::bus {

using sc_core::sc_time;

NonblockingPath::NonblockingPath(const sc_core::sc_module_name& name, unsigned initiators, unsigned targets,
                                 Arbitration arbitration, const sc_time& cycle, Hooks hooks)
    : sc_module(name),
      cycle_(cycle),
      hooks_(std::move(hooks)),
      beginning_(initiators),
      requests_(targets, Lane(arbitration)),
      responses_(initiators, Lane(arbitration)),
      coming_(targets),
      serving_(initiators, targets),
      arbitrate_("contention"),
      phases_(this, &NonblockingPath::on_phase),
      departures_(this, &NonblockingPath::depart) {
  HWCVP_METHOD(arbitrate);
  sensitive << arbitrate_;
  dont_initialize();
}

void NonblockingPath::Lane::add(Payload& payload, unsigned index) {
  waiting.push_back(&payload);
  from.push_back(index);
}

NonblockingPath::Payload* NonblockingPath::Lane::grant() {
  if (current != nullptr || waiting.empty()) return nullptr;
  const auto place = static_cast<std::ptrdiff_t>(arbiter.pick(from));
  current = waiting[static_cast<size_t>(place)];
  waiting.erase(waiting.begin() + place);
  from.erase(from.begin() + place);
  return current;
}

void NonblockingPath::refuse(const char* what) const {
  SC_REPORT_ERROR("/hwcvp/protocol", (std::string(name()) + ": " + what).c_str());
}

// Whether a phase may follow those that were; a stray one must not disturb other transactions.
bool NonblockingPath::expected(Payload& payload, const tlm::tlm_phase& phase) {
  Flight* const flight = flights_.find(payload);
  if (flight == nullptr) return false;
  if (phase == tlm::BEGIN_REQ) return true;
  if (phase == tlm::END_RESP) return responses_[flight->initiator].current == &payload;
  if (flight->responded) return false;
  if (phase == tlm::BEGIN_RESP) flight->responded = true;
  return true;
}

void NonblockingPath::later(Payload& payload, const tlm::tlm_phase& phase, const sc_time& delay) {
  if (!expected(payload, phase)) return refuse("a phase out of order, or of a transaction not under way");
  Flight& flight = *flights_.find(payload);
  const sc_time& now = sc_core::sc_time_stamp();
  flight.latest = std::max(flight.latest, now + delay);
  if (flight.latest == now) {
    on_phase(payload, phase);
  } else {
    phases_.notify(payload, phase, flight.latest - now);
  }
}

tlm::tlm_sync_enum NonblockingPath::forward(unsigned initiator, const AddressMap::Window* window,
                                            Payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
  if (phase == tlm::END_RESP) {
    later(payload, phase, delay);
    return tlm::TLM_COMPLETED;
  }
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_ACCEPTED;  // not of the base protocol, may be ignored
  if (flights_.find(payload) != nullptr) {
    refuse("BEGIN_REQ of a payload that is under way");
    return tlm::TLM_ACCEPTED;
  }
  const auto complete = [&payload](tlm::tlm_response_status status) {
    payload.set_response_status(status);
    return tlm::TLM_COMPLETED;
  };
  if (beginning_[initiator] != nullptr) {
    refuse("BEGIN_REQ before the END_REQ of the request before");
    return complete(tlm::TLM_GENERIC_ERROR_RESPONSE);
  }
  if (window == nullptr) {
    delay += cycle_;
    return complete(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
  if (!payload.has_mm()) {
    refuse("nb_transport of a payload without memory manager");
    return complete(tlm::TLM_GENERIC_ERROR_RESPONSE);
  }
  payload.acquire();
  beginning_[initiator] = &payload;
  const uint64_t address = payload.get_address();
  flights_.insert(payload, {initiator, window->target, address, window->to_target(address), false, false,
                            sc_core::SC_ZERO_TIME});
  ++coming_[window->target];
  later(payload, phase, delay + cycle_);
  return tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum NonblockingPath::backward(Payload& payload, const tlm::tlm_phase& phase,
                                             const sc_time& delay) {
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) later(payload, phase, delay);
  return tlm::TLM_ACCEPTED;
}

void NonblockingPath::on_phase(Payload& payload, const tlm::tlm_phase& phase) {
  const Flight flight = *flights_.find(payload);
  if (phase == tlm::END_RESP) {
    end(payload);
    settle_responses(flight.initiator);
    return;
  }
  Lane& requests = requests_[flight.target];
  if (phase == tlm::BEGIN_REQ) {
    requests.add(payload, flight.initiator);
  } else {
    if (requests.current == &payload) requests.current = nullptr;  // a response implies END_REQ
    if (phase == tlm::BEGIN_RESP) {
      serving_.add(flight, -1);
      responses_[flight.initiator].add(payload, flight.target);
      settle_responses(flight.initiator);
    }
  }
  settle_requests(flight.target);
}

void NonblockingPath::settle_requests(unsigned target) {
  Lane& lane = requests_[target];
  if (lane.current != nullptr || lane.waiting.empty()) return;
  if (lane.waiting.size() < coming_[target]) {
    arbitrate_.notify(sc_core::SC_ZERO_TIME);
  } else {
    grant_request(*lane.grant());
  }
}

void NonblockingPath::settle_responses(unsigned initiator) {
  Lane& lane = responses_[initiator];
  if (lane.current != nullptr || lane.waiting.empty()) return;
  if (lane.waiting.size() > 1 || serving_.elsewhere(*flights_.find(*lane.waiting.front())) != 0) {
    arbitrate_.notify(sc_core::SC_ZERO_TIME);
  } else {
    grant_response(*lane.grant());
  }
}

void NonblockingPath::arbitrate() {
  for (Lane& lane : responses_) {
    if (Payload* const payload = lane.grant()) grant_response(*payload);
  }
  for (Lane& lane : requests_) {
    if (Payload* const payload = lane.grant()) grant_request(*payload);
  }
}

void NonblockingPath::grant_request(Payload& payload) {
  const Flight flight = *flights_.find(payload);
  --coming_[flight.target];
  serving_.add(flight, 1);
  departures_.notify(payload, tlm::BEGIN_REQ,
                     hooks_.reserve(flight.target, payload) - sc_core::sc_time_stamp());
  beginning_[flight.initiator] = nullptr;
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_time delay;
  hooks_.initiator(flight.initiator).nb_transport_bw(payload, phase, delay);
}

void NonblockingPath::depart(Payload& payload, const tlm::tlm_phase& /*phase*/) {
  const Flight& flight = *flights_.find(payload);
  payload.set_address(flight.target_address);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_time delay;
  const tlm::tlm_sync_enum status = hooks_.target(flight.target).nb_transport_fw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED) {
    flights_.find(payload)->completed = true;
    later(payload, tlm::BEGIN_RESP, delay);
  } else if (status == tlm::TLM_UPDATED) {
    later(payload, phase, delay);
  }
}

void NonblockingPath::grant_response(Payload& payload) {
  const Flight& flight = *flights_.find(payload);
  payload.set_address(flight.address);
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_time delay;
  const tlm::tlm_sync_enum status = hooks_.initiator(flight.initiator).nb_transport_bw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
    later(payload, tlm::END_RESP, delay);
  }
}

void NonblockingPath::end(Payload& payload) {
  const Flight flight = flights_.take(payload);
  Lane& lane = responses_[flight.initiator];
  if (lane.current == &payload) lane.current = nullptr;
  if (!flight.completed) {
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_time delay;
    hooks_.target(flight.target).nb_transport_fw(payload, phase, delay);
  }
  payload.release();
}

}  // namespace hwcvp::bus
