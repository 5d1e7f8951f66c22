// Multiplies and accumulates.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>
#include <tlm>

#include "models/hwc/buffer_state.h"
#include "models/hwc/command_check.h"
#include "models/hwc/command_engine.h"
#include "models/hwc/mac_array.h"
#include "models/hwc/operand_cache.h"

namespace hwcvp::hwc {

// Does not model the order in which the array walks a tile.
//
// Time of a command: kStartCycles, and then the cycles of the MacArray for its tile.
// Errors: a tile that reads input, weights, accumulators (without INIT) or bias (with INIT) that are not in
// the buffer.
class ComputeEngine : public CommandEngine {
 public:
  static constexpr int64_t kStartCycles = 8;

  struct Properties {
    sc_core::sc_time clock_period;
    uint32_t fifo_depth = 64;
    MacArray::Properties array;
    bool functional = true;
  };

  tlm_utils::simple_initiator_socket<ComputeEngine> input, weight, output;  // the buffers

  ComputeEngine(const sc_core::sc_module_name& name, const Properties& properties, BufferState& state,
                Scoreboard& scoreboard, tlm::tlm_analysis_port<CommandRecord>& records);

 private:
  // The parts of a command that all its (b, g) share.
  struct Plan {
    kernels::TileShape shape;
    kernels::OperandWidth width;
    LineSpan y, x;
    PerAxis<int64_t> input_stride, weight_stride, output_stride;  // elements
    const unsigned char* input_slot;
    const unsigned char* weight_slot;
    unsigned char* output_slot;
  };

  void start_of_simulation() override;
  bool execute(const Command& command, Outcome& outcome) override;
  bool operands_held(const Command& command) const;
  Plan plan(const Command& command) const;
  void multiply(const Command& command, const Plan& plan, int64_t b, int64_t g);

  const Properties properties_;
  const MacArray array_;
  BufferState& state_;
  unsigned char* input_data_ = nullptr;
  unsigned char* weight_data_ = nullptr;
  unsigned char* output_data_ = nullptr;
  OperandCache<kernels::PackedInput> inputs_;
  OperandCache<kernels::PackedWeights> weights_;
};

}  // namespace hwcvp::hwc
