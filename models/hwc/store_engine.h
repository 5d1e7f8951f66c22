// Takes accumulators out of the output buffer, as partial sums or as outputs.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>
#include <tlm>
#include <vector>

#include "models/hwc/buffer_state.h"
#include "models/hwc/command_engine.h"
#include "models/hwc/dma_channel.h"

namespace hwcvp::hwc {

// Does not model the buffers' read ports: data leaves when its transaction begins, or before.
//
// Time of a command: as DmaChannel tells; STORE_OUTPUT with requantization at least ceil(elements / lanes)
// cycles, and no more than these where the outputs go into a region. Errors: a box, or constants of its
// channels, that are not in the buffer.
class StoreEngine : public CommandEngine {
 public:
  struct Properties {
    DmaChannel::Properties dma;
    uint32_t fifo_depth = 64;
    uint32_t lanes = 16;  // outputs that are requantized in a cycle
  };

  tlm_utils::simple_initiator_socket<StoreEngine> output;  // the buffer

  StoreEngine(const sc_core::sc_module_name& name, const Properties& properties, BufferState& state,
              Scoreboard& scoreboard, MemoryPort& memory, tlm::tlm_analysis_port<CommandRecord>& records);

 private:
  void start_of_simulation() override;
  bool execute(const Command& command, Outcome& outcome) override;
  // The box of a command as dense outputs.
  CircularView requantized(const Context& context, const CircularView& accumulators, const Box& box);
  // Accumulators of one channel, dense.
  static void requantize_row(const Context& context, size_t channel, const unsigned char* accumulators,
                             int64_t count, unsigned char* outputs);
  sc_core::sc_time lanes_time(int64_t outputs) const;
  bool store_region(const Command& command, Outcome& outcome);

  const Properties properties_;
  BufferState& state_;
  DmaChannel dma_;
  unsigned char* output_data_ = nullptr;
  std::vector<unsigned char> converted_;
};

}  // namespace hwcvp::hwc
