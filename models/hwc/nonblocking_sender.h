// Bursts by nb_transport.
#pragma once

#include <cstddef>
#include <deque>
#include <systemc>

#include "models/hwc/burst_sender.h"
#include "models/hwc/memory_port.h"
#include "models/tlm/flight_table.h"
#include "models/tlm/payload_pool.h"

namespace hwcvp::hwc {

class CommandEngine;

// Does not run ahead of simulated time.
//
// Hands a burst to the memory port every clock cycle, the first one a cycle after the start of the command,
// as long as fewer than `outstanding` of its bursts have not ended. The engine's process prepares bursts
// ahead of their time and sleeps while many are prepared, so that it need not be woken for each. Each burst
// carries its data in a payload of its own, so that one of an abandoned command, which memory may still
// answer, touches nothing.
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
  void issue() override;
  // Sleeps until at most `left` bursts of the command have not ended; false if the command was abandoned.
  bool await(size_t left);
  bool abandon();

  MemoryPort& port_;
  CommandEngine& engine_;
  tlm_support::PayloadPool payloads_;
  tlm_support::FlightTable<unsigned char*>
      places_;                                      // of the data of the command's bursts that have not ended
  std::deque<tlm::tlm_generic_payload*> prepared_;  // those that the port does not have yet
  size_t in_flight_ = 0;                            // that the port has, those of abandoned commands too
  tlm::tlm_command command_ = tlm::TLM_IGNORE_COMMAND;
  sc_core::sc_time issue_;  // of the last burst
  bool waiting_ = false;    // the engine, until at most `left_` bursts have not ended
  size_t left_ = 0;
};

}  // namespace hwcvp::hwc
