// From views with circular axes to offsets in bytes, once a tile.
#pragma once

#include <vector>

#include "models/kernels/convolution_kernel.h"
#include "models/kernels/kernel_operands.h"

namespace hwcvp::kernels {

// Each owns the offsets that its `rows` point to.
struct ResolvedInput {
  ResolvedInput(const TileShape& shape, const InputView& view);
  ResolvedInput(const ResolvedInput&) = delete;
  ResolvedInput& operator=(const ResolvedInput&) = delete;
  InputRows rows{};

 private:
  std::vector<int64_t> c_, y_;
};

struct ResolvedWeights {
  ResolvedWeights(const TileShape& shape, const WeightView& view);
  ResolvedWeights(const ResolvedWeights&) = delete;
  ResolvedWeights& operator=(const ResolvedWeights&) = delete;
  WeightRows rows{};

 private:
  std::vector<int64_t> k_, c_, taps_;
};

struct ResolvedAccumulators {
  ResolvedAccumulators(const TileShape& shape, const AccumulatorView& view);
  ResolvedAccumulators(const ResolvedAccumulators&) = delete;
  ResolvedAccumulators& operator=(const ResolvedAccumulators&) = delete;
  AccumulatorRows rows{};

 private:
  std::vector<int64_t> k_, oy_;
};

}  // namespace hwcvp::kernels
