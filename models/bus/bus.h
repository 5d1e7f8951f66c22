// The system bus.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/bus/address_map.h"
#include "models/bus/arbiter.h"
#include "models/memory/busy_timeline.h"

namespace hwcvp {

namespace bus {
class NonblockingPath;
}

// Does not model: wait states, splitting and interleaving of bursts, a response path of limited width.
//
// Decodes the address by windows, replaces it by the offset in the target for the call and restores it
// afterwards. A transaction holds the channel of its target for a clock cycle for each word that it touches,
// width_bytes wide and aligned to that, after a cycle for decoding. An address outside every window, and a
// transaction that crosses the end of its window, are answered with an address error.
//
// b_transport: the time is added to the delay argument, the bus itself never waits; at each target the first
// to come is the first served. nb_transport: requests that wait for the same target, and responses that wait
// for the same initiator, are granted by `arbitration`; see NonblockingPath. Both share the channels.
class Bus : public sc_core::sc_module {
 public:
  using TargetSocket = tlm_utils::simple_target_socket_tagged<Bus>;
  using InitiatorSocket = tlm_utils::simple_initiator_socket_tagged<Bus>;

  struct Properties {
    sc_core::sc_time clock_period = sc_core::sc_time(1, sc_core::SC_NS);
    unsigned width_bytes = 16;                           // data moved in a cycle
    unsigned initiators = 1;                             // elements of target_sockets
    unsigned targets = 1;                                // elements of initiator_sockets
    Arbitration arbitration = Arbitration::round_robin;  // nb_transport; between indices of sockets
  };

  sc_core::sc_vector<TargetSocket> target_sockets;        // initiators bind to these
  sc_core::sc_vector<InitiatorSocket> initiator_sockets;  // these bind to targets

  Bus(const sc_core::sc_module_name& name, const Properties& properties);
  ~Bus() override;

  // Maps the addresses [base, base + size) to initiator_sockets[target], where they become [offset, offset +
  // size). An empty window, one that passes the end of the address space or overlaps another, and a target
  // that does not exist, are reported by SC_REPORT_ERROR and not mapped.
  void map(unsigned target, uint64_t base, uint64_t size, uint64_t offset = 0);

  const Properties& properties() const { return properties_; }

 private:
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_fw(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_bw(int target, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  bool get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
  void invalidate_direct_mem_ptr(int target, sc_dt::uint64 start, sc_dt::uint64 end);
  // Reserves the channel of a target at or after `earliest`; returns when the last beat is over.
  sc_core::sc_time reserve(unsigned target, const tlm::tlm_generic_payload& payload,
                           const sc_core::sc_time& earliest);

  const Properties properties_;
  bus::AddressMap map_;
  std::vector<size_t> last_window_;             // that each initiator used
  std::vector<memory::BusyTimeline> channels_;  // of each target
  std::unique_ptr<bus::NonblockingPath> nonblocking_;
};

}  // namespace hwcvp
