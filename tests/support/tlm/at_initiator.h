// An initiator by nb_transport that does whatever the base protocol allows.
#pragma once

#include <tlm_utils/peq_with_cb_and_phase.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <systemc>
#include <tlm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/tlm/payload_pool.h"

namespace hwcvp {

// Sends the requests that are posted one after the other, as soon as the protocol lets it, and ends responses
// as its behaviour says. What comes back is in `results`. Every payload carries an extension of its own, and
// all of them are from a pool: balanced() tells that each was released by everyone.
class AtInitiator : public sc_core::sc_module {
 public:
  enum class ResponseReply { end_later, update, complete };
  struct Behaviour {
    ResponseReply reply = ResponseReply::end_later;
    sc_core::sc_time request_delay;   // annotated on BEGIN_REQ
    sc_core::sc_time response_delay;  // from BEGIN_RESP to END_RESP, waited for or annotated
    bool extra_phase = false;         // a phase that is not of the base protocol, after BEGIN_REQ
  };
  struct Result {
    size_t number;  // of post()
    tlm::tlm_response_status status;
    std::vector<unsigned char> data;
    sc_core::sc_time begin, end;  // of the request, of the response
    uint64_t address;             // as the response has it
    bool extension_kept;
  };

  tlm_utils::simple_initiator_socket<AtInitiator> socket{"socket"};
  std::function<Behaviour(size_t number)> behave = [](size_t) { return Behaviour(); };
  std::vector<Result> results;  // in the order of the responses
  std::vector<std::pair<uint64_t, uint64_t>> invalidations;

  explicit AtInitiator(const sc_core::sc_module_name& name);

  // Adds a transaction; returns its number.
  size_t post(tlm::tlm_command command, uint64_t address, std::vector<unsigned char> data);
  // The same, changed by `prepare` before it is sent.
  size_t post(tlm::tlm_command command, uint64_t address, std::vector<unsigned char> data,
              const std::function<void(tlm::tlm_generic_payload&)>& prepare);

  // Every transaction posted has ended, and its payload has been released by all.
  bool balanced() const { return flights_.empty() && queue_.empty() && pool_.size() == pool_.available(); }

 private:
  struct Flight {
    size_t number;
    Behaviour behaviour;
    sc_core::sc_time begin;
    tlm::tlm_extension_base* extension;
  };

  void send_next();
  void send_end(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase);
  void on_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase);
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void finish(tlm::tlm_generic_payload& payload, const sc_core::sc_time& end);

  tlm_support::PayloadPool pool_;
  std::deque<std::pair<size_t, tlm::tlm_generic_payload*>> queue_;
  std::unordered_map<tlm::tlm_generic_payload*, Flight> flights_;
  tlm::tlm_generic_payload* request_ = nullptr;
  size_t posted_ = 0;
  sc_core::sc_event start_;
  tlm_utils::peq_with_cb_and_phase<AtInitiator> phases_{this, &AtInitiator::on_phase};
  tlm_utils::peq_with_cb_and_phase<AtInitiator> ends_{this, &AtInitiator::send_end};
};

// Any of the behaviours, with delays of up to 20 ns.
AtInitiator::Behaviour random_initiator_behaviour(std::mt19937_64& random);

}  // namespace hwcvp
