// Bursts by nb_transport.
#pragma once

#include <cstddef>
#include <unordered_map>

#include "models/common/payload_pool.h"
#include "models/hwc/burst_sender.h"
#include "models/hwc/memory_port.h"

namespace hwcvp {

class CommandEngine;

// Does not run ahead of simulated time.
//
// Hands a burst to the memory port every clock cycle, the first one a cycle after the start of the command,
// as long as fewer than `outstanding` of its bursts have not ended. Each burst carries its data in a payload
// of its own, so that one of an abandoned command, which memory may still answer, touches nothing.
class NonblockingSender : public BurstSender, private MemoryPort::Client {
 public:
  // The port and the engine must outlive the sender.
  NonblockingSender(const Properties& properties, MemoryPort& port, CommandEngine& engine);

  void begin(tlm::tlm_command command) override;
  bool send(uint64_t address, unsigned bytes, unsigned char* data) override;
  bool finish() override;
  bool reads_at_once() const override { return false; }

 private:
  void ended(tlm::tlm_generic_payload& payload) override;
  // Pauses until a burst has ended; false if the command was abandoned.
  bool await_end();
  bool abandon();

  MemoryPort& port_;
  CommandEngine& engine_;
  PayloadPool payloads_;
  std::unordered_map<tlm::tlm_generic_payload*, unsigned char*> places_;  // of the data, of this command
  size_t in_flight_ = 0;                                                  // those of abandoned commands too
  tlm::tlm_command command_ = tlm::TLM_IGNORE_COMMAND;
  sc_core::sc_time issue_;  // of the last burst
  bool waiting_ = false;    // the engine, for a burst to end
};

}  // namespace hwcvp
