#include "schedules/predictors/stoutchinin2019.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "schedules/workload/error.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp {

namespace {

bool is_output_line(Dim dim) { return dim == Dim::OY || dim == Dim::OX; }
bool is_filter_line(Dim dim) { return dim == Dim::FY || dim == Dim::FX; }

// All loops of the notebook's form: those of the schedule, then what they leave.
class Loops {
 public:
  explicit Loops(const PlainNest& nest) : filter_(nest.shape.fx) {
    for (const NestLoop& loop : nest.loops) add(loop.dim, loop.trips());
    for (const Dim dim : {Dim::K, Dim::C, Dim::OY, Dim::OX, Dim::FY, Dim::FX}) {
      const int64_t left = nest.extent(dim, nest.loops.size());
      if (left > 1 || nest.shape.extent(dim) == 1) add(dim, left);
    }
  }

  // Product over the loops from `from` inwards of trips / reuse.
  int64_t footprint(Tensor tensor, size_t from) const {
    int64_t trips = 1;
    int64_t reuse = 1;
    for (size_t i = from; i < size_; ++i) {
      if (!region_depends_on(tensor, loops_[i].dim)) continue;
      trips *= loops_[i].trips;
      if (tensor == Tensor::input && (i == inner_filter_ || i == inner_line_)) reuse *= filter_;
    }
    return trips / reuse;
  }

  // The first loop from `from` inwards that carries reuse.
  std::optional<size_t> first_reuse(Tensor tensor, size_t from) const {
    for (size_t i = from; i < size_; ++i) {
      const Dim dim = loops_[i].dim;
      const bool carries = tensor == Tensor::input
                               ? is_output_line(dim) || (is_filter_line(dim) && i != inner_filter_)
                               : !region_depends_on(tensor, dim);
      if (carries) return i;
    }
    return {};
  }

 private:
  struct TripsOf {
    Dim dim;
    int64_t trips;
  };

  void add(Dim dim, int64_t trips) {
    if (is_filter_line(dim)) inner_filter_ = size_;
    if (is_output_line(dim)) inner_line_ = size_;
    loops_[size_++] = {dim, trips};
  }

  std::array<TripsOf, Schedule::kMaxLoops + kDimCount> loops_;
  size_t size_ = 0;
  int64_t filter_;
  size_t inner_filter_ = 0;
  size_t inner_line_ = 0;
};

}  // namespace

void Stoutchinin2019::check_layer(const ConvShape& shape) const {
  if (shape.sy > 1 || shape.sx > 1) {
    throw InputError(fmt::format("model {}: knows no stride: expected strides 1, found {} and {}", name(),
                                 shape.sy, shape.sx));
  }
  if (shape.fy != shape.fx) {
    throw InputError(fmt::format("model {}: knows square filters: found {}x{}", name(), shape.fy, shape.fx));
  }
}

void Stoutchinin2019::check(const Layer& layer, const Schedule& schedule, const PlainNest& nest) const {
  bool in_filter = false;
  for (const NestLoop& loop : nest.loops) {
    if (is_filter_line(loop.dim)) {
      in_filter = true;
      if (loop.tile != 1) {
        refuse_schedule(name(), fmt::format("its loops over the filter go line by line: expected tile 1 in "
                                            "loop {}, found {}",
                                            to_string(loop.dim), loop.tile));
      }
    } else if (in_filter && is_output_line(loop.dim)) {
      refuse_schedule(name(), fmt::format("its reuse factors are those of filter loops inside loop {}",
                                          to_string(loop.dim)));
    }
  }
  require_dividing_tiles(nest, name());
  if (schedule.input_reuse == InputReuse::reload && !sharing_makes_no_difference(layer, schedule)) {
    refuse_schedule(name(), "it takes lines that slide past as kept: expected input_reuse sliding");
  }
}

int64_t Stoutchinin2019::visits(const PlainNest& nest, Tensor tensor, size_t level) const {
  int64_t moved = Loops(nest).footprint(tensor, level);
  for (size_t i = 0; i < level; ++i) moved *= nest.loops[i].trips();
  return moved;
}

int64_t Stoutchinin2019::buffer(const PlainNest& nest, Tensor tensor, size_t level) const {
  const Loops loops(nest);
  const auto first = loops.first_reuse(tensor, level == 0 ? 0 : level - 1);
  return first ? loops.footprint(tensor, *first) : 1;
}

void Stoutchinin2019::count_outputs(const PlainNest& nest, int64_t visits, ElementCounts& counts) const {
  counts.output_write = nest.shape.outputs();
  counts.psum_write = visits - counts.output_write;
}

}  // namespace hwcvp
