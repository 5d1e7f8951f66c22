// The local time of a temporally decoupled initiator.
#pragma once

#include <systemc>
// Needs SystemC before it:
#include <tlm_utils/tlm_quantumkeeper.h>

namespace hwcvp::cpu {

// Does not follow the global quantum: each initiator has a quantum of its own. Synchronization points are the
// multiples of the quantum; with a quantum of zero every need_sync() asks for one.
class LocalClock : public tlm_utils::tlm_quantumkeeper {
 public:
  explicit LocalClock(const sc_core::sc_time& quantum) : quantum_(quantum) {}

  // How far the local time may run ahead of the simulated time before a synchronization is due.
  sc_core::sc_time allowance() const {
    const sc_core::sc_time& now = sc_core::sc_time_stamp();
    return m_next_sync_point > now ? m_next_sync_point - now : sc_core::SC_ZERO_TIME;
  }

 protected:
  sc_core::sc_time compute_local_quantum() override {
    return quantum_ == sc_core::SC_ZERO_TIME ? quantum_ : quantum_ - sc_core::sc_time_stamp() % quantum_;
  }

 private:
  const sc_core::sc_time quantum_;
};

}  // namespace hwcvp::cpu
