// What the latency model needs of the machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "schedules/bursts/tensor_layout.h"
#include "schedules/latency/array_mode.h"
#include "schedules/latency/banked_dram.h"

namespace hwcvp {

// How many instructions the firmware executes on its way. The counts are measured, not derived: see
// docs/latency-model.md.
struct FirmwareCosts {
  // What the walk of a nest consists of. Register accesses are counted apart.
  enum Work : uint8_t {
    step,           // of the nest: one compute command
    moved_loop,     // loops of the nest that start again in a step, and the one that moves on
    new_limit,      // of those, loops whose last index changes
    tile_start,     // dimensions of which a tile starts elsewhere
    tile_count,     // dimensions of which a tile has another size
    input_look,     // steps in which the region of the input may have changed
    input_range,    // batch, group and channel ranges looked at
    input_hull,     // row and column hulls worked out
    input_change,   // regions of the input that differ
    input_slide,    // of those, the ones that keep a part
    input_part,     // parts of regions that are loaded, or kept
    weight_look,    // steps in which the region of the weights may have changed
    weight_range,   // ranges looked at
    weight_load,    // regions loaded
    output_look,    // steps in which the region of the output may have changed
    output_range,   // ranges looked at
    visit_range,    // ranges of the reduction looked at for the first and last visit of a region
    output_change,  // regions that differ
    output_load,    // of those, the ones that come back
    output_store,   // regions that leave
    staged_box,     // boxes staged in place of another
    staged_axis,    // axes that differ then
    box_register,   // box registers written
    room_question,  // times that the firmware asks for room in a FIFO
    sleep,          // waits for an interrupt
    loop,           // loops of the schedule, once a job
    hull_piece,     // pieces looked at, once a job, for the longest hull of the input
    hull_loop,      // loops of the nest looked at for that
    job,            // once
    kinds
  };
  std::array<double, kinds> instructions{};
};

// "step", "moved_loop", ..., by FirmwareCosts::Work.
inline constexpr std::array<const char*, FirmwareCosts::kinds> kFirmwareWorkNames = {
    "step",         "moved_loop",   "new_limit",    "tile_start",   "tile_count",   "input_look",
    "input_range",  "input_hull",   "input_change", "input_slide",  "input_part",   "weight_look",
    "weight_range", "weight_load",  "output_look",  "output_range", "visit_range",  "output_change",
    "output_load",  "output_store", "staged_box",   "staged_axis",  "box_register", "room_question",
    "sleep",        "loop",         "hull_piece",   "hull_loop",    "job",
};

// A nest whose leaves run on the vector engine, in place of the array.
struct VectorTiming {
  int64_t lanes = 16;        // elements in a cycle
  bool weights = false;      // the second operand comes as weights; else there are none
  int64_t params_bytes = 0;  // of a table
};

// Times are in clock cycles of the HWC. The defaults are those of the default platform, but for the
// processor, whose instructions take no time until costs are given.
struct MachineTiming {
  // HWC.
  int64_t mac_rows = 16;                              // of the MAC array; and outputs requantized in a cycle
  int64_t mac_columns = 16;                           // of the MAC array
  ArrayModes array_modes = {true, true, true, true};  // at least one
  // Bytes that pass from and to the buffers in a cycle; 0: what the array takes in mode K x C at full rate,
  // of elements of 16 and accumulators of 32 bits. That of the accumulators each way.
  int64_t input_port_bytes = 0;
  int64_t weight_port_bytes = 0;
  int64_t accumulator_port_bytes = 0;
  double compute_start_cycles = 8;  // of a compute command, before the first multiplication
  int64_t fifo_depth = 64;          // commands for each engine
  int64_t buffer_row_bytes = 32;    // that the input buffer copies in a cycle
  int64_t max_burst_bytes = 4096;   // a power of two
  bool aligned_bursts = false;
  int64_t outstanding = 8;      // transactions in flight of each engine
  double quantum_cycles = 500;  // that an engine's transactions may be ahead of it
  std::optional<VectorTiming> vector;

  // Tensors in memory.
  int64_t tensor_base = 1 << 20;    // where the first one lies
  int64_t tensor_alignment = 4096;  // of all of them, in bytes
  TensorLayouts layouts;

  // Bus and memory.
  double bus_cycles = 1;  // a clock cycle of the bus
  int64_t bus_bytes = 16;
  double memory_latency_cycles = 30;   // from a request at the memory to its first byte
  double memory_bytes_per_cycle = 16;  // sustained
  bool approximately_timed = false;    // transactions by nb_transport
  int64_t memory_outstanding = 64;     // of these, which the memory takes in at a time
  // Where it has banks; then nothing follows from memory_latency_cycles.
  std::optional<BankedDram> dram;

  // Control processor.
  double instruction_cycles = 0;  // 0: only accesses take time
  double access_cycles = 0;       // that the processor itself takes for an access
  double register_cycles = 3;     // from there to the answer of a register of the HWC
  double mailbox_cycles = 3;      // likewise of the mailbox; its way to the memory is that of bursts
  FirmwareCosts firmware;

  // What bus and memory sustain together.
  double bytes_per_cycle() const {
    const double bus = static_cast<double>(bus_bytes) / bus_cycles;
    return bus < memory_bytes_per_cycle ? bus : memory_bytes_per_cycle;
  }
};

// Calls visit(name, value) for everything that a prediction depends on.
template <typename Visit>
void visit_timing(const MachineTiming& t, Visit visit) {
  visit("mac_rows", t.mac_rows);
  visit("mac_columns", t.mac_columns);
  visit("array_modes", t.array_modes);
  visit("input_port_bytes", t.input_port_bytes);
  visit("weight_port_bytes", t.weight_port_bytes);
  visit("accumulator_port_bytes", t.accumulator_port_bytes);
  visit("compute_start_cycles", t.compute_start_cycles);
  visit("fifo_depth", t.fifo_depth);
  visit("buffer_row_bytes", t.buffer_row_bytes);
  visit("max_burst_bytes", t.max_burst_bytes);
  visit("aligned_bursts", t.aligned_bursts);
  visit("outstanding", t.outstanding);
  if (t.vector) {
    visit("vector_lanes", t.vector->lanes);
    visit("vector_weights", t.vector->weights);
    visit("vector_params_bytes", t.vector->params_bytes);
  }
  visit("quantum_cycles", t.quantum_cycles);
  visit("tensor_base", t.tensor_base);
  visit("tensor_alignment", t.tensor_alignment);
  visit("layouts", std::array<std::string, kTensorCount>{to_string(t.layouts[0]), to_string(t.layouts[1]),
                                                         to_string(t.layouts[2])});
  visit("bus_cycles", t.bus_cycles);
  visit("bus_bytes", t.bus_bytes);
  visit("memory_latency_cycles", t.memory_latency_cycles);
  visit("memory_bytes_per_cycle", t.memory_bytes_per_cycle);
  visit("approximately_timed", t.approximately_timed);
  visit("memory_outstanding", t.memory_outstanding);
  if (t.dram) visit_dram(*t.dram, visit);
  visit("instruction_cycles", t.instruction_cycles);
  visit("access_cycles", t.access_cycles);
  visit("register_cycles", t.register_cycles);
  visit("mailbox_cycles", t.mailbox_cycles);
  visit("firmware", t.firmware.instructions);
}

}  // namespace hwcvp
