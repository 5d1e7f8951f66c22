// A module between an initiator and a target that may interfere.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <string>
#include <systemc>
#include <tlm>

namespace hwcvp::faults {

// Does not model: anything. It adds no time.
//
// Passes on b_transport, nb_transport and debug transport; DMI is refused, so that no access passes unseen.
// Derived modules see each request and each response.
class Interposer : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Interposer> target_socket;        // the initiator binds to this
  tlm_utils::simple_initiator_socket<Interposer> initiator_socket;  // this binds to the target

 protected:
  explicit Interposer(const sc_core::sc_module_name& name);

  // Before a transaction is passed on. False where it is answered here: its response is then set.
  virtual bool request(tlm::tlm_generic_payload& payload) = 0;
  // When its response is there.
  virtual void response(tlm::tlm_generic_payload& /*payload*/) {}
  // After an access by debug transport that moved that many bytes.
  virtual void debugged(tlm::tlm_generic_payload& /*payload*/, unsigned /*bytes*/) {}

  // "read of 64 bytes at 0x1000".
  static std::string describe(const tlm::tlm_generic_payload& payload);

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  void invalidate_direct_mem_ptr(sc_dt::uint64 start, sc_dt::uint64 end);
};

}  // namespace hwcvp::faults
