// The transactions with which the DMA moves the tensors of a layer under a schedule.
#pragma once

#include <cstdint>
#include <functional>

#include "schedules/bursts/transfer_count.h"
#include "schedules/nest/schedule.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// By what they carry, as in Traffic.
struct BurstCounts {
  TransferCount input_read;
  TransferCount weight_read;
  TransferCount output_write;
  TransferCount psum_read;
  TransferCount psum_write;
  TransferCount params_read;

  TransferCount total() const;
};

// The bursts and the bytes of a bus of that width.
BusTraffic bus_traffic(const BurstCounts& counts, int64_t bus_width_bytes);

// Addresses of the first elements.
struct TensorBases {
  int64_t params = 0;
  int64_t input = 0;
  int64_t weight = 0;
  int64_t output = 0;
  int64_t psum = 0;
};

// The tensors as the DMA sees them: coordinates are those of regions, so that an axis of the input that is
// counted on the grid of the outputs has the stride of the layer in its own. Throw InputError as
// tensor_strides().
TensorInMemory input_in_memory(const Layer& layer, const TensorLayout& layout, int64_t base);
TensorInMemory weight_in_memory(const Layer& layer, const TensorLayout& layout, int64_t base);
TensorInMemory output_in_memory(const Layer& layer, const TensorLayout& layout, int64_t base);
TensorInMemory psum_in_memory(const Layer& layer, const TensorLayout& layout, int64_t base);

// The runs, bursts and bus beats that the machine needs for a legal schedule of a legal layer: exact, for
// every one of them, by the rules in docs/bursts.md. Throws InputError as tensor_strides().
//
// The cost grows with the pieces of each dimension added up, which burst_steps() tells beforehand, and with
// the burst size; it does not depend on how many regions, runs or bursts there are. `poll`, if set, is called
// many times a second, and may throw to end the count.
BurstCounts predict_bursts(const Layer& layer, const Schedule& schedule, const TensorLayouts& layouts,
                           const TensorBases& bases, const BurstRules& rules,
                           const std::function<void()>& poll = nullptr);

// Pieces of dimensions that predict_bursts() goes through: some ten million take a second.
double burst_steps(const Layer& layer, const Schedule& schedule);

}  // namespace hwcvp
