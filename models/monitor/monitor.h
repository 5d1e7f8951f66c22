// A probe for any TLM-2.0 connection.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <systemc>
#include <tlm>

#include "models/monitor/transaction_record.h"
#include "models/tlm/flight_table.h"

namespace hwcvp {

// Does not model: anything. It adds no time and changes no transaction.
//
// Sits between an initiator and a target, passes everything through, and publishes each read and write that
// ends. Requests for DMI are refused and hints at it taken back, so that no byte passes unseen; debug
// transport passes and is not published, as it takes no part in the simulated system. Invalidations are
// forwarded.
class Monitor : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Monitor> target_socket;        // the initiator binds to this
  tlm_utils::simple_initiator_socket<Monitor> initiator_socket;  // this binds to the target
  tlm::tlm_analysis_port<TransactionRecord> transactions;        // any number of subscribers

  explicit Monitor(const sc_core::sc_module_name& name);

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end);

  void finish(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay);
  void publish(TransactionRecord& record, const tlm::tlm_generic_payload& payload,
               const sc_core::sc_time& delay);

  tlm_support::FlightTable<TransactionRecord> in_flight_;  // over nb_transport
};

}  // namespace hwcvp
