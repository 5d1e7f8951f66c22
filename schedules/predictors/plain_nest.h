// The nest of one image and one group, as the earlier models read a schedule.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "schedules/math/division.h"
#include "schedules/predictors/conv_shape.h"

namespace hwcvp {

struct NestLoop {
  Dim dim = Dim::K;
  int64_t extent = 1;  // that it cuts
  int64_t tile = 1;

  int64_t trips() const { return ceil_div(extent, tile); }
};

struct PlainNest {
  ConvShape shape;
  std::vector<NestLoop> loops;          // outermost first; those that cut something; none of B and G
  PerTensor<size_t> level = {0, 0, 0};  // of these loops, outside each buffer
  InputReuse reuse = InputReuse::sliding;

  // What a number of outermost loops leave of a dimension.
  int64_t extent(Dim dim, size_t outside) const;
  // Elements of a tensor's region inside a number of outermost loops, tiles at full size.
  int64_t block(Tensor tensor, size_t outside) const;
};

// Throws InputError where images or groups are not taken one at a time by the outermost loops, or a buffer
// lasts for several of them: to these models each is a layer of its own. Throws also as conv_shape().
PlainNest plain_nest(const Layer& layer, const Schedule& schedule, const std::string& model);

// A nest as a schedule, with loops over images and groups around it.
Schedule to_schedule(const Layer& layer, const PlainNest& nest, InputReuse reuse, bool double_buffer);

// True where the schedule moves as much whether input lines that two regions share are kept or loaded again.
bool sharing_makes_no_difference(const Layer& layer, const Schedule& schedule);
// Throws InputError where the input slides and that saves something, which the model does not count.
void require_reload(const Layer& layer, const Schedule& schedule, const std::string& model);

// Tiles of an extent, the largest first: the smallest for each number of pieces, or those that divide it.
std::vector<int64_t> distinct_tiles(int64_t extent);
std::vector<int64_t> dividing_tiles(int64_t extent);

}  // namespace hwcvp
