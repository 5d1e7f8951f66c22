// The way of nb_transport through the bus.
#pragma once

#include <tlm_utils/peq_with_cb_and_phase.h>

#include <cstdint>
#include <functional>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/bus/address_map.h"
#include "models/bus/arbiter.h"
#include "models/tlm/flight_table.h"

namespace hwcvp::bus {

// Does not model: buffers (a request waits at its initiator until it is granted, a response at its target),
// a width of the response path, reordering within an initiator and target.
//
// A request is decoded on arrival, waits a cycle, and takes part in the arbitration for its target. When it
// is granted, its initiator gets END_REQ and may send the next one; after the beats on the target's channel
// BEGIN_REQ goes out, and the next grant follows the target's END_REQ (or the response that implies it).
// Responses return to their initiator one at a time; the END_RESP of the initiator goes on to the target.
// Either side may complete early; annotated delays are waited for. What breaks the protocol is an
// SC_REPORT_ERROR of the type "/hwcvp/protocol"; a payload without memory manager, and a request before the
// END_REQ of its initiator's request before, are completed with a generic error.
class NonblockingPath : public sc_core::sc_module {
 public:
  struct Hooks {
    std::function<tlm::tlm_fw_transport_if<>&(unsigned target)> target;
    std::function<tlm::tlm_bw_transport_if<>&(unsigned initiator)> initiator;
    // Reserves the channel of a target for a transaction, from the present time on; returns when it is over.
    std::function<sc_core::sc_time(unsigned target, const tlm::tlm_generic_payload& payload)> reserve;
  };

  // The decoding of a request takes `cycle`.
  NonblockingPath(const sc_core::sc_module_name& name, unsigned initiators, unsigned targets,
                  Arbitration arbitration, const sc_core::sc_time& cycle, Hooks hooks);

  // A call from an initiator; `window` is that of the address, or nullptr (used with BEGIN_REQ alone).
  tlm::tlm_sync_enum forward(unsigned initiator, const AddressMap::Window* window,
                             tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                             sc_core::sc_time& delay);
  // A call from a target.
  tlm::tlm_sync_enum backward(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase,
                              const sc_core::sc_time& delay);

 private:
  using Payload = tlm::tlm_generic_payload;

  struct Flight {
    unsigned initiator;
    unsigned target;
    uint64_t address;         // as the initiator gave it
    uint64_t target_address;  // as the target sees it
    bool completed;           // the target waits for no END_RESP
    bool responded;           // the target has begun its response
    sc_core::sc_time latest;  // of the phases so far; a later phase is not taken to be earlier
  };

  // By initiator and target.
  class Counts {
   public:
    Counts(size_t initiators, size_t targets)
        : targets_(targets), counts_(initiators * targets), totals_(initiators) {}
    void add(const Flight& flight, int change) {
      counts_[flight.initiator * targets_ + flight.target] += change;
      totals_[flight.initiator] += change;
    }
    int elsewhere(const Flight& flight) const {
      return totals_[flight.initiator] - counts_[flight.initiator * targets_ + flight.target];
    }

   private:
    size_t targets_;
    std::vector<int> counts_, totals_;
  };

  // Who wants to use one direction of a socket, and who does.
  struct Lane {
    std::vector<Payload*> waiting;
    std::vector<unsigned> from;  // index of the socket that each came from
    Payload* current = nullptr;
    Arbiter arbiter;

    explicit Lane(Arbitration policy) : arbiter(policy) {}
    void add(Payload& payload, unsigned index);
    // Makes the next one current, if that can be; else returns nullptr.
    Payload* grant();
  };

  bool expected(Payload& payload, const tlm::tlm_phase& phase);
  void refuse(const char* what) const;
  void later(Payload& payload, const tlm::tlm_phase& phase, const sc_core::sc_time& delay);
  void on_phase(Payload& payload, const tlm::tlm_phase& phase);
  void depart(Payload& payload, const tlm::tlm_phase& phase);
  // Grants a lane that may be free: now if nobody else can come at this time, else in the next delta cycle,
  // so that all that come at the same time take part.
  void settle_requests(unsigned target);
  void settle_responses(unsigned initiator);
  void arbitrate();
  void grant_request(Payload& payload);
  void grant_response(Payload& payload);
  void end(Payload& payload);

  const sc_core::sc_time cycle_;
  const Hooks hooks_;
  tlm_support::FlightTable<Flight> flights_;
  std::vector<const Payload*> beginning_;  // of each initiator, the request without END_REQ
  std::vector<Lane> requests_;             // of each target
  std::vector<Lane> responses_;            // of each initiator
  std::vector<size_t> coming_;             // requests to each target that have not been granted
  Counts serving_;  // granted transactions without a response, of each initiator at each target
  sc_core::sc_event arbitrate_;
  tlm_utils::peq_with_cb_and_phase<NonblockingPath> phases_;      // calls whose annotated delay passes
  tlm_utils::peq_with_cb_and_phase<NonblockingPath> departures_;  // requests on the channel
};

}  // namespace hwcvp::bus
