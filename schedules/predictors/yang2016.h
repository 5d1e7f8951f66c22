// Blocking level by level, with refetch factors.
#pragma once

#include "schedules/predictors/nest_model.h"

namespace hwcvp {

// After X. Yang, J. Pu, B. B. Rister, N. Bhagdikar, S. Richardson, S. Kvatinsky, J. Ragan-Kelley, A. Pedram,
// M. Horowitz, "A systematic approach to blocking convolutional neural networks", arXiv:1606.04209. Recalled
// rather than read; where a block counts once and what refetches it follows the cost model of its successor,
// which was read.
//
// A string of loops around blocks; each array has a buffer at some point of it. A loop that does not index an
// array refetches its block, unless no loop that does index it lies between that loop and the buffer: K loops
// refetch inputs, loops over rows and columns weights, C loops outputs. Several loops of a dimension are
// known, filter loops are innermost and whole. Cannot express tiles that do not divide. Halo: each input
// block is fetched with all of its own. Partial sums: a refetched output is read and written at every visit,
// the first included; else written once. Own space: one loop a dimension, any order, tiles that divide, any
// buffer level for each array.
class Yang2016 : public NestModel {
 public:
  std::string name() const override { return "yang2016"; }

 protected:
  void check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const override;
  int64_t visits(const PlainNest& nest, Tensor tensor, size_t level) const override;
  void count_outputs(const PlainNest& nest, int64_t visits, ElementCounts& counts) const override;
  void for_each_nest(const ConvShape& shape, const Visit& visit) const override {
    for_each_dividing_nest(shape, visit);
  }
  InputReuse reuse(const PlainNest& /*nest*/) const override { return InputReuse::reload; }
};

}  // namespace hwcvp
