// A memory that does whatever the base protocol allows, and some of what it forbids.
#pragma once

#include <tlm_utils/peq_with_cb_and_phase.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <systemc>
#include <tlm>
#include <unordered_map>
#include <vector>

namespace hwcvp {

// Serves any number of requests at a time, each as its behaviour says. Responses that wait for one another
// leave in the order in which they became ready or, with `reorder`, in any other. b_transport behaves as told
// too; DMI and debug transport reach the same bytes. Fails the test where a call's delay makes no sense.
class AtTarget : public sc_core::sc_module {
 public:
  enum class RequestReply {
    end_later,         // TLM_ACCEPTED, and END_REQ after request_delay
    end_at_once,       // TLM_UPDATED with END_REQ, request_delay annotated
    respond_at_once,   // TLM_UPDATED with BEGIN_RESP, request_delay + latency annotated
    complete_at_once,  // TLM_COMPLETED, request_delay + latency annotated
    skip_end,          // TLM_ACCEPTED, no END_REQ: BEGIN_RESP stands for it
  };
  struct Behaviour {
    RequestReply reply = RequestReply::end_later;
    sc_core::sc_time request_delay;
    sc_core::sc_time latency;          // from END_REQ to BEGIN_RESP
    sc_core::sc_time response_notice;  // how long before its time BEGIN_RESP is sent, with a delay annotated
    tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
    bool extra_phase = false;  // a phase that is not of the base protocol, before END_REQ
  };

  struct BlockingBehaviour {
    sc_core::sc_time latency;  // added to the delay
    bool waits = false;        // waits for the delay instead
    bool keeps = false;        // acquires the payload, until let_go()
    bool extends = false;      // leaves an extension, to be freed with the payload's last reference
    bool hints_dmi = false;    // as if DMI were granted
    bool invalidates = false;  // all DMI, from within the call
    tlm::tlm_response_status status =
        tlm::TLM_OK_RESPONSE;    // TLM_INCOMPLETE_RESPONSE: moves the data and sets none
    bool moves_address = false;  // changes the address for good
  };

  tlm_utils::simple_target_socket<AtTarget> socket{"socket"};
  std::function<Behaviour(size_t number)> behave = [](size_t) { return Behaviour(); };
  std::function<BlockingBehaviour(size_t number)> behave_blocking = [](size_t) {
    return BlockingBehaviour();
  };
  std::function<size_t(size_t waiting)> reorder = [](size_t) { return size_t{0}; };  // which response is next
  std::vector<unsigned char> memory;
  bool grant_dmi = false;

  std::vector<uint64_t> addresses;                     // of the requests, as they arrived
  std::vector<std::optional<uint32_t>> initiator_ids;  // that they carried
  size_t most_in_flight = 0;
  size_t dmi_requests = 0;
  size_t special = 0;  // transactions with byte enables or streaming

  AtTarget(const sc_core::sc_module_name& name, size_t bytes);

  size_t in_flight() const { return flights_.size(); }

  // Releases the payloads that were kept; false if one of them was changed meanwhile.
  bool let_go();
  size_t kept() const { return kept_.size(); }

 private:
  struct Flight {
    Behaviour behaviour;
    sc_core::sc_time latest;  // effective time of the last phase
  };

  // A payload that was acquired, and how it was.
  struct Kept {
    tlm::tlm_generic_payload* payload;
    tlm::tlm_command command;
    uint64_t address;
    unsigned char* data;
    unsigned length;
  };

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);

  void on_phase(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase);
  void send_response();
  void end(tlm::tlm_generic_payload& payload);
  void note(const tlm::tlm_generic_payload& payload);
  void serve(tlm::tlm_generic_payload& payload, tlm::tlm_response_status status);
  tlm::tlm_sync_enum call_back(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                               sc_core::sc_time& delay);

  std::unordered_map<tlm::tlm_generic_payload*, Flight> flights_;
  std::vector<tlm::tlm_generic_payload*> ready_;
  std::vector<Kept> kept_;
  const tlm::tlm_generic_payload* response_ = nullptr;  // without END_RESP
  size_t requests_ = 0;
  tlm_utils::peq_with_cb_and_phase<AtTarget> phases_{this, &AtTarget::on_phase};
};

// Any of the behaviours, with delays of up to 50 ns.
AtTarget::Behaviour random_target_behaviour(std::mt19937_64& random);

}  // namespace hwcvp
