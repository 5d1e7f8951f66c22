// Pools, adds, looks up and copies.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/hwc/buffer_state.h"
#include "models/hwc/command_check.h"
#include "models/hwc/command_engine.h"
#include "models/hwc/dma_channel.h"
#include "models/hwc/vector_arithmetic.h"

namespace hwcvp::hwc {

// Does not model the order in which the lanes walk a tile, nor stalls on buffer ports.
//
// Reads the input slot, of operations that take it the weight slot, and writes 32-bit integers into the
// output slot, as docs/hwc-programming.md defines them; or finishes them and delivers them into a region, or
// through a write channel of its own to memory.
//
// Time of a command with tile counts b, g, k, c, oy, ox, fy, fx:
//   kStartCycles + ceil(b*g*k*oy*ox / lanes) * (c*fy*fx, and 1 more for an operand from the weights) cycles;
// to memory at least as long as DmaChannel tells.
// Errors: a tile that reads input, weights, accumulators (without INIT) or a table that are not in the
// buffer.
class VectorEngine : public CommandEngine {
 public:
  static constexpr int64_t kStartCycles = 8;

  struct Properties {
    DmaChannel::Properties dma;
    uint32_t fifo_depth = 64;
    uint32_t lanes = 16;  // outputs at a time
  };

  tlm_utils::simple_initiator_socket<VectorEngine> input, weight, output;  // the buffers

  VectorEngine(const sc_core::sc_module_name& name, const Properties& properties, BufferState& state,
               Scoreboard& scoreboard, MemoryPort& memory, tlm::tlm_analysis_port<CommandRecord>& records);

 private:
  // Indices from `first` to `end`, which may be none.
  struct Range {
    int64_t first = 0, end = 0;
    int64_t count() const { return end > first ? end - first : 0; }
  };
  // What all rows of a command share.
  struct Plan;

  void start_of_simulation() override;
  bool execute(const Command& command, Outcome& outcome) override;
  bool operands_held(const Command& command) const;
  void calculate(const Command& command);
  bool deliver(const Command& command);
  void calculate_row(const Plan& plan, int64_t b, int64_t g, int64_t k, int64_t oy);
  void pool(const Plan& plan, int64_t b, int64_t g, int64_t oy);
  void element_wise(const Plan& plan, int64_t b, int64_t g, int64_t k, int64_t oy);
  void fetch_columns(const Plan& plan, int64_t b, int64_t g, int64_t c, int64_t line,
                     std::vector<int32_t>& columns) const;
  const int32_t* fetch_operand(const Plan& plan, int64_t b, int64_t g, int64_t c, int64_t oy,
                               std::vector<int32_t>& operand);
  const int32_t* fetch_weight(const Plan& plan, int64_t g, int64_t k);
  void count_columns(const Plan& plan);

  const Properties properties_;
  BufferState& state_;
  DmaChannel dma_;
  unsigned char* input_data_ = nullptr;
  unsigned char* weight_data_ = nullptr;
  unsigned char* output_data_ = nullptr;
  std::vector<unsigned char> finished_;  // outputs that leave at once, dense
  // Of the row at hand.
  std::vector<int32_t> columns_;  // an input line, the columns that the tile reads and that exist
  std::vector<int32_t> first_, second_, result_;
  std::vector<float> sums_, counts_;
  std::vector<int64_t> taps_;  // columns of the window that exist, by output
};

}  // namespace hwcvp::hwc
