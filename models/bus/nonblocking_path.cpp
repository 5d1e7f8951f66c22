#include "models/bus/nonblocking_path.h"

#include <algorithm>
#include <string>
#include <utility>

namespace hwcvp {

using sc_core::sc_time;

NonblockingPath::NonblockingPath(const sc_core::sc_module_name& name, unsigned initiators, unsigned targets,
                                 Arbitration arbitration, const sc_time& cycle, Hooks hooks)
    : sc_module(name),
      cycle_(cycle),
      hooks_(std::move(hooks)),
      requests_(targets, Lane(arbitration)),
      responses_(initiators, Lane(arbitration)),
      arbitrate_("contention"),
      phases_(this, &NonblockingPath::on_phase),
      departures_(this, &NonblockingPath::depart) {
  SC_HAS_PROCESS(NonblockingPath);
  SC_METHOD(arbitrate);
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

NonblockingPath::Flight* NonblockingPath::find(Payload& payload) {
  const auto found = flights_.find(&payload);
  return found == flights_.end() ? nullptr : &found->second;
}

void NonblockingPath::refuse(const char* what) const {
  SC_REPORT_ERROR("/hwcvp/protocol", (std::string(name()) + ": " + what).c_str());
}

// Whether a phase may follow those that were; a stray one must not disturb other transactions.
bool NonblockingPath::expected(Payload& payload, const tlm::tlm_phase& phase) {
  Flight* const flight = find(payload);
  if (flight == nullptr) return false;
  if (phase == tlm::BEGIN_REQ) return true;
  if (phase == tlm::END_RESP) return responses_[flight->initiator].current == &payload;
  if (flight->responded) return false;
  if (phase == tlm::BEGIN_RESP) flight->responded = true;
  return true;
}

void NonblockingPath::later(Payload& payload, const tlm::tlm_phase& phase, const sc_time& delay) {
  if (!expected(payload, phase)) return refuse("a phase out of order, or of a transaction not under way");
  Flight& flight = *find(payload);
  const sc_time& now = sc_core::sc_time_stamp();
  flight.latest = std::max(flight.latest, now + delay);
  phases_.notify(payload, phase, flight.latest - now);
}

tlm::tlm_sync_enum NonblockingPath::forward(unsigned initiator, const AddressMap::Window* window,
                                            Payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
  if (phase == tlm::END_RESP) {
    later(payload, phase, delay);
    return tlm::TLM_COMPLETED;
  }
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_ACCEPTED;  // not of the base protocol, may be ignored
  if (window == nullptr) {
    delay += cycle_;
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  if (!payload.has_mm()) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    refuse("nb_transport of a payload without memory manager");
    return tlm::TLM_COMPLETED;
  }
  if (find(payload) != nullptr) {
    refuse("BEGIN_REQ of a payload that is under way");
    return tlm::TLM_ACCEPTED;
  }
  payload.acquire();
  const uint64_t address = payload.get_address();
  flights_.emplace(&payload, Flight{initiator, window->target, address, window->to_target(address), false,
                                    false, sc_core::SC_ZERO_TIME});
  later(payload, phase, delay + cycle_);
  return tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum NonblockingPath::backward(Payload& payload, const tlm::tlm_phase& phase,
                                             const sc_time& delay) {
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) later(payload, phase, delay);
  return tlm::TLM_ACCEPTED;
}

void NonblockingPath::on_phase(Payload& payload, const tlm::tlm_phase& phase) {
  const Flight& flight = *find(payload);
  Lane& requests = requests_[flight.target];
  if (phase == tlm::BEGIN_REQ) {
    requests.add(payload, flight.initiator);
  } else if (phase == tlm::END_RESP) {
    end(payload, flight);
  } else {
    if (requests.current == &payload) requests.current = nullptr;  // a response implies END_REQ
    if (phase == tlm::BEGIN_RESP) responses_[flight.initiator].add(payload, flight.target);
  }
  // In the next delta cycle, so that all that come at the same time take part.
  arbitrate_.notify(sc_core::SC_ZERO_TIME);
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
  const Flight& flight = *find(payload);
  departures_.notify(payload, tlm::BEGIN_REQ,
                     hooks_.reserve(flight.target, payload) - sc_core::sc_time_stamp());
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_time delay;
  hooks_.initiator(flight.initiator).nb_transport_bw(payload, phase, delay);
}

void NonblockingPath::depart(Payload& payload, const tlm::tlm_phase& /*phase*/) {
  Flight& flight = *find(payload);
  payload.set_address(flight.target_address);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_time delay;
  const tlm::tlm_sync_enum status = hooks_.target(flight.target).nb_transport_fw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED) {
    flight.completed = true;
    later(payload, tlm::BEGIN_RESP, delay);
  } else if (status == tlm::TLM_UPDATED) {
    later(payload, phase, delay);
  }
}

void NonblockingPath::grant_response(Payload& payload) {
  const Flight& flight = *find(payload);
  payload.set_address(flight.address);
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_time delay;
  const tlm::tlm_sync_enum status = hooks_.initiator(flight.initiator).nb_transport_bw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
    later(payload, tlm::END_RESP, delay);
  }
}

void NonblockingPath::end(Payload& payload, const Flight& flight) {
  Lane& lane = responses_[flight.initiator];
  if (lane.current == &payload) lane.current = nullptr;
  if (!flight.completed) {
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_time delay;
    hooks_.target(flight.target).nb_transport_fw(payload, phase, delay);
  }
  flights_.erase(&payload);
  payload.release();
}

}  // namespace hwcvp
