// A layer with its data, for the examples.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"
#include "sw/job.h"

namespace example {

// Where the tensors of a convolution lie, in addresses of the HWC's memory port, one after the other, each on
// a multiple of 64 bytes.
struct Placement {
  uint64_t input, weight, output, psum, params;
  uint64_t end;  // one past the last byte
};

// Is not for layers of other types: inputs and weights are int8, outputs int32, that is the raw accumulators.
class Convolution {
 public:
  // Pseudo-random tensors over the whole range of their types; the same seed gives the same ones. Throws
  // std::invalid_argument for other types than the above.
  Convolution(const hwcvp::Layer& layer, uint64_t base, uint32_t seed);

  const hwcvp::Layer& layer() const { return layer_; }
  const Placement& placement() const { return placement_; }

  // Images of the tensors in memory, dense in NCHW order; the parameters are the biases.
  const std::vector<int8_t>& input() const { return input_; }
  const std::vector<int8_t>& weight() const { return weight_; }
  const std::vector<int32_t>& bias() const { return bias_; }

  // The outputs by the definition of a convolution.
  std::vector<int32_t> expected() const;

  // The job that has the firmware run this layer under a schedule on the HWC at `registers`.
  hwc_job job(const hwcvp::Schedule& schedule, uint64_t registers) const;

 private:
  int32_t output_at(int64_t b, int64_t m, int64_t y, int64_t x) const;

  hwcvp::Layer layer_;
  Placement placement_;
  std::vector<int8_t> input_, weight_;
  std::vector<int32_t> bias_;
};

// A layer of the given sizes: square images, 3x3 kernel, padding 1.
hwcvp::Layer square_layer(const std::string& name, int64_t in_channels, int64_t size, int64_t out_channels);

}  // namespace example
