// Commands of the HWC and the boxes they move.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <systemc>

#include "models/hwc/opcode.h"

namespace hwcvp::hwc {

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
  uint16_t context = 0;  // the layer that it is of
  uint16_t region = 0;   // that LOAD_REGION and STORE_REGION move
  uint8_t input_slot = 0, weight_slot = 0, output_slot = 0;
  bool init = false;                          // compute: begin at the bias; vector: begin anew
  bool to_buffer = false;                     // outputs go into the context's output region
  bool to_memory = false;                     // vector: outputs go to memory at once
  Box box;                                    // loads and stores
  Tile tile;                                  // compute, vector
  std::array<uint32_t, kEngineCount> wait{};  // starts once each engine's count has reached these
  sc_core::sc_time visible_from;              // not to be started before
};

}  // namespace hwcvp::hwc
