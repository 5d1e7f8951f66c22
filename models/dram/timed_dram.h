// A DRAM with its controller, timed command by command.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/dram/at_target.h"
#include "models/dram/clock.h"
#include "models/dram/controller/controller.h"
#include "models/dram/controller/energy.h"
#include "models/memory/sparse_memory.h"
#include "models/tlm/lenience.h"

namespace hwcvp {

// Does not model: exclusive accesses, streaming (a streaming width below the data length is refused with a
// burst error), masks on the data bus (byte enables are honoured and take the time of whole bursts), what
// DramController and dram::Channel leave out.
//
// Address 0 is the first byte, wherever the bus maps it. b_transport: the transaction is given to the
// controller at the annotated time and followed to its end, which is returned as delay; the model never
// waits. So what arrives later, in the order of the calls, never overtakes it, and one that is annotated with
// an earlier time is served behind it: reordering shows within a transaction alone. nb_transport: see
// dram::AtTarget; there all that is in flight competes. Data moves in the call that brings a transaction, so
// in the order of the calls.
class TimedDram : public sc_core::sc_module {
 public:
  struct Properties {
    DramSpec spec;
    DramControllerConfig controller;
    uint64_t size_bytes = 0;  // addresses served, at most the capacity; 0: the capacity
    bool functional = true;   // false: transactions take their time and move no data; debug transport does
    bool answer_by_calls = false;  // nb_transport: never by return value, which some initiators ignore
    bool allow_dmi = false;        // true: DMI is granted; what moves by it takes no time and is not counted
  };

  tlm_utils::simple_target_socket<TimedDram> socket;

  // Throws std::invalid_argument, naming the field, for properties without meaning.
  TimedDram(const sc_core::sc_module_name& name, const Properties& properties);

  const Properties& properties() const { return properties_; }
  // Calls back for every command; replaces the one before.
  void set_trace(DramTrace trace) { controller_.trace = std::move(trace); }

  // Until the present time, or the end of what is under way where that is later.
  DramStatistics statistics() const;
  DramEnergy energy() const;

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);

  bool check(tlm::tlm_generic_payload& payload);
  void serve(tlm::tlm_generic_payload& payload);
  DramCycle now() const;

  const Properties properties_;
  const dram::Clock clock_;
  memory::SparseMemory memory_;
  tlm_support::StreamingWidthCheck streaming_width_;
  DramController controller_;
  dram::AtTarget at_;
};

}  // namespace hwcvp
