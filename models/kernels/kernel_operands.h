// Plain data between the instruction-set independent part of the kernels, which resolves views, and the part
// compiled once for each instruction set. Nothing here has inline functions: an inline function that a file
// for a newer instruction set emits could be the one that the linker keeps for all.
#pragma once

#include <cstdint>

#include "models/kernels/requantize.h"

namespace hwcvp::kernels {

// How a tile is multiplied.
enum class Method : uint8_t {
  channel_lanes,      // vectors run over output channels, every input value is broadcast
  pixel_lanes,        // vectors run over output columns, every weight is broadcast: for few output channels
  single_pixel,       // matrix by vector
  single_pixel_words  // the same in words, for inputs with a zero that bytes have no room for
};

// How an element is read: of one byte, exclusive-ored with `flip` it is signed; less `zero`.
struct ElementCode {
  uint8_t flip;
  int16_t zero;
};

// Layouts of packed operands for channel_lanes; pixel_lanes.h and single_pixel.h tell theirs. A unit is 4
// bytes: 4 input channels (bytes) or 2 (words) of one position.
//
//   input    [channel_groups][lines][phases][phase_width] units
//            column x is at phase x % phases, place x / phases
//   weights  [out_channels / lanes][channel_groups * taps][lanes] units
//            then one int32 for each output channel, where its sums start
struct Geometry {
  Method method;
  int lanes;
  int out_channels, in_channels;
  int out_height, out_width;
  int group_channels;  // input channels in a unit
  int channel_groups;
  int kernel_height, kernel_width, taps;
  int stride_y, stride_x, dilation_y, dilation_x;
  int lines;  // of input
  int columns;
  int phases, phase_width;
  ElementCode input_code;  // its zero is -128 to 127; of elements of two bytes, all 0
};

// `count` elements of a row that begin at element `first`.
struct Segment {
  int64_t first;
  int count;
};

// All offsets are in bytes.
struct InputRows {
  const uint8_t* data;
  int element_bytes;
  const int64_t* c_offsets;  // [in_channels]
  const int64_t* y_offsets;  // [lines]; defined from first_y to end_y
  int first_y, end_y;
  int left_padding;     // columns of padding before the segments; what is left after them is padding
  Segment segments[2];  // the second follows the first in the tile
};

struct WeightRows {
  const uint8_t* data;
  int element_bytes;
  const int64_t* k_offsets;    // [out_channels]
  const int64_t* c_offsets;    // [in_channels]
  const int64_t* tap_offsets;  // [taps]
  bool taps_contiguous;        // the taps of one channel lie one after the other
  bool row_contiguous;         // all elements of one output channel do, [in_channels][taps]
};

struct AccumulatorRows {
  uint8_t* data;
  int element_bytes;
  const int64_t* k_offsets;   // [out_channels]
  const int64_t* oy_offsets;  // [out_height]
  Segment segments[2];
  bool rows_contiguous;    // each row follows the one before it
  const int32_t* initial;  // [out_channels], or nullptr to add to what is there
};

// How one method does it.
struct MethodFunctions {
  int64_t (*packed_input_bytes)(const Geometry&);
  int64_t (*packed_weight_bytes)(const Geometry&, const WeightRows&);
  int64_t (*pack_scratch_bytes)(const Geometry&);
  int64_t (*convolve_scratch_bytes)(const Geometry&);
  void (*pack_input)(const Geometry&, const InputRows&, uint8_t* packed, uint8_t* scratch);
  void (*pack_weights)(const Geometry&, const WeightRows&, uint8_t* packed, uint8_t* scratch);
  void (*convolve)(const Geometry&, const uint8_t* input, const uint8_t* weights, int weight_bytes,
                   const AccumulatorRows&, uint8_t* scratch);
};

// What a file for one instruction set provides for one operand width.
struct KernelFunctions {
  int lanes;                   // of the vectors of 32-bit accumulators
  int group_channels;          // input channels in a unit
  MethodFunctions methods[4];  // by Method
};

// One for each file; those for an instruction set that the compiler does not target are missing.
extern const KernelFunctions avx512_vnni_bytes;
extern const KernelFunctions avx512_vnni_words;
extern const KernelFunctions avx512bw_words;
extern const KernelFunctions avx2_words;
extern const KernelFunctions portable_words;

// As requantize(), one for each file.
void requantize_avx512bw(const int32_t* accumulators, int64_t count, const SinglePrecision& rule,
                         uint8_t* outputs);
void requantize_avx2(const int32_t* accumulators, int64_t count, const SinglePrecision& rule,
                     uint8_t* outputs);
void requantize_portable(const int32_t* accumulators, int64_t count, const SinglePrecision& rule,
                         uint8_t* outputs);

}  // namespace hwcvp::kernels
