// Where things lie in the address space of the simulated machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "schedules/bursts/tensor_layout.h"

namespace hwcvp {

// Fixed addresses; the generated headers of the registers have the sizes of their blocks. The control
// processor's private RAM is seen by itself alone.
namespace memory_map {
inline constexpr uint64_t kMailboxBase = 0x10000000;
inline constexpr uint64_t kHwcBase = 0x10010000;
inline constexpr uint64_t kHwceBase = 0x10020000;
inline constexpr uint64_t kProcessorRamBase = 0x20000000;
inline constexpr uint64_t kDramBase = 0x80000000;

// The first part of the DRAM: the job descriptor and the status block.
inline constexpr uint64_t kControlBase = kDramBase;
inline constexpr uint64_t kControlBytes = 1 << 20;
inline constexpr uint64_t kJobAddress = kControlBase;
inline constexpr uint64_t kStatusAddress = kControlBase + kControlBytes / 2;

inline constexpr int64_t kTensorAlignment = 4096;  // where nothing else is asked for
}  // namespace memory_map

// Bytes in memory: the first one and how many.
struct AddressWindow {
  uint64_t base = 0;
  uint64_t bytes = 0;
};

// The tensors of one layer in the DRAM, behind the control part, in this order and each aligned.
struct TensorPlacement {
  AddressWindow params;
  AddressWindow input;
  AddressWindow weight;
  AddressWindow output;
  AddressWindow psum;  // in the shape of the output, with accumulator elements
};

// The sizes of tensors in memory.
struct TensorBytes {
  int64_t params = 0;
  int64_t input = 0;
  int64_t weight = 0;
  int64_t output = 0;
  int64_t psum = 0;
};

// Places tensors of any size, for the layer of that name. Throws InputError, naming the bytes needed and
// there, where they do not fit into the DRAM.
TensorPlacement place_tensors(const TensorBytes& sizes, const std::string& layer_name, int64_t dram_bytes,
                              int64_t alignment = memory_map::kTensorAlignment);

// Places a legal layer. Throws InputError also where the layer cannot lie in such layouts.
TensorPlacement place_tensors(const Layer& layer, int64_t dram_bytes, const TensorLayouts& layouts = {},
                              int64_t alignment = memory_map::kTensorAlignment);

}  // namespace hwcvp
