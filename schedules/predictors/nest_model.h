// Models in which each array has a buffer level of its own in the nest.
#pragma once

#include <functional>

#include "schedules/predictors/earlier_model.h"
#include "schedules/predictors/plain_nest.h"

namespace hwcvp {

// Cannot express what check() refuses; the models differ in the nests that they know.
class NestModel : public EarlierModel {
 public:
  Prediction predict(const Layer& layer, const Schedule& schedule) const final;
  ModelChoice choose(const Layer& layer, int64_t buffer_bytes) const final;

 protected:
  // Throws InputError for layers that the model does not know, and for schedules that it cannot express.
  virtual void check_layer(const ConvShape& /*shape*/) const {}
  virtual void check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const = 0;
  // Elements that reach a buffer at a level: each load of an input or weight, each visit of an output.
  virtual int64_t visits(const PlainNest& nest, Tensor tensor, size_t level) const = 0;
  // Elements that the buffer takes; without a rule of its own the whole block.
  virtual int64_t buffer(const PlainNest& nest, Tensor tensor, size_t level) const;
  // What visits of outputs move: sets output_write, psum_read and psum_write.
  virtual void count_outputs(const PlainNest& nest, int64_t visits, ElementCounts& counts) const = 0;

  // The model's own space: calls visit for each nest of it, levels left open.
  using Visit = std::function<void(const PlainNest& nest)>;
  virtual void for_each_nest(const ConvShape& shape, const Visit& visit) const = 0;
  // The outermost level that the tensor's buffer can have in a nest.
  virtual size_t outermost_level(const PlainNest& nest, Tensor tensor) const;
  // How the machine takes inputs under a nest of the model's space.
  virtual InputReuse reuse(const PlainNest& nest) const = 0;

 private:
  ElementCounts count(const PlainNest& nest, Tensor tensor, size_t level) const;
};

// Calls visit for all nests with one loop for each of K, C, OY and OX, in any order, with tiles that divide.
void for_each_dividing_nest(const ConvShape& shape, const std::function<void(const PlainNest&)>& visit);
// Throws InputError unless all tiles divide what they cut.
void require_dividing_tiles(const PlainNest& nest, const std::string& model);

}  // namespace hwcvp
