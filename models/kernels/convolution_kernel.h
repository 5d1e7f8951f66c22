// Blocked integer convolution of one tile: the arithmetic of the datapath, without timing or SystemC.
//
// Operands are packed once and used for many tiles (weights stay while outputs move, inputs stay while
// channels move), so packing and multiplying are separate calls. All three tensors are read and written where
// they lie, in circular buffers or dense. The best instruction set that the processor has is chosen at run
// time; all give the same bits, since sums wrap modulo 2^32.
//
// Reentrant. Sizes of a tile are positive and its tensors below 2^31 elements each; this is not checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/kernels/aligned_buffer.h"

namespace hwcvp::kernels {

// What the elements of an input count for: their value less `zero`, a number of their type. Elements of two
// bytes are signed, and their zero is 0.
struct InputNumbers {
  bool is_unsigned = false;
  int zero = 0;
};

// One tile of one batch element and one group. Extents in elements.
struct TileShape {
  int out_channels = 1;
  int in_channels = 1;
  int out_height = 1;
  int out_width = 1;
  int kernel_height = 1;
  int kernel_width = 1;
  int stride_y = 1;
  int stride_x = 1;
  int dilation_y = 1;
  int dilation_x = 1;
  InputNumbers input = {};

  // Lines and columns of input that the tile touches, padding included.
  int in_height() const { return (out_height - 1) * stride_y + (kernel_height - 1) * dilation_y + 1; }
  int in_width() const { return (out_width - 1) * stride_x + (kernel_width - 1) * dilation_x + 1; }
};

// How operands are multiplied: `bytes` int8 by int8, `words` everything else (int8 is widened).
enum class OperandWidth { bytes, words };

// One axis of a tensor in a circular buffer: index i of the tile lies ((first + i) modulo extent) * stride
// elements from the tensor's first element. `first` may be any coordinate, also a negative one. The tile
// covers at most `extent` indices. A dense axis has first 0 and its extent.
struct CircularAxis {
  int64_t first = 0;
  int64_t extent = 1;
  int64_t stride = 1;

  int64_t offset(int64_t i) const {
    const int64_t position = (first + i) % extent;
    return (position < 0 ? position + extent : position) * stride;
  }
};

// Input of a tile: element (c, y, x), with y < in_height() and x < in_width(). Lines outside first_y <= y <
// end_y and columns outside first_x <= x < end_x are padding: they count for 0 and are not read. x.stride
// is 1.
struct InputView {
  const void* data = nullptr;
  int element_bytes = 1;  // 1 or 2; 2 only with OperandWidth::words
  CircularAxis c, y, x;
  int first_y = 0, end_y = 0, first_x = 0, end_x = 0;
};

// Weights of a tile: element (k, c, fy, fx). fx.stride is 1.
struct WeightView {
  const void* data = nullptr;
  int element_bytes = 1;  // 1 or 2, signed; 2 only with OperandWidth::words
  CircularAxis k, c, fy, fx;
};

// Accumulators of a tile: element (k, oy, ox). ox.stride is 1.
struct AccumulatorView {
  void* data = nullptr;
  int element_bytes = 4;  // 4, or 2 for accumulators that wrap modulo 2^16
  CircularAxis k, oy, ox;
  // out_channels starting values; nullptr: the sums are added to what is there.
  const int32_t* initial = nullptr;
};

// Packed operands; layouts are the kernel's business. They keep their memory from one use to the next.
struct PackedInput {
  AlignedBuffer data;
};
struct PackedWeights {
  AlignedBuffer data;
  int element_bytes = 0;  // before packing
};

void pack_input(const TileShape& shape, OperandWidth width, const InputView& input, PackedInput& packed);

// Tiles of one output pixel may be multiplied where the weights lie: these must stay until the last convolve.
void pack_weights(const TileShape& shape, OperandWidth width, const WeightView& weights,
                  PackedWeights& packed);

// Adds to each accumulator (k, oy, ox), or to its initial value, the sum over c, fy, fx of (input - zero) *
// weight.
// Operands were packed for this shape or one they serve (below), with the same width and instruction set.
void convolve(const TileShape& shape, OperandWidth width, const PackedInput& input,
              const PackedWeights& weights, const AccumulatorView& accumulators);

// True if an operand that was packed for shape `a` serves shape `b` as well, where its elements are the same.
bool packed_input_serves(const TileShape& a, const TileShape& b, OperandWidth width);
bool packed_weights_serve(const TileShape& a, const TileShape& b, OperandWidth width);

// The same for dense tensors: input [in_channels][in_height()][in_width()] with zero padding in it, weights
// [out_channels][in_channels][kernel_height][kernel_width], out [out_channels][out_height][out_width],
// overwritten.
void pack_input(const TileShape& shape, OperandWidth width, const void* input, int element_bytes,
                PackedInput& packed);
void pack_weights(const TileShape& shape, OperandWidth width, const void* weights, int element_bytes,
                  PackedWeights& packed);
void convolve(const TileShape& shape, OperandWidth width, const PackedInput& input,
              const PackedWeights& weights, int32_t* out);

// Name of the instruction set in use: "avx512-vnni", "avx512bw", "avx2" or "portable".
const char* kernel_instruction_set();

// Instruction sets that this machine can run, best first; "portable" is always there.
std::vector<const char*> kernel_instruction_sets();

// Uses one of them from now on in this process; for tests and benchmarks. False if the machine lacks it. Not
// to be called while another thread uses the kernels.
bool select_kernel_instruction_set(const char* name);

}  // namespace hwcvp::kernels
