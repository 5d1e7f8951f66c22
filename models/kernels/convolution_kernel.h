// Blocked integer convolution of one dense tile: the arithmetic of the datapath, without buffers, timing or SystemC.
//
// Operands are packed once and used for many tiles (weights stay while outputs move, inputs stay while channels move), so
// packing and multiplying are separate calls. The best instruction set that the processor has is chosen at run time; all give
// the same bits, since sums wrap modulo 2^32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hwcvp {

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

  // Lines and columns of input that the tile touches, padding included.
  int in_height() const { return (out_height - 1) * stride_y + (kernel_height - 1) * dilation_y + 1; }
  int in_width() const { return (out_width - 1) * stride_x + (kernel_width - 1) * dilation_x + 1; }
};

// How operands are packed: `bytes` multiplies int8 by int8, `words` everything else (int8 is widened).
enum class OperandWidth { bytes, words };

// Where an operand is read from: element (i, y, x) at data[i*plane + y*row + x], in elements of `element_bytes`. A negative
// or absent line is expressed by the caller's padding: see pack_input.
struct PackedInput {
  std::vector<uint8_t> data;  // layout is the kernel's business
};
struct PackedWeights {
  std::vector<uint8_t> data;
};

// Packs a dense input tile, [in_channels][in_height()][in_width()], elements of 1 or 2 signed bytes. Zero padding is already
// in it.
void pack_input(const TileShape& shape, OperandWidth width, const void* input, int element_bytes, PackedInput& packed);

// Packs dense weights, [out_channels][in_channels][kernel_height][kernel_width], elements of 1 or 2 signed bytes.
void pack_weights(const TileShape& shape, OperandWidth width, const void* weights, int element_bytes,
                  PackedWeights& packed);

// out[k][oy][ox] = sum over c, fy, fx of input * weight, modulo 2^32; overwrites. `out` is dense,
// [out_channels][out_height][out_width]. Operands were packed with the same shape and width.
void convolve(const TileShape& shape, OperandWidth width, const PackedInput& input, const PackedWeights& weights,
              int32_t* out);

// Name of the instruction set in use, such as "avx512-vnni", for reports.
const char* kernel_instruction_set();

// Instruction sets that this machine can run, best first; tests run them all. Names as above; "portable" is always there.
std::vector<const char*> kernel_instruction_sets();
// Uses one of them from now on in this process; for tests and benchmarks. False if the machine lacks it.
bool select_kernel_instruction_set(const char* name);

}  // namespace hwcvp
