// The system bus.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/memory/busy_timeline.h"

namespace hwcvp {

// Does not model: priorities (first come, first served at each target), wait states, splitting and
// interleaving of bursts, AT ordering rules (nb_transport is accepted and served as b_transport).
//
// Decodes the address by windows, replaces it by the offset in the target for the call and restores it
// afterwards. A transaction holds the channel of its target for ceil(bytes / width_bytes) clock cycles, after
// a cycle for decoding; the time is added to the delay argument, the bus itself never waits. An address
// outside every window, and a transaction that crosses the end of its window, are answered with an address
// error.
class Bus : public sc_core::sc_module {
 public:
  using TargetSocket = tlm_utils::simple_target_socket_tagged<Bus>;
  using InitiatorSocket = tlm_utils::simple_initiator_socket_tagged<Bus>;

  struct Properties {
    sc_core::sc_time clock_period = sc_core::sc_time(1, sc_core::SC_NS);
    unsigned width_bytes = 16;  // data moved in a cycle
    unsigned initiators = 1;    // elements of target_sockets
    unsigned targets = 1;       // elements of initiator_sockets
  };

  sc_core::sc_vector<TargetSocket> target_sockets;        // initiators bind to these
  sc_core::sc_vector<InitiatorSocket> initiator_sockets;  // these bind to targets

  Bus(const sc_core::sc_module_name& name, const Properties& properties);

  // Maps the addresses [base, base + size) to initiator_sockets[target], where they become [offset, offset +
  // size). An empty window, one that passes the end of the address space or overlaps another, and a target
  // that does not exist, are reported by SC_REPORT_ERROR and not mapped.
  void map(unsigned target, uint64_t base, uint64_t size, uint64_t offset = 0);

  const Properties& properties() const { return properties_; }

 private:
  struct Window {
    uint64_t base;
    uint64_t last;  // inclusive
    uint64_t offset;
    unsigned target;
  };

  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  bool get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);
  void invalidate_direct_mem_ptr(int target, sc_dt::uint64 start, sc_dt::uint64 end);
  const Window* find(uint64_t address, size_t initiator);

  const Properties properties_;
  std::vector<Window> windows_;         // in ascending order
  std::vector<size_t> last_window_;     // that each initiator used
  std::vector<BusyTimeline> channels_;  // of each target
};

}  // namespace hwcvp
