// The register socket's side of the HWC.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/hwc/buffer_state.h"
#include "models/hwc/command_engine.h"
#include "models/hwc/scoreboard.h"
#include "models/registers/register_file.h"

namespace hwcvp::hwc {

// Does not model wait states: every access takes a clock cycle.
//
// Turns register accesses into configuration and commands, and shows the state of the scoreboard. Accesses
// that depend on the state of the engines wait until simulated time reaches the initiator's local time;
// others only leave their effects to be visible from then on.
class RegisterFront {
 public:
  struct Properties {
    sc_core::sc_time clock_period;
    uint64_t buffer_bytes = 65536;
    uint32_t fifo_depth = 64;
    uint32_t max_channels = 4096;
    uint32_t contexts = 1;
    uint32_t regions = 0;
  };

  // `name` is that of the socket.
  RegisterFront(const std::string& name, const Properties& properties, BufferState& state,
                Scoreboard& scoreboard, std::array<CommandEngine*, kEngineCount> engines);

  // `in_reset`: the reset line is high, and every access an error.
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay, bool in_reset);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) { return registers_.debug_access(payload); }

  // STATUS & IRQ_ENABLE is not 0.
  bool interrupt() const;
  // What CONTROL.RESET does.
  void reset();

 private:
  bool depends_on_engines(const tlm::tlm_generic_payload& payload) const;
  bool configure(uint32_t offset);
  // Registers of which there is a set for each context, or region: shows the set `next` in the place of
  // `shown`.
  struct Banks {
    std::vector<uint32_t> offsets;
    std::vector<std::vector<uint32_t>> values;
    uint32_t shown = 0;
  };
  void show(Banks& banks, uint32_t select_register, uint32_t next);
  Error decode_all_regions();
  Error prepare(bool of_layer);
  void reset_banks();
  void forget();
  void push(uint32_t value);
  Command staged_command(uint32_t value) const;

  const Properties properties_;
  BufferState& state_;
  Scoreboard& scoreboard_;
  const std::array<CommandEngine*, kEngineCount> engines_;
  registers::RegisterFile registers_;
  sc_core::sc_time local_time_;  // of the access that is served
  Banks contexts_, regions_;
  bool forgotten_ = true;  // something was configured since the last command: it finds nothing in the buffer
  std::vector<bool> configured_;  // of each context: its layer is what the registers say, and was found good
};

}  // namespace hwcvp::hwc
