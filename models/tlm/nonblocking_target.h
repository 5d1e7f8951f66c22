// The target's side of nb_transport, for memories and the like.
#pragma once

#include <tlm_utils/peq_with_cb_and_phase.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <systemc>
#include <tlm>
#include <unordered_set>

namespace hwcvp::tlm_support {

// Does not model: reordering of requests, interleaving of data, time to accept a request.
//
// Follows the base protocol for its owner, who says what a request does and when its response begins. Up to
// `capacity` transactions are accepted and not yet responded to; the request of one more is held (its END_REQ
// comes when a response has ended), and with it the initiator. Responses are sent in the order of their
// times, one at a time; a response that the initiator does not end holds those behind it. What breaks the
// protocol is an SC_REPORT_ERROR of the type "/hwcvp/protocol", and changes nothing else; a payload without
// memory manager, and a request before the END_REQ of the one before, are completed with a generic error.
class NonblockingTarget {
 public:
  // Serves a request at the present time, response status included; returns when the response begins, which
  // is not before the present time.
  using Serve = std::function<sc_core::sc_time(tlm::tlm_generic_payload& payload)>;

  // To be constructed within the module that owns the socket, which must outlive it. `answer_by_calls`:
  // END_REQ comes by a call in a later delta cycle, never by return value. Throws std::invalid_argument where
  // the capacity is 0.
  NonblockingTarget(tlm::tlm_target_socket<>& socket, unsigned capacity, bool answer_by_calls, Serve serve);

  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);

 private:
  tlm::tlm_sync_enum begin_request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                   const sc_core::sc_time& delay);
  void refuse(const char* what) const;
  void on_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase);
  void accept(tlm::tlm_generic_payload& payload);
  void accept_held();
  void send_response();
  void end_response();

  tlm::tlm_target_socket<>& socket_;
  const unsigned capacity_;
  const bool answer_by_calls_;
  const Serve serve_;
  tlm_utils::peq_with_cb_and_phase<NonblockingTarget> phases_;  // when the annotated delays have passed
  tlm::tlm_generic_payload* request_ = nullptr;                 // without END_REQ
  bool held_ = false;                                           // and its annotated delay has passed
  std::deque<tlm::tlm_generic_payload*> responses_;             // the first one may have begun
  unsigned accepted_ = 0;                                       // whose responses have not ended
  bool responding_ = false;                                     // responses_.front() has begun
  bool ending_ = false;                                         // and its end is on the way
  std::unordered_set<const tlm::tlm_generic_payload*> under_way_;
};

}  // namespace hwcvp::tlm_support
