// Traces as traffic again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/memory/dram.h"
#include "platform/trace/binary_reader.h"
#include "platform/trace/trace_summary.h"

namespace hwcvp {

struct ReplayResult {
  std::vector<std::string> sockets;  // whose records were replayed
  uint64_t replayed = 0;             // transactions
  uint64_t left_out = 0;             // of these sockets: not to the DRAM, or recorded with an error
  uint64_t differing = 0;         // seen by the monitor with another address, length or command, or refused
  TensorCounts counts;            // as the monitor saw them
  uint64_t recorded_span_ps = 0;  // from the first start to the last end, in the trace
  uint64_t replayed_span_ps = 0;  // the same, as the monitor saw it
};

// Does not replay data, which traces do not hold, and does not hold back a request until an earlier one has
// been answered: every transaction starts when the trace says.
//
// Sends the DRAM's transactions of a trace through a Dram with these properties, of the size that the trace
// names, under a monitor. Where the trace was taken at the DRAM its records there are replayed, else those of
// all sockets. Elaborates and runs a simulation, so once a process. Throws InputError as the reader.
ReplayResult replay_trace(BinaryReader& reader, Dram::Properties properties);

}  // namespace hwcvp
