// A DRAM model with the limits that those of others have.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <systemc>
#include <tlm>
#include <vector>

namespace example {

// Does not model: b_transport, DMI, byte enables; banks, rows and refresh; responses out of order.
//
// Takes transactions by the four phases alone. Bursts are powers of two up to 64 bytes at their multiples;
// others get a burst error, and count as refused. No more than `queue_depth` are in the queue, and the
// END_REQ of the next one is withheld until one has left. A response completes by END_RESP in a call of its
// own: anything else returned for BEGIN_RESP than TLM_ACCEPTED is an SC_REPORT_ERROR.
class ExternalDram : public sc_core::sc_module {
 public:
  static constexpr unsigned kMaxBurstBytes = 64;

  tlm_utils::simple_target_socket<ExternalDram> socket{"socket"};

  ExternalDram(const sc_core::sc_module_name& name, size_t bytes, size_t queue_depth);

  uint64_t served() const { return served_; }
  uint64_t refused() const { return refused_; }
  uint64_t withheld() const { return withheld_; }  // requests whose END_REQ had to wait

 private:
  struct Entry {
    tlm::tlm_generic_payload* payload;
    sc_core::sc_time ready;  // when its first byte can be on the data bus
  };

  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  void serve();
  void enqueue(tlm::tlm_generic_payload& payload);
  bool legal(const tlm::tlm_generic_payload& payload) const;
  tlm::tlm_sync_enum send(tlm::tlm_generic_payload& payload, tlm::tlm_phase phase);

  std::vector<unsigned char> bytes_;
  const size_t queue_depth_;
  std::deque<Entry> queue_;
  tlm::tlm_generic_payload* waiting_ = nullptr;  // without END_REQ
  bool responding_ = false;                      // BEGIN_RESP without END_RESP
  sc_core::sc_event arrived_, ended_;
  uint64_t served_ = 0, refused_ = 0, withheld_ = 0;
};

}  // namespace example
