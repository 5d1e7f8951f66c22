#include "schedules/stack/predictor.h"

#include <fmt/format.h>

#include <algorithm>

#include "schedules/math/division.h"
#include "schedules/workload/error.h"

namespace hwcvp::stack {

namespace {

constexpr int64_t kMostPiece = 2147483647;  // of tiles and pieces, which may exceed what there is

void check_range(const std::string& field, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return;
  throw InputError(
      fmt::format("{}: expected an integer between {} and {}, found {}", field, least, most, value));
}

int64_t portions(const Product& product, const Portion& portion) {
  return ceil_div(product.groups, portion.groups) * ceil_div(product.out_channels, portion.out_channels) *
         ceil_div(product.in_channels, portion.in_channels);
}

class Cost {
 public:
  Cost(const Stack& stack, const Schedule& schedule, const Strips& strips,
       const std::vector<LineCounts>& counts)
      : stack_(stack), schedule_(schedule), strips_(strips), counts_(counts), batch_(stack.network->batch) {}

  StackCost run() {
    for (size_t t = 0; t < stack_.tensors.size(); ++t) add(of_tensor(t));
    for (size_t i = 0; i < stack_.operators.size(); ++i) add(of_operator(i));
    return std::move(cost_);
  }

 private:
  // Elements of a channel that all strips of all images load or make.
  int64_t elements(size_t t) const {
    int64_t sum = 0;
    for (size_t g = 0; g < counts_.size(); ++g) {
      sum += counts_[g].tensors[t].lines * strips_.groups[g].widths[t];
    }
    return sum * batch_;
  }

  TensorCost of_tensor(size_t t) const {
    const StackTensor& member = stack_.tensors[t];
    const Tensor& tensor = stack_.tensor(t);
    const int64_t line_bytes = tensor.channels * tensor.element_bytes;
    TensorCost cost;
    cost.tensor = member.tensor;
    const int64_t moved = elements(t) * line_bytes;
    if (!member.maker) cost.read = moved;
    if (member.written) cost.written = moved;
    for (const LineCounts& counts : counts_) cost.lines = std::max(cost.lines, counts.tensors[t].most_held);
    cost.width = strips_.widest[t];
    cost.bytes = cost.lines * cost.width * line_bytes;
    return cost;
  }

  OperatorCost of_operator(size_t i) const {
    const Operator& op = stack_.op(i);
    const OperatorSchedule& chosen = schedule_.operators[i];
    const size_t output = stack_.operators[i].output;
    OperatorCost cost;
    cost.params_read = op.constant_bytes;
    cost.width = strips_.widest[output];
    for (size_t g = 0; g < counts_.size(); ++g) {
      cost.runs += counts_[g].operators[i].runs * strips_.groups[g].strips * batch_;
      cost.largest_piece = std::max(cost.largest_piece, counts_[g].operators[i].largest);
    }
    cost.commands = cost.runs;
    if (!op.product) return cost;
    const Product& product = *op.product;
    cost.params_read += product.params_bytes;
    const int64_t weights = product.weight_elements() * product.weight_bytes;
    cost.weight_read = chosen.resident ? weights : weights * cost.runs;
    cost.resident_bytes = chosen.resident ? weights : 0;
    cost.macs = elements(output) * product.weight_elements();
    cost.commands *= portions(product, chosen.portion);
    const int64_t outputs = chosen.portion.groups * chosen.portion.out_channels;
    cost.working_bytes = outputs * cost.largest_piece * cost.width * product.accumulator_bytes;
    if (!chosen.resident) {
      cost.working_bytes +=
          outputs * chosen.portion.in_channels * product.kernel[0] * product.kernel[1] * product.weight_bytes;
    }
    return cost;
  }

  void add(TensorCost cost) {
    cost_.traffic.input_read += cost.read;
    cost_.traffic.output_write += cost.written;
    cost_.tensor_bytes += cost.bytes;
    cost_.tensors.push_back(cost);
  }
  void add(OperatorCost cost) {
    cost_.traffic.weight_read += cost.weight_read;
    cost_.traffic.params_read += cost.params_read;
    cost_.macs += cost.macs;
    cost_.commands += cost.commands;
    cost_.resident_bytes += cost.resident_bytes;
    cost_.working_bytes = std::max(cost_.working_bytes, cost.working_bytes);
    cost_.operators.push_back(cost);
  }

