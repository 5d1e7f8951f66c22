// Checks that both sides of a connection keep the base protocol.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstddef>
#include <cstdint>
#include <systemc>
#include <tlm>
#include <unordered_map>

namespace hwcvp {

// Does not check: what the target does with the data, that every transaction ends (in_flight() tells),
// phases that are not of the base protocol (they may be ignored, and pass), and the exclusion rules under
// annotated delays (they are taken in the order of the calls).
//
// Sits between an initiator and a target and passes everything through, DMI included. Whatever breaks a rule
// of IEEE 1666 for the generic payload or the base protocol is a warning of the message type
// "/hwcvp/protocol" that names the checker and the rule:
// - requests and responses one at a time, phases in order and each on its path, return values that may be;
// - effective times (simulated time and delay) that never go back within a transaction;
// - nb_transport only of payloads with a memory manager;
// - payloads that arrive with a response of TLM_INCOMPLETE_RESPONSE, DMI not allowed, data, a streaming
// width,
//   and a length for their byte enables; that come back with a response, and with nothing else changed than
//   what a target or, of the address, an interconnect may change;
// - debug transport that takes no time and tells no more than was asked; DMI windows that hold the address
//   that was asked for.
//
// An interconnect may leave another address on the payload, and the initiator must not rely on its own. As
// some do, the first such address is an SC_REPORT_INFO of the same type: advice, and no violation.
class ProtocolChecker : public sc_core::sc_module {
 public:
  struct Properties {
    bool advise_restored_address = true;  // tell of the first address that is not restored
  };

  tlm_utils::simple_target_socket<ProtocolChecker> target_socket;        // the initiator binds to this
  tlm_utils::simple_initiator_socket<ProtocolChecker> initiator_socket;  // this binds to the target

  explicit ProtocolChecker(const sc_core::sc_module_name& name) : ProtocolChecker(name, Properties()) {}
  ProtocolChecker(const sc_core::sc_module_name& name, const Properties& properties);

  // Transactions that began, over either interface, and those of nb_transport that have not ended.
  uint64_t transactions() const { return transactions_; }
  size_t in_flight() const { return flights_.size(); }
  uint64_t violations() const { return violations_; }
  // Calls that came back with another address, whether or not they are told of.
  uint64_t changed_addresses() const { return changed_addresses_; }

 private:
  using Payload = tlm::tlm_generic_payload;

  // What the initiator set, and must find again.
  struct Attributes {
    explicit Attributes(const Payload& payload);
    bool operator==(const Attributes& other) const;

    tlm::tlm_command command;
    uint64_t address;
    unsigned char *data, *enables;
    unsigned length, enables_length, streaming_width;
  };
  enum class Stage { requested, accepted, responded };
  struct Flight {
    Stage stage;
    Attributes attributes;
    sc_core::sc_time latest;  // effective time of the last phase
  };

  void b_transport(Payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_fw(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_bw(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  bool get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(Payload& payload);
  void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end);

  // Reports the rule where it does not hold.
  void expect(bool holds, const char* rule);
  void advise_address(uint64_t before, uint64_t after);
  void check_begin(const Payload& payload);
  void check_response(const Payload& payload, const Attributes& before);
  void begin_request(Payload& payload, const sc_core::sc_time& delay);
  void end_request(Payload& payload, const sc_core::sc_time& delay);
  void begin_response(Payload& payload, const sc_core::sc_time& delay);
  void end_response(Payload& payload, const sc_core::sc_time& delay);
  void complete(Payload& payload, const sc_core::sc_time& delay);
  Flight* advance(Payload& payload, const sc_core::sc_time& delay);
  void leave(Payload& payload);

  const Properties properties_;
  std::unordered_map<const Payload*, Flight> flights_;
  const Payload* request_ = nullptr;   // without END_REQ
  const Payload* response_ = nullptr;  // without END_RESP
  uint64_t transactions_ = 0;
  uint64_t violations_ = 0;
  uint64_t changed_addresses_ = 0;
};

}  // namespace hwcvp
