#include "models/monitor/protocol_checker.h"

#include <string>

namespace hwcvp {

using sc_core::sc_time;

ProtocolChecker::Attributes::Attributes(const Payload& payload)
    : command(payload.get_command()),
      address(payload.get_address()),
      data(payload.get_data_ptr()),
      enables(payload.get_byte_enable_ptr()),
      length(payload.get_data_length()),
      enables_length(payload.get_byte_enable_length()),
      streaming_width(payload.get_streaming_width()) {}

bool ProtocolChecker::Attributes::operator==(const Attributes& other) const {
  return command == other.command && data == other.data && enables == other.enables &&
         length == other.length && enables_length == other.enables_length &&
         streaming_width == other.streaming_width;
}

ProtocolChecker::ProtocolChecker(const sc_core::sc_module_name& name, const Properties& properties)
    : sc_module(name),
      target_socket("target_socket"),
      initiator_socket("initiator_socket"),
      properties_(properties) {
  target_socket.register_b_transport(this, &ProtocolChecker::b_transport);
  target_socket.register_nb_transport_fw(this, &ProtocolChecker::nb_transport_fw);
  target_socket.register_get_direct_mem_ptr(this, &ProtocolChecker::get_direct_mem_ptr);
  target_socket.register_transport_dbg(this, &ProtocolChecker::transport_dbg);
  initiator_socket.register_nb_transport_bw(this, &ProtocolChecker::nb_transport_bw);
  initiator_socket.register_invalidate_direct_mem_ptr(this, &ProtocolChecker::invalidate_direct_mem_ptr);
}

void ProtocolChecker::expect(bool holds, const char* rule) {
  if (holds) return;
  ++violations_;
  SC_REPORT_WARNING("/hwcvp/protocol", (std::string(name()) + ": " + rule).c_str());
}

void ProtocolChecker::advise_address(uint64_t before, uint64_t after) {
  if (after == before || changed_addresses_++ != 0 || !properties_.advise_restored_address) return;
  SC_REPORT_INFO(
      "/hwcvp/protocol",
      (std::string(name()) +
       ": interconnect: the address was not restored, which is allowed; an initiator must not rely "
       "on it (told once)")
          .c_str());
}

void ProtocolChecker::check_begin(const Payload& payload) {
  ++transactions_;
  expect(payload.get_response_status() == tlm::TLM_INCOMPLETE_RESPONSE,
         "initiator: a transaction must begin with TLM_INCOMPLETE_RESPONSE");
  expect(!payload.is_dmi_allowed(), "initiator: a transaction must begin with the DMI hint unset");
  const bool moves = payload.get_command() != tlm::TLM_IGNORE_COMMAND;
  expect(!moves || (payload.get_data_ptr() != nullptr && payload.get_data_length() > 0),
         "initiator: a read or write needs data");
  expect(!moves || payload.get_streaming_width() > 0, "initiator: a streaming width of 0");
  expect(payload.get_byte_enable_ptr() == nullptr || payload.get_byte_enable_length() > 0,
         "initiator: byte enables of length 0");
}

void ProtocolChecker::check_response(const Payload& payload, const Attributes& before) {
  expect(payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE,
         "target: a response must have a status");
  const Attributes after(payload);
  expect(after == before, "target: only the data of reads, the response and the DMI hint may change");
  advise_address(before.address, after.address);
}

void ProtocolChecker::b_transport(Payload& payload, sc_time& delay) {
  check_begin(payload);
  const Attributes before(payload);
  const sc_time earliest = sc_core::sc_time_stamp() + delay;
  initiator_socket->b_transport(payload, delay);
  expect(sc_core::sc_time_stamp() + delay >= earliest, "target: b_transport must not go back in time");
  check_response(payload, before);
}

ProtocolChecker::Flight* ProtocolChecker::advance(Payload& payload, const sc_time& delay) {
  const auto found = flights_.find(&payload);
  if (found == flights_.end()) {
    expect(false, "a phase of a transaction that is not under way");
    return nullptr;
  }
  const sc_time time = sc_core::sc_time_stamp() + delay;
  expect(time >= found->second.latest, "effective times must not go back within a transaction");
  found->second.latest = time;
  return &found->second;
}

void ProtocolChecker::begin_request(Payload& payload, const sc_time& delay) {
  expect(payload.has_mm(), "initiator: nb_transport needs a payload with a memory manager");
  expect(request_ == nullptr, "initiator: BEGIN_REQ before the END_REQ of the request before");
  expect(flights_.count(&payload) == 0, "initiator: BEGIN_REQ of a transaction that is under way");
  check_begin(payload);
  request_ = &payload;
  flights_.insert_or_assign(&payload,
                            Flight{Stage::requested, Attributes(payload), sc_core::sc_time_stamp() + delay});
}

void ProtocolChecker::end_request(Payload& payload, const sc_time& delay) {
  Flight* const flight = advance(payload, delay);
  if (flight == nullptr) return;
  expect(flight->stage == Stage::requested, "target: END_REQ out of order");
  if (flight->stage == Stage::requested) flight->stage = Stage::accepted;
  if (request_ == &payload) request_ = nullptr;
}

void ProtocolChecker::begin_response(Payload& payload, const sc_time& delay) {
  Flight* const flight = advance(payload, delay);
  if (flight == nullptr) return;
  expect(flight->stage != Stage::responded, "target: BEGIN_RESP out of order");
  expect(response_ == nullptr, "target: BEGIN_RESP before the END_RESP of the response before");
  check_response(payload, flight->attributes);
  flight->stage = Stage::responded;
  if (request_ == &payload) request_ = nullptr;  // BEGIN_RESP implies END_REQ
  response_ = &payload;
}

void ProtocolChecker::end_response(Payload& payload, const sc_time& delay) {
  const Flight* const flight = advance(payload, delay);
  if (flight == nullptr) return;
  expect(flight->stage == Stage::responded, "initiator: END_RESP out of order");
  leave(payload);
}

// TLM_COMPLETED in answer to BEGIN_REQ.
void ProtocolChecker::complete(Payload& payload, const sc_time& delay) {
  const Flight* const flight = advance(payload, delay);
  if (flight == nullptr) return;
  expect(flight->stage == Stage::requested, "target: TLM_COMPLETED after END_REQ or BEGIN_RESP");
  check_response(payload, flight->attributes);
  leave(payload);
}

void ProtocolChecker::leave(Payload& payload) {
  if (request_ == &payload) request_ = nullptr;
  if (response_ == &payload) response_ = nullptr;
  flights_.erase(&payload);
}

tlm::tlm_sync_enum ProtocolChecker::nb_transport_fw(Payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
  const tlm::tlm_phase called = phase;
  if (called == tlm::BEGIN_REQ) {
    begin_request(payload, delay);
  } else if (called == tlm::END_RESP) {
    end_response(payload, delay);
  } else {
    expect(called != tlm::END_REQ && called != tlm::BEGIN_RESP,
           "initiator: END_REQ or BEGIN_RESP on the forward path");
  }
  const tlm::tlm_sync_enum status = initiator_socket->nb_transport_fw(payload, phase, delay);
  if (called == tlm::END_RESP) {
    expect(status != tlm::TLM_UPDATED, "target: TLM_UPDATED in answer to END_RESP");
  } else if (called != tlm::BEGIN_REQ) {
    return status;
  } else if (status == tlm::TLM_COMPLETED) {
    complete(payload, delay);
  } else if (status == tlm::TLM_UPDATED) {
    if (phase == tlm::END_REQ) {
      end_request(payload, delay);
    } else if (phase == tlm::BEGIN_RESP) {
      begin_response(payload, delay);
    } else {
      expect(false, "target: TLM_UPDATED in answer to BEGIN_REQ with neither END_REQ nor BEGIN_RESP");
    }
  }
  return status;
}

tlm::tlm_sync_enum ProtocolChecker::nb_transport_bw(Payload& payload, tlm::tlm_phase& phase, sc_time& delay) {
  const tlm::tlm_phase called = phase;
  if (called == tlm::END_REQ) {
    end_request(payload, delay);
  } else if (called == tlm::BEGIN_RESP) {
    begin_response(payload, delay);
  } else {
    expect(called != tlm::BEGIN_REQ && called != tlm::END_RESP,
           "target: BEGIN_REQ or END_RESP on the backward path");
  }
  const tlm::tlm_sync_enum status = target_socket->nb_transport_bw(payload, phase, delay);
  if (called == tlm::END_REQ) {
    expect(status == tlm::TLM_ACCEPTED, "initiator: END_REQ can only be answered by TLM_ACCEPTED");
  } else if (called == tlm::BEGIN_RESP && status != tlm::TLM_ACCEPTED) {
    expect(status == tlm::TLM_COMPLETED || phase == tlm::END_RESP,
           "initiator: TLM_UPDATED in answer to BEGIN_RESP without END_RESP");
    end_response(payload, delay);
  }
  return status;
}

bool ProtocolChecker::get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) {
  const uint64_t address = payload.get_address();
  const bool granted = initiator_socket->get_direct_mem_ptr(payload, dmi);
  advise_address(address, payload.get_address());
  expect(dmi.get_start_address() <= address && address <= dmi.get_end_address(),
         "target: a DMI region must hold the address that was asked for");
  expect(!granted || dmi.get_dmi_ptr() != nullptr, "target: DMI granted without a pointer");
  return granted;
}

unsigned ProtocolChecker::transport_dbg(Payload& payload) {
  const Attributes before(payload);
  const auto start = sc_core::sc_time_stamp().value();
  const unsigned done = initiator_socket->transport_dbg(payload);
  expect(sc_core::sc_time_stamp().value() == start, "target: debug transport must take no time");
  expect(done <= before.length, "target: debug transport of more than was asked for");
  const Attributes after(payload);
  expect(after == before, "interconnect: debug transport must leave the payload as it was");
  advise_address(before.address, after.address);
  return done;
}

void ProtocolChecker::invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) {
  expect(start <= end, "target: an invalidation of a range that ends before it starts");
  target_socket->invalidate_direct_mem_ptr(start, end);
}

}  // namespace hwcvp