  const Stack& stack_;
  const Schedule& schedule_;
  const Strips& strips_;
  const std::vector<LineCounts>& counts_;
  const int64_t batch_;
  StackCost cost_;
};

void validate_operator(const Network& network, const Schedule& schedule, size_t i, const std::string& where) {
  const Operator& op = network.operators[schedule.first + i];
  const OperatorSchedule& chosen = schedule.operators[i];
  check_range(fmt::format("{}: piece.{}", where, op.name), chosen.piece, 0, kMostPiece);
  if (!op.product) {
    if (chosen.resident) {
      throw InputError(fmt::format("{}: weights.{}: expected an operator with weights", where, op.name));
    }
    return;
  }
  const std::string tile = fmt::format("{}: tile.{}.", where, op.name);
  check_range(tile + "G", chosen.portion.groups, 1, op.product->groups);
  check_range(tile + "K", chosen.portion.out_channels, 1, op.product->out_channels);
  check_range(tile + "C", chosen.portion.in_channels, 1, op.product->in_channels);
}

}  // namespace

void validate(const Network& network, const Schedule& schedule, const std::string& where) {
  if (schedule.operators.size() < 2 || schedule.first >= network.operators.size() ||
      schedule.operators.size() > network.operators.size() - schedule.first) {
    throw InputError(
        fmt::format("{}: ops: expected two or more operators of the network, one after the other", where));
  }
  const Stack stack = make_stack(network, schedule.first, schedule.last());
  for (const StackOperator& member : stack.operators) {
    const Operator& op = network.operators[member.op];
    if (!op.stackable) {
      throw InputError(fmt::format("{}: ops: expected operators that can be in a stack, found {} ({})", where,
                                   op.name, op.type));
    }
  }
  if (const std::optional<size_t> unread = stack.unread()) {
    throw InputError(fmt::format("{}: ops: expected a reader of {} among them, or it to be the last", where,
                                 stack.op(*unread).name));
  }
  check_range(where + ": outer.tile", schedule.outer_tile, 1, kMostPiece);
  check_range(where + ": inner.tile", schedule.inner_tile, 1, kMostPiece);
  for (size_t i = 0; i < schedule.operators.size(); ++i) validate_operator(network, schedule, i, where);
}

std::vector<int64_t> pieces_of(const Schedule& schedule) {
  std::vector<int64_t> pieces;
  for (const OperatorSchedule& op : schedule.operators) pieces.push_back(op.piece);
  pieces.back() = schedule.inner_tile;
  return pieces;
}

bool outputs_complete(const Stack& stack, Axis inner, const LineCounts& counts,
                      const std::vector<bool>& needed) {
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    if (stack.tensors[t].written && needed[t] &&
        counts.tensors[t].lines < stack.tensor(t).lines[index(inner)])
      return false;
  }
  return true;
}

StackCost cost_of(const Stack& stack, const Schedule& schedule, const Strips& strips,
                  const std::vector<LineCounts>& counts) {
  return Cost(stack, schedule, strips, counts).run();
}

std::optional<StackCost> predict(const Network& network, const Schedule& schedule) {
  const Stack stack = make_stack(network, schedule.first, schedule.last());
  const std::optional<Strips> strips = cut_strips(stack, schedule.outer, schedule.outer_tile);
  if (!strips) return std::nullopt;
  const Axis inner = other(schedule.outer);
  std::vector<LineCounts> counts;
  for (const StripGroup& group : strips->groups) {
    std::optional<LineCounts> walked = walk_lines(stack, inner, pieces_of(schedule), group.needed);
    if (!walked || !outputs_complete(stack, inner, *walked, group.needed)) return std::nullopt;
    counts.push_back(*std::move(walked));
  }
  return cost_of(stack, schedule, *strips, counts);
}

}  // namespace hwcvp::stack
