// Both ends of a TLM-2.0 connection, for tests of what lies between.
#pragma once

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

namespace hwcvp {

// A payload over a data array of its own.
struct Transaction : tlm::tlm_generic_payload {
  std::vector<unsigned char> data;
  std::vector<unsigned char> enables;

  Transaction(tlm::tlm_command command, uint64_t address, std::vector<unsigned char> bytes)
      : data(std::move(bytes)) {
    set_command(command);
    set_address(address);
    set_data_ptr(data.data());
    set_data_length(static_cast<unsigned>(data.size()));
    set_streaming_width(static_cast<unsigned>(data.size()));
    set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }
  void enable(std::vector<unsigned char> bytes) {
    enables = std::move(bytes);
    set_byte_enable_ptr(enables.data());
    set_byte_enable_length(static_cast<unsigned>(enables.size()));
  }
};

inline Transaction read_of(uint64_t address, size_t bytes) {
  return {tlm::TLM_READ_COMMAND, address, std::vector<unsigned char>(bytes, 0xee)};
}
inline Transaction write_of(uint64_t address, std::vector<unsigned char> bytes) {
  return {tlm::TLM_WRITE_COMMAND, address, std::move(bytes)};
}

// An initiator that remembers the invalidations that reach it.
class ProbeInitiator : public sc_core::sc_module {
 public:
  using Range = std::pair<uint64_t, uint64_t>;
  tlm_utils::simple_initiator_socket<ProbeInitiator> socket{"socket"};
  std::vector<Range> invalidations;
  std::vector<tlm::tlm_phase> phases;  // of calls on the backward path

  explicit ProbeInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_invalidate_direct_mem_ptr(this, &ProbeInitiator::invalidate);
    socket.register_nb_transport_bw(this, &ProbeInitiator::nb_transport_bw);
  }

  // Returns the delay after the call; `delay` before it.
  sc_core::sc_time send(Transaction& transaction, sc_core::sc_time delay = sc_core::SC_ZERO_TIME) {
    socket->b_transport(transaction, delay);
    EXPECT_NE(tlm::TLM_INCOMPLETE_RESPONSE, transaction.get_response_status())
        << "a target must set the response";
    return delay;
  }
  tlm::tlm_response_status status_of(Transaction transaction) {
    send(transaction);
    return transaction.get_response_status();
  }

 private:
  void invalidate(sc_dt::uint64 first, sc_dt::uint64 last) { invalidations.emplace_back(first, last); }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase& phase, sc_core::sc_time&) {
    phases.push_back(phase);
    return tlm::TLM_ACCEPTED;
  }
};

// A target that remembers what reaches it, and answers as it is told.
class ProbeTarget : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<ProbeTarget> socket{"socket"};
  std::vector<uint64_t> addresses;        // of b_transport
  std::vector<uint64_t> debug_addresses;  // of transport_dbg
  std::vector<unsigned> debug_lengths;
  tlm::tlm_response_status answer = tlm::TLM_OK_RESPONSE;
  sc_core::sc_time latency;
  bool grant_dmi = true;
  uint64_t dmi_first = 0, dmi_last = ~uint64_t{0};
  unsigned char* memory = nullptr;  // what the DMI pointer points at, for address dmi_first
  const tlm::tlm_generic_payload* last = nullptr;

  explicit ProbeTarget(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_b_transport(this, &ProbeTarget::b_transport);
    socket.register_get_direct_mem_ptr(this, &ProbeTarget::get_direct_mem_ptr);
    socket.register_transport_dbg(this, &ProbeTarget::transport_dbg);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    addresses.push_back(payload.get_address());
    last = &payload;
    delay += latency;
    payload.set_response_status(answer);
  }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
    addresses.push_back(payload.get_address());
    dmi.set_start_address(dmi_first);
    dmi.set_end_address(dmi_last);
    dmi.set_dmi_ptr(memory);
    dmi.allow_read_write();
    return grant_dmi;
  }
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) {
    debug_addresses.push_back(payload.get_address());
    debug_lengths.push_back(payload.get_data_length());
    return payload.get_data_length();
  }
};

}  // namespace hwcvp
