// The Hardware Convolution Engine, a published accelerator that serves as a baseline.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>

#include "models/hwce/job_engine.h"
#include "models/registers/register_file.h"

namespace hwcvp {

// Does not model: cycle-accurate handshakes (time is loosely timed and annotated), the four memory ports one
// by one, the layout of the published block's registers, clock gating, power. Strides other than 1, filters
// other than 3 x 3 and 5 x 5, and padding do not exist; software decomposes.
//
// Convolves one input plane into one, two or four output maps a job, after Conti and Benini (DATE 2015); see
// docs/hwce.md, and the comments of JobEngine and StreamPort for the time that a job takes.
class Hwce : public sc_core::sc_module {
 public:
  struct Properties {
    sc_core::sc_time clock_period = sc_core::sc_time(2, sc_core::SC_NS);
    uint32_t ports = 4;               // 32-bit words that the memory port moves in a cycle, at least 1
    uint32_t outstanding = 8;         // reads in flight, and writes in flight, at least 1
    uint32_t max_burst_bytes = 4096;  // of a transaction, a power of two, at least 4; none crosses a multiple
    sc_core::sc_time quantum =
        sc_core::sc_time(1, sc_core::SC_US);  // that streams may run ahead of simulated time
    bool accept_incomplete_responses =
        false;  // of memory: one without a status is good, and warned of once; false: it is an error
    std::optional<uint32_t> initiator_id;  // that transactions at `memory` carry, as an InitiatorId
  };

  tlm_utils::simple_target_socket<Hwce> registers;
  tlm_utils::simple_initiator_socket<Hwce> memory;
  sc_core::sc_out<bool> interrupt;  // level, high
  sc_core::sc_in<bool> reset;       // level, high; to be bound

  // Throws std::invalid_argument, naming the property, where one is out of its range.
  Hwce(const sc_core::sc_module_name& name, const Properties& properties);

  const Properties& properties() const { return properties_; }
  // What has begun at `memory` and not ended, for a simulation that stalls: "1 transaction in flight, the
  // oldest for 3 us: read of 64 bytes at 0x40, waits for the return of b_transport"; empty where there is
  // nothing. At the end of a simulation (sc_stop) that is an SC_REPORT_WARNING of the type "/hwcvp/hwce".
  std::string transactions_in_flight() const { return engine_.in_flight(); }

 private:
  void end_of_simulation() override;
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) { return registers_.debug_access(payload); }
  bool depends_on_jobs(const tlm::tlm_generic_payload& payload) const;
  void start();
  void clear();
  void update_interrupt();
  void drive_interrupt();

  const Properties properties_;
  registers::RegisterFile registers_;
  hwce::JobEngine engine_;
  sc_core::sc_time local_time_;  // of the access that is served
  sc_core::sc_event interrupt_changed_;
  bool interrupt_level_ = false;
};

}  // namespace hwcvp
