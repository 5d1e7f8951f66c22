// An initiator by b_transport that uses DMI wherever it is granted.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/tlm/payload_pool.h"

namespace hwcvp {

// Asks for DMI when a response hints at it, or always where `eager`; uses what it was granted until it is
// invalidated, and remembers no refusals.
class DmiInitiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<DmiInitiator> socket{"socket"};
  bool eager = false;
  uint64_t direct_bytes = 0;       // moved by DMI
  uint64_t transported_bytes = 0;  // moved by b_transport
  uint64_t refusals = 0;

  explicit DmiInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_invalidate_direct_mem_ptr(this, &DmiInitiator::invalidate);
  }

  // Fails the test where a transaction is answered with an error.
  std::vector<unsigned char> read(uint64_t address, size_t bytes);
  void write(uint64_t address, std::vector<unsigned char> data);

 private:
  void access(tlm::tlm_command command, uint64_t address, std::vector<unsigned char>& data);
  bool access_directly(tlm::tlm_command command, uint64_t address, std::vector<unsigned char>& data);
  void ask(tlm::tlm_command command, uint64_t address);
  void invalidate(sc_dt::uint64 first, sc_dt::uint64 last);

  tlm_support::PayloadPool payloads_;
  std::vector<tlm::tlm_dmi> granted_;
};

}  // namespace hwcvp
