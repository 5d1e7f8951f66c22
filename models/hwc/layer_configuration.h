// The configuration registers of a layer, decoded.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "models/hwc/command.h"

namespace hwcvp::registers {
class RegisterFile;
}

namespace hwcvp::hwc {

inline constexpr int64_t kTableBytes = 256;

// A tensor as it lies in memory.
struct MemoryLayout {
  // An axis whose elements lie in blocks: element i is at i / size * stride, and from there at i % size times
  // the axis's own stride.
  struct Blocks {
    size_t axis = 0;
    int64_t size = 0;    // elements; 0: no axis lies in blocks
    int64_t stride = 0;  // bytes
  };

  uint64_t base = 0;
  PerAxis<int64_t> stride{};  // bytes
  Blocks blocks;
};

// A tensor's slots in its buffer.
struct SlotLayout {
  PerAxis<int64_t> extent{};  // elements
  int64_t slots = 1;
  int64_t element_bytes = 1;
  int64_t offset = 0;  // byte of the buffer memory at which the first slot begins
  bool empty = false;  // holds no element, takes no bytes; the extents above are then 1

  // Bytes from an element to the next along each axis: slots are dense, the last axis innermost.
  PerAxis<int64_t> strides() const;
  int64_t slot_bytes() const;
  int64_t slot_offset(int64_t slot) const { return offset + slot * slot_bytes(); }
};

struct InputAxis {
  int64_t stride = 1, dilation = 1, pad = 0;
  int64_t first = 0, end = 0;  // lines that exist

  // The input line that an output and a filter line meet.
  int64_t line(int64_t output, int64_t filter) const { return output * stride + filter * dilation - pad; }
};

// What the vector engine does with a layer. Integers stand for real = scale * (integer - zero point); which
// of the factors an operation uses is told in docs/hwc-programming.md.
struct VectorOperation {
  enum class Kind : uint8_t { none, max, average, sum, add, subtract, multiply, table, copy };

  Kind kind = Kind::none;            // none: the layer is a convolution
  bool swapped = false;              // operand 0 lies where operand 1 would
  bool second_from_weights = false;  // operand 1 is the weight of the group and output channel
  int32_t second_zero = 0;           // zero point of operand 1
  std::array<float, 3> scale{};
  float fixed = 0;
  uint32_t window_count = 0;  // 0: the elements that exist

  // Reduces a window; the others make an output of one element of each operand.
  bool pools() const { return kind == Kind::max || kind == Kind::average || kind == Kind::sum; }
  bool of_two() const { return kind == Kind::add || kind == Kind::subtract || kind == Kind::multiply; }
  // Several commands may work on the same outputs one after the other.
  bool accumulates() const { return kind == Kind::max || kind == Kind::sum; }
};

struct LayerConfiguration {
  InputAxis y, x;
  int64_t channels = 0;      // output channels of a group
  int64_t params_count = 0;  // output channels of all groups
  uint64_t params_base = 0;
  int64_t output_bytes = 1;  // of an element in memory
  bool relu = false;
  bool requantized = true;        // false: outputs are accumulators
  bool single_precision = false;  // convolutions are requantized so, else by multiplier and shift
  bool input_unsigned = false, output_unsigned = false;  // of elements of 8 bits
  int32_t input_zero = 0, output_zero = 0;               // zero points
  int32_t output_min = std::numeric_limits<int32_t>::min();
  int32_t output_max = std::numeric_limits<int32_t>::max();  // with RELU those that follow
  VectorOperation vector;
  SlotLayout input, weight, output;  // output: accumulators
  // Regions that are the input, its channel 1 (the input is then channel 0), and take what is delivered; -1:
  // none. The layouts of the first two are those of the regions, divided into groups and channels.
  int64_t input_region = -1, second_region = -1, output_region = -1;
  int64_t output_channel = 0;  // of the region that takes channel 0 of group 0
  SlotLayout second;
  MemoryLayout input_memory, weight_memory, output_memory, psum_memory;

  bool is_vector() const { return vector.kind != VectorOperation::Kind::none; }
  // Whether there is a weight buffer.
  bool has_weights() const { return !is_vector() || vector.second_from_weights; }
  // Bytes of the constants in memory: bias, and where outputs are requantized multiplier and shift, or scale;
  // of a vector operation its table.
  int64_t params_bytes() const {
    if (is_vector()) return vector.kind == VectorOperation::Kind::table ? kTableBytes : 0;
    return params_count * (!requantized ? 4 : single_precision ? 8 : 9);
  }
};

// What the registers of a region say.
struct RegionRegisters {
  uint32_t base = 0, channels = 0, lines = 0, columns = 0;
  uint64_t memory = 0;
  std::array<uint32_t, 4> stride{};  // image, channel, line, column
};

// Error code and detail as in ERROR and ERROR_INFO; code 0 is none.
struct Error {
  uint32_t code = 0;
  uint32_t info = 0;
};

struct Region;

// Decodes the regions of which REGION_CHANNELS is not 0, each from its registers, into `regions`. Errors: bad
// configuration, info REGION_LINES or REGION_COLUMNS (0), REGION_BASE (one lies in another); buffers do not
// fit.
Error decode_regions(const std::vector<RegionRegisters>& registers, uint64_t buffer_bytes,
                     std::vector<Region>& regions);

// Decodes and checks. Errors: bad configuration (a stride or dilation outside 1 to
// 2^31 - 1; an extent of 0, other than of an input that is all padding and of accumulators that are not
// there; slots other than 1 or 2; type codes without meaning, int32 outputs of int16 accumulators; more
// constants than max_channels; of vector operations types other than 8 bits in and out and 32 bits between,
// flags without meaning, zero points and limits outside of the types; a region that is not defined or has too
// few channels, slots that lie in one, or in one another, or off a multiple of their elements), info is the
// register's offset; buffers do not fit in buffer_bytes, info is the offset of BUFFER_BYTES.
Error decode(const registers::RegisterFile& registers, uint64_t buffer_bytes, uint32_t max_channels,
             const std::vector<Region>& regions, LayerConfiguration& configuration);

}  // namespace hwcvp::hwc
