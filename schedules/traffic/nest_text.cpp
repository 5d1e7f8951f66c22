#include "schedules/traffic/nest_text.h"

#include <fmt/format.h>

#include <string>

#include "schedules/math/division.h"
#include "schedules/traffic/exact_predictor.h"

namespace hwcvp {

namespace {

std::string buffer_line(const Schedule& schedule, Tensor tensor, int64_t bytes) {
  std::string notes;
  if (schedule.double_buffer[index(tensor)]) notes += ", double";
  if (tensor == Tensor::input) notes += fmt::format(", {}", to_string(schedule.input_reuse));
  return fmt::format("[{} buffer: {} bytes{}]\n", to_string(tensor), bytes, notes);
}

std::string extents_text(const PerDim<int64_t>& extents) {
  std::string text;
  for (const Dim dim : kDims) text += fmt::format(" {}={}", to_string(dim), extents[index(dim)]);
  return text;
}

}  // namespace

std::string to_text(const Schedule& schedule, const Layer& layer) {
  const BufferUse use = buffer_use(layer, schedule);
  PerDim<int64_t> left = layer.extents();
  std::string text = "layer" + extents_text(left) + "\n";
  for (size_t depth = 0; depth <= schedule.loops.size(); ++depth) {
    const std::string indent(2 * depth, ' ');
    for (const Tensor tensor : kTensors) {
      if (schedule.level(tensor) != static_cast<int>(depth)) continue;
      text += indent + buffer_line(schedule, tensor, use.bytes[index(tensor)]);
    }
    if (depth == schedule.loops.size()) {
      text += indent + "leaf" + extents_text(left) + "\n";
      break;
    }
    const Loop& loop = schedule.loops[depth];
    int64_t& extent = left[index(loop.dim)];
    const int64_t trips = ceil_div(extent, loop.tile);
    text += fmt::format("{}for {} in {} by {}  // {} trip{}\n", indent, to_string(loop.dim), extent,
                        loop.tile, trips, trips == 1 ? "" : "s");
    extent = loop.tile;
  }
  return text;
}

}  // namespace hwcvp
