#include "schedules/nest/schedule.h"

#include <fmt/format.h>

#include "schedules/workload/error.h"

namespace hwcvp {

const char* to_string(InputReuse reuse) { return reuse == InputReuse::sliding ? "sliding" : "reload"; }

void Schedule::validate(const Layer& layer, const std::string& where) const {
  if (loops.size() > kMaxLoops) {
    throw InputError(
        fmt::format("{}: loops: expected at most {} loops, found {}", where, kMaxLoops, loops.size()));
  }
  PerDim<int64_t> left = layer.extents();
  for (size_t i = 0; i < loops.size(); ++i) {
    const Loop& loop = loops[i];
    int64_t& extent = left[index(loop.dim)];
    if (loop.tile < 1 || loop.tile > extent) {
      throw InputError(fmt::format(
          "{}: loops[{}].tile: expected an integer between 1 and {}, what is left of {} there, found {}",
          where, i, extent, to_string(loop.dim), loop.tile));
    }
    extent = loop.tile;
  }
  for (const Tensor tensor : kTensors) {
    if (level(tensor) < 0 || level(tensor) > static_cast<int>(loops.size())) {
      throw InputError(fmt::format(
          "{}: buffer_level.{}: expected an integer between 0 and {}, the number of loops, found {}", where,
          to_string(tensor), loops.size(), level(tensor)));
    }
  }
}

bool operator==(const Loop& a, const Loop& b) { return a.dim == b.dim && a.tile == b.tile; }

bool operator==(const Schedule& a, const Schedule& b) {
  return a.loops == b.loops && a.buffer_level == b.buffer_level && a.double_buffer == b.double_buffer &&
         a.input_reuse == b.input_reuse;
}

}  // namespace hwcvp
