// The main memory.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/memory/busy_timeline.h"
#include "models/memory/sparse_memory.h"
#include "models/tlm/lenience.h"
#include "models/tlm/nonblocking_target.h"

namespace hwcvp {

// Does not model: banks, rows and refresh (every access has the same latency), reordering, exclusive
// accesses, streaming (a streaming width below the data length is refused with a burst error).
//
// Address 0 is the first byte of the memory, wherever the bus maps it. Byte enables are honoured. Timing is
// pipelined: a transaction that arrives at time a has its bytes on the data bus for bytes/bytes_per_second,
// in the first gap at or after a + latency, and ends with the last byte. The time is added to the delay
// argument; the model never waits. nb_transport gives the same times: at most `queue_depth` transactions are
// accepted and not yet ended, further requests are held until one ends.
class Dram : public sc_core::sc_module {
 public:
  struct Properties {
    uint64_t size_bytes = uint64_t{1} << 30;
    sc_core::sc_time latency = sc_core::sc_time(60, sc_core::SC_NS);  // from arrival to the first byte
    double bytes_per_second = 12.8e9;                                 // peak of the data bus, above 0
    unsigned queue_depth = 64;                                        // nb_transport, at least 1
    bool answer_by_calls =
        false;  // nb_transport: END_REQ never by return value, which some initiators ignore
    bool functional =
        true;  // false: transactions take their time and move no data; the debug transport still does
  };

  tlm_utils::simple_target_socket<Dram> socket;

  Dram(const sc_core::sc_module_name& name, const Properties& properties);

  const Properties& properties() const { return properties_; }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);

  const Properties properties_;
  const double ticks_per_byte_;
  memory::SparseMemory memory_;
  memory::BusyTimeline data_bus_;
  tlm_support::StreamingWidthCheck streaming_width_;
  tlm_support::NonblockingTarget nonblocking_;
};

}  // namespace hwcvp
