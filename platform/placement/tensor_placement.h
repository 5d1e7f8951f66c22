// Where the tensors of a layer lie in the DRAM.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/common/traffic_count.h"
#include "platform/config/config.h"
#include "platform/placement/memory_map.h"
#include "schedules/bursts/burst_model.h"
#include "schedules/bursts/tensor_layout.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// Bytes in memory: the first one and how many.
struct AddressWindow {
  uint64_t base = 0;
  uint64_t bytes = 0;
};

// The tensors of one job in the DRAM; those of a layer behind the control part, in this order and each
// aligned.
struct TensorPlacement {
  // One of several of a kind, by what it carries.
  struct Part {
    Carried carried;
    AddressWindow window;
  };

  AddressWindow params;
  AddressWindow input;
  AddressWindow weight;
  AddressWindow output;
  AddressWindow psum;          // in the shape of the output, with accumulator elements
  AddressWindow second_input;  // of an operator with two operands; else of 0 bytes
  AddressWindow list;          // of a network's job: its list, with all descriptors and status blocks
  std::vector<Part> parts;     // of a stack, which has none of the others but the list
};

// The class of what monitors see of it.
TrafficClass class_of(Carried carried);

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

// The same in the DRAM of a machine, with the alignment of its platform file.
TensorPlacement place_tensors(const Layer& layer, const TensorLayouts& layouts, const PlatformConfig& config);

// Where the tensors begin, as the burst model wants it.
TensorBases bases_of(const TensorPlacement& placement);

}  // namespace hwcvp
