// The memory port of the HWC: what the DMA channels share.
#pragma once

#include <tlm_utils/peq_with_cb_and_phase.h>

#include <cstddef>
#include <deque>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/tlm/flight_table.h"
#include "models/tlm/lenience.h"

namespace hwcvp::hwc {

// Does not model: time to accept a response (END_RESP follows BEGIN_RESP at once), priorities between
// channels.
//
// b_transport goes straight through. For nb_transport the port keeps the base protocol: requests
// leave in the order in which they were handed over, the next one after the END_REQ (or what implies it) of
// the one before; responses are taken in any order, and END_RESP does not come within the call of BEGIN_RESP.
// Annotated delays of the other side are waited for. Transactions that are in flight when the simulation is
// stopped (sc_stop) are an SC_REPORT_WARNING of the type "/hwcvp/hwc".
class MemoryPort : public sc_core::sc_module {
 public:
  class Client {
   public:
    // A transaction has ended, now; its payload is released after the call.
    virtual void ended(tlm::tlm_generic_payload& payload) = 0;
    // To send what may be sent now, and to ask to be called again for what may be sent later.
    virtual void issue() = 0;

   protected:
    ~Client() = default;
  };

  // The socket must outlive the port. `accept_incomplete_responses`: see good().
  MemoryPort(const sc_core::sc_module_name& name, tlm::tlm_initiator_socket<>& socket,
             bool accept_incomplete_responses = false);

  // Sends by b_transport, from a process.
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  // Whether a transaction has succeeded, by its response; where they are accepted an incomplete one is good.
  bool good(const tlm::tlm_generic_payload& payload) { return responses_.good(payload); }

  // For the calls of issue(); of clients that send at the same time the one that was added first goes first.
  // The client must outlive the port's use of it.
  void add(Client& client) { clients_.push_back(&client); }
  // Calls all clients after a time, or earlier.
  void call_after(const sc_core::sc_time& time) { issue_.notify(time); }

  // Takes over a reference to a payload of a memory manager, and sends it by nb_transport. The client must
  // outlive the transaction.
  void send(tlm::tlm_generic_payload& payload, Client& client);
  // Takes back the requests of a client that have not begun, and releases them; returns how many.
  size_t withdraw(const Client& client);

  // What has begun, by either transport, and not ended: InFlight::text().
  std::string in_flight() const;

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);

 private:
  struct Request {
    tlm::tlm_generic_payload* payload;
    Client* client;
  };
  struct Flight {
    Client* client;
    bool responded;  // the target has begun its response, or has completed
    bool completed;  // the target waits for no END_RESP
    sc_core::sc_time begin;
    sc_core::sc_time latest;  // of the phases so far; a later phase is not taken to be earlier
  };

  // A call of b_transport that has not returned.
  struct Call {
    const tlm::tlm_generic_payload* payload;
    sc_core::sc_time begin;
  };

  void end_of_simulation() override;
  void issue();
  void send_next();
  void later(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase, const sc_core::sc_time& delay);
  void on_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase);
  void end(tlm::tlm_generic_payload& payload);

  tlm::tlm_initiator_socket<>& socket_;
  tlm_support::ResponseCheck responses_;
  std::vector<Client*> clients_;
  sc_core::sc_event issue_;
  std::deque<Request> queue_;
  tlm_support::FlightTable<Flight> flights_;
  std::vector<Call> calls_;                            // one of each process at most
  const tlm::tlm_generic_payload* request_ = nullptr;  // that has not got END_REQ
  tlm_utils::peq_with_cb_and_phase<MemoryPort> phases_;
};

}  // namespace hwcvp::hwc
