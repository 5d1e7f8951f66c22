#include "schedules/stack/stack_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedules/math/division.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp::stack {

namespace {

std::string lines_text(int64_t lines) { return fmt::format("{} line{}", lines, lines == 1 ? "" : "s"); }

std::string weights_text(const Product& product, const OperatorSchedule& chosen, const OperatorCost& cost) {
  const std::string tile = fmt::format("G:{} K:{} C:{}", chosen.portion.groups, chosen.portion.out_channels,
                                       chosen.portion.in_channels);
  const int64_t weights = product.weight_elements() * product.weight_bytes;
  if (chosen.resident) return fmt::format("{}  weights resident, {} B", tile, weights);
  return fmt::format("{}  weights streamed {}x, {} B each", tile, cost.runs, weights);
}

}  // namespace

std::string to_text(const Network& network, const Schedule& schedule, const StackCost& cost) {
  const Tensor& output = network.tensors[network.operators[schedule.last()].output];
  const auto loop = [&](Axis axis, int64_t tile, const char* what) {
    const int64_t extent = output.lines[index(axis)];
    return fmt::format("for {}:{}  ({} {})\n", to_string(axis), std::min(tile, extent),
                       ceil_div(extent, tile), what);
  };
  std::string text = loop(schedule.outer, schedule.outer_tile, "strips");
  text += "  " + loop(other(schedule.outer), schedule.inner_tile, "steps");
  for (size_t i = 0; i < schedule.operators.size(); ++i) {
    const Operator& op = network.operators[schedule.first + i];
    const OperatorCost& own = cost.operators[i];
    text += fmt::format("    {}  {} x {} at once", shown(op.name), lines_text(own.largest_piece), own.width);
    if (op.product) text += "  " + weights_text(*op.product, schedule.operators[i], own);
    text += '\n';
    for (const size_t input : op.inputs) {
      const auto held = std::find_if(cost.tensors.begin(), cost.tensors.end(),
                                     [input](const TensorCost& tensor) { return tensor.tensor == input; });
      const char* const from = held->read > 0 ? ", loaded" : "";
      text += fmt::format("      [{}  {} x {} x {} = {} B{}]\n", shown(network.tensors[input].name),
                          lines_text(held->lines), held->width, network.tensors[input].channels, held->bytes,
                          from);
    }
  }
  return text;
}

}  // namespace hwcvp::stack
