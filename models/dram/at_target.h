// The approximately-timed side of a DRAM: four phases, many transactions, back-pressure.
#pragma once

#include <deque>
#include <functional>
#include <systemc>
#include <tlm>
#include <variant>
#include <vector>

#include "models/dram/clock.h"
#include "models/dram/controller/controller.h"
#include "models/tlm/flight_table.h"

namespace hwcvp::dram {

// Does not model: more than one request and one response at a time between their begin and their end, as the
// base protocol says.
//
// A request is taken into the controller when it begins, or when there is room; END_REQ follows when all its
// bursts are in the queues, so a full queue holds the initiator back. BEGIN_RESP comes at the last beat,
// responses in the order of their ends, each after the end of the one before; transactions whose response has
// not ended count as in flight, of which there are at most `most_in_flight`. What need not be timed is
// completed at once; with `answer_by_calls` it gets its phases by calls like everything else, and END_REQ
// never comes by return value. Early completion and END_RESP by return value are understood. What breaks the
// protocol is told by SC_REPORT_ERROR with type "/hwcvp/dram" and changes nothing else; a BEGIN_REQ among it
// is completed with a generic error.
class AtTarget : public sc_core::sc_module {
 public:
  using Backward =
      std::function<tlm::tlm_sync_enum(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&)>;
  // Sets the response of an access and moves its data; called when its request begins.
  using Serve = std::function<void(tlm::tlm_generic_payload&)>;
  // Whether an access can be served; sets the response where it can not, or need not be timed.
  using Check = std::function<bool(tlm::tlm_generic_payload&)>;

  // The controller must outlive it.
  AtTarget(const sc_core::sc_module_name& name, DramController& controller, size_t most_in_flight,
           bool answer_by_calls, Backward backward, Check check, Serve serve);

  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);

 private:
  using Payload = tlm::tlm_generic_payload;

  // A transaction whose data is all moved.
  struct Response {
    Payload* payload;
    sc_core::sc_time begin;
  };

  tlm::tlm_sync_enum begin_request(Payload& payload, tlm::tlm_phase& phase, const sc_core::sc_time& delay);
  tlm::tlm_sync_enum end_response(Payload& payload, const sc_core::sc_time& delay);
  void report(const Payload& payload, const char* what) const;

  void process();
  bool submit_request();
  void take_request();
  void await_response(Payload& payload, const sc_core::sc_time& begin);
  void collect_completions();
  void begin_response();
  void finish_response(const sc_core::sc_time& delay);
  void wake_at_next();

  DramController& controller_;
  const Clock clock_;
  const size_t most_in_flight_;
  const bool answer_by_calls_;
  const Backward backward_;
  const Check check_;
  const Serve serve_;

  Payload* request_ = nullptr;      // between BEGIN_REQ and END_REQ
  DramController::Request access_;  // what it asks for
  sc_core::sc_time request_begin_;
  bool request_timed_ = false;  // the controller is to know of it
  bool request_submitted_ = false;
  tlm_support::FlightTable<std::monostate> in_flight_;  // from the controller's taking them to END_RESP
  std::vector<Payload*> moving_;  // of these, in the controller, by id; nullptr where an id is free
  std::vector<size_t> free_ids_;
  std::deque<Response> responses_;  // in the order of their begin
  Payload* responding_ = nullptr;   // between BEGIN_RESP and END_RESP
  sc_core::sc_time response_free_;  // when the next response may begin
  sc_core::sc_event wake_;
};

}  // namespace hwcvp::dram
