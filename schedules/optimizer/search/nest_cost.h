// Cost of the traffic and buffer bytes of one tensor in one nest, as the search needs them.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "schedules/constraints/constraints.h"
#include "schedules/geometry/input_axis.h"
#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// Bytes that one tensor moves in a nest, times their prices, and bytes of its buffer.
struct TensorCost {
  int64_t traffic = 0;
  int64_t buffer = 0;
};

// Does not model double buffering, per-output-channel constants or the `reload` of inputs. Counts what each
// tensor moves in the prefix of a nest outside its buffer; the sums of the two spatial axes, which take the
// time, are remembered from one nest to the next. Agrees with predict_exact for every nest; that is tested.
class NestCost {
 public:
  // `most_walked`: regions of an axis whose lines are summed one by one, which is quicker for few; sums over
  // more are in closed form.
  explicit NestCost(const Layer& layer, const Prices& prices = {}, double most_walked = kMostWalked);

  // Cost of `tensor` where `loops` are all the loops outside its buffer, outermost first.
  TensorCost cost(Tensor tensor, const std::vector<Loop>& loops);

 private:
  static constexpr double kMostWalked = 1 << 12;

  // Sums over one axis of the input for one sequence of loops of its two dimensions (output lines, filter
  // lines).
  struct AxisSums {
    int64_t largest = 0;         // lines of the largest region
    std::vector<int64_t> first;  // [p]: lines of the first region in each piece that p loops leave, summed
    std::vector<int64_t>
        wrapped;  // [p]: lines that the last and the first region of such a piece share, summed
    std::vector<int64_t> stepped;  // [p]: lines that regions share where loop p steps, summed
  };

  // A sequence of loops is told apart by all of it; the hash only finds the place.
  struct LoopsHash {
    size_t operator()(const std::vector<Loop>& loops) const;
  };
  using Remembered = std::unordered_map<std::vector<Loop>, AxisSums, LoopsHash>;

  TensorCost plain_cost(Tensor tensor, const std::vector<Loop>& loops) const;
  TensorCost input_cost(const std::vector<Loop>& loops);
  const AxisSums& axis_sums(size_t axis, const std::vector<Loop>& axis_loops);
  AxisSums sum_axis(size_t axis, const std::vector<Loop>& axis_loops) const;
  AxisSums closed_sums(size_t axis, const std::vector<Loop>& axis_loops) const;
  double most_regions(size_t axis, const std::vector<Loop>& axis_loops) const;

  Layer layer_;
  std::array<InputAxis, 2> input_axes_;  // rows, columns
  Prices prices_;
  double most_walked_;
  PerDim<int64_t> extents_;
  std::array<Remembered, 2> remembered_;
};

}  // namespace hwcvp::optimizer
