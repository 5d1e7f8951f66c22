// Brings tensors from memory into the buffers.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <array>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/hwc/buffer_state.h"
#include "models/hwc/command_engine.h"
#include "models/hwc/dma_channel.h"

namespace hwcvp::hwc {

// Does not model the buffers' write ports: data is on chip when its transaction ends.
//
// Time of a command: LOAD_* as DmaChannel tells, at least a cycle; KEEP_INPUT a cycle for every row_bytes
// begun of each row of the box along X. Moves are checked only by the memory port; KEEP_INPUT of elements
// that the other slot does not hold is an error.
class LoadEngine : public CommandEngine {
 public:
  struct Properties {
    DmaChannel::Properties dma;
    uint32_t fifo_depth = 64;
    uint32_t row_bytes = 32;  // that the input buffer copies in a cycle
  };

  tlm_utils::simple_initiator_socket<LoadEngine> input, weight, output;  // the buffers

  LoadEngine(const sc_core::sc_module_name& name, const Properties& properties, BufferState& state,
             Scoreboard& scoreboard, MemoryPort& memory, tlm::tlm_analysis_port<CommandRecord>& records);

 private:
  void start_of_simulation() override;
  bool execute(const Command& command, Outcome& outcome) override;
  bool load(const MemoryLayout& memory, const SlotLayout& layout, unsigned char* buffer,
            std::array<Slot, 2>& slots, unsigned index, const Box& box);
  bool load_region(const Command& command);
  bool load_params(Context& context);
  bool keep_input(const Command& command, Outcome& outcome);

  const Properties properties_;
  BufferState& state_;
  DmaChannel dma_;
  unsigned char* input_data_ = nullptr;
  unsigned char* weight_data_ = nullptr;
  unsigned char* output_data_ = nullptr;
  std::vector<unsigned char> constants_;  // as they lie in memory
};

}  // namespace hwcvp::hwc
