// Bursts by b_transport.
#pragma once

#include <cstddef>
#include <vector>

#include "models/hwc/burst_sender.h"
#include "models/tlm/payload_pool.h"

namespace hwcvp::hwc {

class CommandEngine;
class MemoryPort;

// Does not model: reordering (a burst takes the place of the one issued `outstanding` before it).
//
// Burst i issues at t(i) = max(t(i-1) + clock, end(i - outstanding)), with t(-1) the start of the command,
// and not before the simulated time, to which a target may have waited; its end is what the memory port
// tells. Issue times are passed on as annotated delay, until they are a quantum ahead of simulated time, for
// which the engine then waits.
class BlockingSender : public BurstSender {
 public:
  // The port and the engine must outlive the sender.
  BlockingSender(const Properties& properties, MemoryPort& port, CommandEngine& engine);

  void begin(tlm::tlm_command command) override;
  bool send(uint64_t address, unsigned bytes, unsigned char* data) override;
  bool finish() override { return true; }
  bool reads_at_once() const override { return true; }

 private:
  MemoryPort& port_;
  CommandEngine& engine_;
  tlm_support::PayloadPool payloads_;
  tlm::tlm_command command_ = tlm::TLM_IGNORE_COMMAND;
  std::vector<sc_core::sc_time> ends_;  // of the last `outstanding` bursts, a ring
  size_t oldest_ = 0;
  sc_core::sc_time issue_;  // of the last burst
};

}  // namespace hwcvp::hwc
