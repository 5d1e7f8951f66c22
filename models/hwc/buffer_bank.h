// The on-chip buffer memory of the HWC.
#pragma once

#include <tlm_utils/multi_passthrough_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/memory/sparse_memory.h"
#include "models/tlm/lenience.h"

namespace hwcvp::hwc {

// Does not model: ports and their conflicts, access energy.
//
// Slots and regions lie where the configuration says. Any number of initiators; engines use the DMI pointer
// that they get at the start of simulation, and account for the time themselves. b_transport adds a cycle for
// each row of row_bytes.
class BufferBank : public sc_core::sc_module {
 public:
  struct Properties {
    uint64_t size_bytes = 65536;
    uint32_t row_bytes = 32;  // moved in a cycle
    sc_core::sc_time clock_period = sc_core::sc_time(1, sc_core::SC_NS);
  };

  tlm_utils::multi_passthrough_target_socket<BufferBank> socket;

  BufferBank(const sc_core::sc_module_name& name, const Properties& properties);

 private:
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  bool get_direct_mem_ptr(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(int initiator, tlm::tlm_generic_payload& payload);

  const Properties properties_;
  memory::SparseMemory memory_;
  tlm_support::StreamingWidthCheck streaming_width_;
};

// The memory behind a socket that is bound to a bank. An access that the bank does not grant is reported by
// SC_REPORT_ERROR.
unsigned char* buffer_memory(tlm::tlm_initiator_socket<>& port);

}  // namespace hwcvp::hwc
