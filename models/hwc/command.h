// Commands of the HWC and the boxes they move.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <systemc>

#include "models/common/engine.h"

namespace hwcvp {

// Values as in PUSH.OPCODE.
enum class Opcode : uint8_t {
  load_input = 1,
  load_weight,
  load_psum,
  load_params,
  keep_input,
  compute,
  store_output,
  store_psum
};
// "LOAD_INPUT", ..., as in the register description.
const char* to_string(Opcode opcode);

// The engine that executes a command.
constexpr Engine engine_of(Opcode opcode) {
  return opcode < Opcode::compute    ? Engine::load
         : opcode == Opcode::compute ? Engine::compute
                                     : Engine::store;
}

// A box of a tensor along its five axes, in elements. Axes: input B, G, C, Y, X; weight G, K, C, FY, FX;
// output and psum B, G, K, OY, OX.
inline constexpr size_t kAxes = 5;
template <typename T>
using PerAxis = std::array<T, kAxes>;

struct Box {
  PerAxis<int64_t> start{};
  PerAxis<int64_t> count{};
};

// Dimensions of a compute tile: B, G, K, C, OY, OX, FY, FX.
inline constexpr size_t kTileDims = 8;
enum TileDim : uint8_t { tile_b, tile_g, tile_k, tile_c, tile_oy, tile_ox, tile_fy, tile_fx };

struct Tile {
  std::array<int64_t, kTileDims> start{};
  std::array<int64_t, kTileDims> count{};
};

struct Command {
  Opcode opcode = Opcode::load_input;
  uint8_t input_slot = 0, weight_slot = 0, output_slot = 0;
  bool init = false;                          // compute: begin at the bias
  Box box;                                    // loads and stores
  Tile tile;                                  // compute
  std::array<uint32_t, kEngineCount> wait{};  // starts once each engine's count has reached these
  sc_core::sc_time visible_from;              // not to be started before
};

// What the HWC publishes of each command that ended.
struct CommandRecord {
  sc_core::sc_time start, end;
  Opcode opcode = Opcode::load_input;
  uint32_t number = 0;       // count of its engine, from 1
  uint64_t bytes = 0;        // moved at the memory port
  sc_core::sc_time arrival;  // in the FIFO
  sc_core::sc_time work;     // the part of end - start that EngineTime counts as busy
};

// What the HWC publishes, at the present simulated time, whenever a command arrives, starts or ends, and at a
// reset or an error.
struct EngineActivity {
  std::array<bool, kEngineCount> busy{};      // a command is in execution
  std::array<uint32_t, kEngineCount> done{};  // the tokens: commands completed since reset, modulo 2^32
};

}  // namespace hwcvp
