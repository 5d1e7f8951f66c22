// A job in memory with random tensors, and what its output must be.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"
#include "sw/job.h"
#include "tests/sw/test_memory.h"

namespace hwcvp {

// The descriptor without addresses, as a host writes it; magic, size and CRC included.
hwc_job make_job(const Layer& layer, const Schedule& schedule, bool relu);

// Sets the CRC to that of the contents.
void seal(hwc_job& job);

// A job whose tensors lie in a memory.
class JobCase {
 public:
  // Draws inputs, weights and constants and places everything.
  JobCase(const Layer& layer, const Schedule& schedule, uint64_t hwc, TestMemory& memory,
          std::mt19937_64& random);

  uint64_t address() const { return address_; }
  const hwc_job& job() const { return job_; }
  const Layer& layer() const { return layer_; }

  // The output in memory, in NCHW order.
  std::vector<int32_t> output(const TestMemory& memory) const;
  // The output by plain convolution of what was drawn.
  std::vector<int32_t> expected_output() const;

 private:
  std::vector<int32_t> draw(TestMemory& memory, std::mt19937_64& random, int64_t elements, uint32_t bytes,
                            uint64_t& address) const;
  void draw_params(TestMemory& memory, std::mt19937_64& random);
  int64_t accumulate(int64_t b, int64_t m, int64_t oy, int64_t ox) const;
  int32_t requantize(int64_t accumulator, size_t channel) const;

  Layer layer_;
  hwc_job job_{};
  uint64_t address_ = 0;
  std::vector<int32_t> input_, weight_, bias_, multiplier_, shift_;
};

}  // namespace hwcvp
