// What a monitor publishes of each transaction.
#pragma once

#include <cstdint>
#include <systemc>

namespace hwcvp {

struct TransactionRecord {
  sc_core::sc_time start;  // of the request, the initiator's local time included
  sc_core::sc_time end;    // of the response
  uint64_t address = 0;    // of the first byte, as the initiator gave it
  uint64_t bytes = 0;      // data length, whether byte enables select them or not
  bool is_read = false;    // else a write
  bool ok = false;         // answered with TLM_OK_RESPONSE
};

}  // namespace hwcvp
