#include "models/hwc/memory_port.h"

#include <algorithm>
#include <string>

#include "models/tlm/in_flight.h"
#include "models/tlm/processes.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

MemoryPort::MemoryPort(const sc_core::sc_module_name& name, tlm::tlm_initiator_socket<>& socket,
                       bool accept_incomplete_responses)
    : sc_module(name),
      socket_(socket),
      responses_(socket.name(), accept_incomplete_responses),
      issue_("issue_clients"),
      phases_(this, &MemoryPort::on_phase) {
  HWCVP_METHOD(issue);
  sensitive << issue_;
  dont_initialize();
}

void MemoryPort::issue() {
  for (Client* const client : clients_) client->issue();
}

void MemoryPort::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  calls_.push_back({&payload, sc_core::sc_time_stamp()});
  socket_->b_transport(payload, delay);
  const auto is_this = [&payload](const Call& call) { return call.payload == &payload; };
  calls_.erase(std::find_if(calls_.begin(), calls_.end(), is_this));
}

std::string MemoryPort::in_flight() const {
  tlm_support::InFlight found;
  flights_.for_each([&](const tlm::tlm_generic_payload& payload, const Flight& flight) {
    found.add(payload, flight.begin, &payload == request_ ? "END_REQ" : "BEGIN_RESP");
  });
  for (const Call& call : calls_) found.add(*call.payload, call.begin, "the return of b_transport");
  return found.text();
}

void MemoryPort::end_of_simulation() {
  const std::string waiting = in_flight();
  if (waiting.empty()) return;
  SC_REPORT_WARNING("/hwcvp/hwc", (std::string(socket_.name()) + ": at the end " + waiting).c_str());
}

void MemoryPort::send(tlm::tlm_generic_payload& payload, Client& client) {
  queue_.push_back({&payload, &client});
  send_next();
}

size_t MemoryPort::withdraw(const Client& client) {
  const auto first = std::stable_partition(queue_.begin(), queue_.end(),
                                           [&](const Request& request) { return request.client != &client; });
  const auto count = static_cast<size_t>(queue_.end() - first);
  std::for_each(first, queue_.end(), [](const Request& request) { request.payload->release(); });
  queue_.erase(first, queue_.end());
  return count;
}

void MemoryPort::send_next() {
  if (request_ != nullptr || queue_.empty()) return;
  const Request request = queue_.front();
  queue_.pop_front();
  tlm::tlm_generic_payload& payload = *request.payload;
  flights_.insert(payload, {request.client, false, false, sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME});
  request_ = &payload;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_time delay;
  const tlm::tlm_sync_enum status = socket_->nb_transport_fw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED) {
    flights_.find(payload)->completed = true;
    later(payload, tlm::BEGIN_RESP, delay);
  } else if (status == tlm::TLM_UPDATED) {
    later(payload, phase, delay);
  }
}

tlm::tlm_sync_enum MemoryPort::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                               sc_time& delay) {
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) later(payload, phase, delay);
  return tlm::TLM_ACCEPTED;  // other phases are not of the base protocol, and may be ignored
}

void MemoryPort::later(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase, const sc_time& delay) {
  Flight* const flight = flights_.find(payload);
  if (flight == nullptr || flight->responded) {
    SC_REPORT_ERROR(
        "/hwcvp/protocol",
        (std::string(name()) + ": a phase out of order, or of a transaction not under way").c_str());
    return;
  }
  flight->responded = phase == tlm::BEGIN_RESP;
  const sc_time& now = sc_core::sc_time_stamp();
  flight->latest = std::max(flight->latest, now + delay);
  if (phase == tlm::END_REQ && flight->latest == now) {
    on_phase(payload, phase);
  } else {
    phases_.notify(payload, phase, flight->latest - now);
  }
}

void MemoryPort::on_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase) {
  if (request_ == &payload) request_ = nullptr;  // a response implies END_REQ
  if (phase == tlm::BEGIN_RESP) end(payload);
  send_next();
}

void MemoryPort::end(tlm::tlm_generic_payload& payload) {
  const Flight flight = flights_.take(payload);
  if (!flight.completed) {
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_time delay;
    socket_->nb_transport_fw(payload, phase, delay);
  }
  flight.client->ended(payload);
  payload.release();
}

}  // namespace hwcvp::hwc
