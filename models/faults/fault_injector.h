// Breaks one transaction.
#pragma once

#include <cstdint>
#include <optional>

#include "models/faults/fault.h"
#include "models/faults/interposer.h"

namespace hwcvp {

// Does not model: more than one fault, faults that last.
//
// Sits between an initiator and a target. What it breaks does not reach the target and takes no time.
class FaultInjector : public faults::Interposer, public Fault {
 public:
  enum class Kind {
    bus_error,  // a read or write answered with a generic error
    lost_write  // a write answered as if it had been done
  };
  struct Properties {
    Kind kind = Kind::bus_error;
    uint64_t at = 1;                       // which of those that count: all, or all writes
    std::optional<uint64_t> address = {};  // count only those at this address
  };

  FaultInjector(const sc_core::sc_module_name& name, const Properties& properties)
      : Interposer(name), properties_(properties) {}

 private:
  bool request(tlm::tlm_generic_payload& payload) override;

  const Properties properties_;
  uint64_t count_ = 0;
};

}  // namespace hwcvp
