#include "models/monitor/monitor.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

TransactionRecord begin(const tlm::tlm_generic_payload& payload, const sc_time& delay) {
  TransactionRecord record;
  record.start = sc_core::sc_time_stamp() + delay;
  record.address = payload.get_address();
  record.bytes = payload.get_data_length();
  record.is_read = payload.is_read();
  return record;
}

}  // namespace

Monitor::Monitor(const sc_core::sc_module_name& name)
    : sc_module(name),
      target_socket("target_socket"),
      initiator_socket("initiator_socket"),
      transactions("transactions") {
  target_socket.register_b_transport(this, &Monitor::b_transport);
  target_socket.register_nb_transport_fw(this, &Monitor::nb_transport_fw);
  target_socket.register_get_direct_mem_ptr(this, &Monitor::get_direct_mem_ptr);
  target_socket.register_transport_dbg(this, &Monitor::transport_dbg);
  initiator_socket.register_nb_transport_bw(this, &Monitor::nb_transport_bw);
  initiator_socket.register_invalidate_direct_mem_ptr(this, &Monitor::invalidate_direct_mem_ptr);
}

void Monitor::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  TransactionRecord record = begin(payload, delay);
  const tlm::tlm_command command = payload.get_command();
  initiator_socket->b_transport(payload, delay);
  payload.set_dmi_allowed(false);  // a hint that would lead to a refusal
  if (command != tlm::TLM_IGNORE_COMMAND) publish(record, payload, delay);
}

void Monitor::publish(TransactionRecord& record, const tlm::tlm_generic_payload& payload,
                      const sc_time& delay) {
  record.end = sc_core::sc_time_stamp() + delay;
  record.ok = payload.is_response_ok();
  transactions.write(record);
}

tlm::tlm_sync_enum Monitor::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                            sc_time& delay) {
  if (phase == tlm::BEGIN_REQ && payload.get_command() != tlm::TLM_IGNORE_COMMAND) {
    in_flight_.insert(payload, begin(payload, delay));
  }
  const tlm::tlm_sync_enum status = initiator_socket->nb_transport_fw(payload, phase, delay);
  if (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::BEGIN_RESP)) {
    finish(payload, delay);
  }
  return status;
}

tlm::tlm_sync_enum Monitor::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                            sc_time& delay) {
  // The response is complete when it begins; the initiator may take the payload back during the call.
  if (phase == tlm::BEGIN_RESP) finish(payload, delay);
  return target_socket->nb_transport_bw(payload, phase, delay);
}

void Monitor::finish(tlm::tlm_generic_payload& payload, const sc_time& delay) {
  payload.set_dmi_allowed(false);  // a hint that would lead to a refusal
  if (in_flight_.find(payload) == nullptr) return;
  TransactionRecord record = in_flight_.take(payload);
  publish(record, payload, delay);
}

bool Monitor::get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
  dmi.init();  // refuses the whole address space
  dmi.set_start_address(0);
  dmi.set_end_address(~sc_dt::uint64{0});
  return false;
}

unsigned Monitor::transport_dbg(tlm::tlm_generic_payload& payload) {
  return initiator_socket->transport_dbg(payload);
}

void Monitor::invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end) {
  target_socket->invalidate_direct_mem_ptr(start, end);
}

}  // namespace hwcvp
