// The factor form: reuse as a factor of each loop.
#pragma once

#include "schedules/predictors/nest_model.h"

namespace hwcvp {

// After a published course notebook by a co-author of A. Stoutchinin, F. Conti, L. Benini, "Optimally
// scheduling CNN convolutions for efficient memory access", arXiv:1902.01492. Read: the notebook. Its loops
// are LOF LIF LSY LSX LFY LFX, here K C OY OX FY FX; that a dimension may be cut, into an outer and an inner
// loop, is carried over from them. The paper itself goes further than the notebook.
//
// Each loop has a reuse factor for each array: outputs C, FY and FX; weights OY and OX; all their trips.
// Inputs K, all its trips, and the innermost filter loop and the innermost loop over rows or columns, the
// width F of the filter. The footprint of a loop is the product of trips / reuse over it and all inner ones;
// what an array moves is the footprint inside its level times the trips of all loops outside, whether they
// index it or not. Buffer: the footprint at the first loop from the level inwards that carries reuse, where
// the level begins with the innermost of the loops outside: one loop too far out, as in the notebook, and F
// times too few lines for inputs. Loops inside all others of the schedule stand in the order above. Halo:
// none; lines that slide past are taken as kept. Partial sums: each visit moves an output once. Cannot
// express strides, filters that are not square, tiles that do not divide, filter loops outside those over
// rows and columns.
// Own space: one loop a dimension, any order, tiles that divide, filters inside, any buffer level for each
// array.
class Stoutchinin2019 : public NestModel {
 public:
  std::string name() const override { return "stoutchinin2019"; }

 protected:
  void check_layer(const ConvShape& shape) const override;
  void check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const override;
  int64_t visits(const PlainNest& nest, Tensor tensor, size_t level) const override;
  void count_outputs(const PlainNest& nest, int64_t visits, ElementCounts& counts) const override;
  int64_t buffer(const PlainNest& nest, Tensor tensor, size_t level) const override;
  void for_each_nest(const ConvShape& shape, const Visit& visit) const override {
    for_each_dividing_nest(shape, visit);
  }
  InputReuse reuse(const PlainNest& /*nest*/) const override { return InputReuse::sliding; }
};

}  // namespace hwcvp
