#include "models/faults/interposer.h"

#include <cstdio>

namespace hwcvp::faults {

using sc_core::sc_time;

Interposer::Interposer(const sc_core::sc_module_name& name)
    : sc_module(name), target_socket("target_socket"), initiator_socket("initiator_socket") {
  target_socket.register_b_transport(this, &Interposer::b_transport);
  target_socket.register_nb_transport_fw(this, &Interposer::nb_transport_fw);
  target_socket.register_get_direct_mem_ptr(this, &Interposer::get_direct_mem_ptr);
  target_socket.register_transport_dbg(this, &Interposer::transport_dbg);
  initiator_socket.register_nb_transport_bw(this, &Interposer::nb_transport_bw);
  initiator_socket.register_invalidate_direct_mem_ptr(this, &Interposer::invalidate_direct_mem_ptr);
}

void Interposer::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  if (!request(payload)) return;
  initiator_socket->b_transport(payload, delay);
  payload.set_dmi_allowed(false);
  response(payload);
}

tlm::tlm_sync_enum Interposer::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                               sc_time& delay) {
  if (phase == tlm::BEGIN_REQ && !request(payload)) return tlm::TLM_COMPLETED;
  const bool begins = phase != tlm::END_RESP;
  const tlm::tlm_sync_enum status = initiator_socket->nb_transport_fw(payload, phase, delay);
  if (begins && (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::BEGIN_RESP))) {
    payload.set_dmi_allowed(false);
    response(payload);
  }
  return status;
}

tlm::tlm_sync_enum Interposer::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                               sc_time& delay) {
  if (phase == tlm::BEGIN_RESP) {
    payload.set_dmi_allowed(false);
    response(payload);
  }
  return target_socket->nb_transport_bw(payload, phase, delay);
}

bool Interposer::get_direct_mem_ptr(tlm::tlm_generic_payload& /*payload*/, tlm::tlm_dmi& dmi) {
  dmi.init();  // refuses the whole address space
  dmi.set_start_address(0);
  dmi.set_end_address(~sc_dt::uint64{0});
  return false;
}

unsigned Interposer::transport_dbg(tlm::tlm_generic_payload& payload) {
  const unsigned bytes = initiator_socket->transport_dbg(payload);
  debugged(payload, bytes);
  return bytes;
}

void Interposer::invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) {
  target_socket->invalidate_direct_mem_ptr(start, end);
}

std::string Interposer::describe(const tlm::tlm_generic_payload& payload) {
  char text[80];
  std::snprintf(text, sizeof text, "%s of %u bytes at 0x%llx", payload.is_read() ? "read" : "write",
                payload.get_data_length(), static_cast<unsigned long long>(payload.get_address()));
  return text;
}

}  // namespace hwcvp::faults
