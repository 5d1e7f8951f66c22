// What a trace holds of each transaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/common/traffic_count.h"

namespace hwcvp {

struct TraceRecord {
  uint64_t start_ps = 0;  // of the request, the initiator's local time included
  uint64_t end_ps = 0;    // of the response
  uint64_t address = 0;   // of the first byte, as seen at the socket
  uint64_t bytes = 0;
  uint32_t socket = 0;                        // index into TraceHeader::sockets
  TrafficClass tensor = TrafficClass::other;  // in which the first byte lies
  bool is_read = false;
  bool ok = false;  // answered without an error
};

struct TraceSocket {
  std::string name;
  uint64_t base = 0;  // bus address of the socket's address 0
};

// What is known before the first record.
struct TraceHeader {
  std::vector<TraceSocket> sockets;
  uint64_t cycle_ps = 0;    // of the bus, in which DRAM simulators' formats count; at least 1
  uint64_t dram_base = 0;   // on the bus
  uint64_t dram_bytes = 0;  // at least 1
};

}  // namespace hwcvp
