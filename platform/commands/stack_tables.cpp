#include "platform/commands/stack_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "platform/host/exit_status.h"
#include "platform/report/format.h"
#include "platform/report/schedule_text.h"
#include "platform/report/table.h"
#include "schedules/stack/stack_text.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using stack::Network;

constexpr size_t kAllRows = std::numeric_limits<size_t>::max();

std::string name_of(const Network& network, const PlannedStack& planned) {
  const std::string& first = network.operators[planned.first].name;
  if (planned.first == planned.last) return first;
  return fmt::format("{} ... {}", first, network.operators[planned.last].name);
}

std::string percent(int64_t part, int64_t whole) {
  return whole == 0 ? "0 %"
                    : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string proof_text(int64_t found, int64_t proven) {
  return found == proven ? "optimal" : "at most " + percent(found - proven, proven) + " off";
}

int64_t alone_bytes(const StackPlan& plan, const PlannedStack& planned) {
  int64_t sum = 0;
  for (size_t op = planned.first; op <= planned.last; ++op)
    sum += plan.singles[op].prediction.traffic.total();
  return sum;
}

int64_t alone_macs(const StackPlan& plan, const PlannedStack& planned) {
  int64_t sum = 0;
  for (size_t op = planned.first; op <= planned.last; ++op) {
    if (plan.singles[op].layer) sum += plan.singles[op].layer->macs();
  }
  return sum;
}

void print_loops(std::ostream& out, const Network& network, const StackPlan& plan) {
  for (size_t i = 0; i < plan.stacks.size(); ++i) {
    const PlannedStack& planned = plan.stacks[i];
    if (planned.first == planned.last) continue;
    out << fmt::format("Stack {}: {}, {} of buffer\n", i, shown(name_of(network, planned)),
                       bytes_text(planned.buffer_bytes()));
    if (planned.schedule) {
      out << to_text(network, *planned.schedule, *planned.cost) << '\n';
      continue;
    }
    out << "  " << summary_text(*planned.candidate->nest) << "\n  on the way out:";
    for (size_t op = planned.first + 1; op <= planned.last; ++op) {
      out << ' ' << shown(network.operators[op].name);
    }
    out << "\n\n";
  }
}

void print_table(std::ostream& out, const Network& network, const StackPlan& plan) {
  Table table({{"stack"},
               {"operators", Table::Align::left},
               {"count"},
               {"alone"},
               {"input"},
               {"weights"},
               {"output"},
               {"other"},
               {"total"},
               {"buffer"},
               {"MACs again"},
               {"proof", Table::Align::left}});
  const auto row = [&](const std::string& number, const std::string& name, size_t count, int64_t alone,
                       const Traffic& traffic, const std::string& buffer, const std::string& again,
                       const std::string& proof) {
    const int64_t other = traffic.psum_read + traffic.psum_write + traffic.params_read;
    table.add({number, name, std::to_string(count), grouped(alone), grouped(traffic.input_read),
               grouped(traffic.weight_read), grouped(traffic.output_write), grouped(other),
               grouped(traffic.total()), buffer, again, proof});
  };
  int64_t again = 0;
  int64_t macs = 0;
  for (size_t i = 0; i < plan.stacks.size(); ++i) {
    const PlannedStack& planned = plan.stacks[i];
    const int64_t own = alone_macs(plan, planned);
    const int64_t more = macs_of(planned) - own;
    again += more;
    macs += own;
    row(std::to_string(i), name_of(network, planned), planned.last - planned.first + 1,
        alone_bytes(plan, planned), planned.traffic(), grouped(planned.buffer_bytes()), percent(more, own),
        proof_text(planned.traffic().total(), planned.proven));
  }
  table.add_rule();
  row("", "total", network.operators.size(), plan.alone.total(), plan.traffic, "", percent(again, macs),
      proof_text(plan.traffic.total(), plan.proven));
  table.print(out);
}

RankedTable short_table(const Network& network, const StackPlan& plan) {
  RankedTable table("stacks", {{"operators", Table::Align::left},
                               {"count"},
                               {"bytes"},
                               {"alone"},
                               {"buffer"},
                               {"MACs again"},
                               {"proof", Table::Align::left}});
  for (const PlannedStack& planned : plan.stacks) {
    const int64_t own = alone_macs(plan, planned);
    const int64_t bytes = planned.traffic().total();
    table.add(static_cast<double>(bytes),
              {name_of(network, planned), std::to_string(planned.last - planned.first + 1), grouped(bytes),
               grouped(alone_bytes(plan, planned)), grouped(planned.buffer_bytes()),
               percent(macs_of(planned) - own, own), proof_text(bytes, planned.proven)});
  }
  table.set_total({"total", std::to_string(network.operators.size()), grouped(plan.traffic.total()),
                   grouped(plan.alone.total()), "", "", proof_text(plan.traffic.total(), plan.proven)});
  return table;
}

// Whether an operator makes the tensor; the others are the network's inputs.
std::vector<bool> made_in(const Network& network) {
  std::vector<bool> made(network.tensors.size(), false);
  for (const stack::Operator& op : network.operators) made[op.output] = true;
  return made;
}

// Once each: maps that stacks hand to one another.
int64_t handed_on(const Network& network, const StackPlan& plan) {
  const std::vector<bool> made = made_in(network);
  int64_t sum = 0;
  for (const PlannedStack& planned : plan.stacks) {
    const stack::Stack stack = stack::make_stack(network, planned.first, planned.last);
    if (planned.traffic().input_read + planned.traffic().output_write == 0) continue;  // moves nothing
    for (const stack::StackTensor& tensor : stack.tensors) {
      const auto& outputs = network.outputs;
      const bool end = std::find(outputs.begin(), outputs.end(), tensor.tensor) != outputs.end();
      if (!tensor.maker && made[tensor.tensor]) sum += network.tensor_bytes(tensor.tensor);
      if (tensor.written && !end) sum += network.tensor_bytes(tensor.tensor);
    }
  }
  return sum;
}

void print_above_floor(std::ostream& out, const Network& network, const StackPlan& plan) {
  const int64_t weights = network.weight_bytes();
  const Traffic& traffic = plan.traffic;
  const int64_t maps = handed_on(network, plan);
  const int64_t psums = traffic.psum_read + traffic.psum_write;
  const int64_t again = traffic.input_read + traffic.output_write - maps - (plan.floor - weights);
  Table table({{"bytes", Table::Align::left}, {""}});
  table.add({"floor: input, weights, output once", grouped(plan.floor)});
  table.add({"maps between stacks, out and in", grouped(maps)});
  table.add({"lines and columns again, less what nobody reads", grouped(again)});
  table.add({"weights again", grouped(traffic.weight_read - weights)});
  table.add({"partial sums", grouped(psums)});
  table.add({"constants of channels, tables", grouped(traffic.params_read)});
  table.add_rule();
  table.add({"total", grouped(traffic.total())});
  table.print(out);
}

RankedTable stack_sweep_table(const std::vector<StackPoint>& points) {
  RankedTable table("sizes", {{"buffer", Table::Align::left},
                              {"stacks"},
                              {"alone"},
                              {"traffic bytes"},
                              {"bound"},
                              {"floor"},
                              {"above floor"},
                              {"front", Table::Align::left},
                              {"proof", Table::Align::left}});
  for (const StackPoint& point : points) {
    const StackPlan& plan = point.plan;
    const int64_t total = plan.traffic.total();
    table.add(point.on_front ? 1 : 0, {bytes_text(point.buffer_bytes), std::to_string(plan.stacks.size()),
                                       grouped(plan.alone.total()), grouped(total), grouped(plan.proven),
                                       grouped(plan.floor), percent(total - plan.floor, plan.floor),
                                       point.on_front ? "yes" : "", proof_text(total, plan.proven)});
  }
  return table;
}

}  // namespace

int64_t macs_of(const PlannedStack& planned) {
  if (planned.cost) return planned.cost->macs;
  return planned.candidate->layer ? planned.candidate->layer->macs() : 0;
}

void mark_front(std::vector<StackPoint>& points) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (StackPoint& point : points) {
    point.on_front = point.plan.traffic.total() < least;
    least = std::min(least, point.plan.traffic.total());
  }
}

Answer answer(const std::vector<StackPoint>& points, bool complete) {
  Answer answer;
  answer.table = stack_sweep_table(points);
  answer.sections = {
      {"stacks", [table = stack_sweep_table(points)](std::ostream& out) { table.print(out, kAllRows); }}};
  const auto optimal =
      static_cast<size_t>(std::count_if(points.begin(), points.end(), [](const StackPoint& point) {
        return point.plan.traffic.total() == point.plan.proven;
      }));
  const std::string text = fmt::format("{} of {} proven optimal", optimal, count_text(points.size(), "size"));
  answer.verdict = complete ? "Done: " + text + "."
                            : fmt::format("INTERRUPTED (exit status {}): {}.", kExitInterrupted, text);
  return answer;
}

Answer answer(const Network& network, const StackPlan& plan) {
  Answer answer;
  answer.table = short_table(network, plan);
  const int64_t total = plan.traffic.total();
  answer.notes = {
      fmt::format("Every operator alone moves {} bytes; the floor (input, weights and output once) is {}.",
                  grouped(plan.alone.total()), grouped(plan.floor))};
  answer.sections = {{"stacks", [&network, &plan](std::ostream& out) {
                        print_loops(out, network, plan);
                        print_table(out, network, plan);
                        out << '\n';
                        print_above_floor(out, network, plan);
                      }}};
  answer.verdict = fmt::format(
      "{}: {} move {} bytes, {} of every operator alone{}; {}.", total == plan.proven ? "Optimal" : "Found",
      count_text(plan.stacks.size(), "stack"), grouped(total), percent(total, plan.alone.total()),
      total == plan.proven ? "" : ", " + proof_text(total, plan.proven), duration_text(plan.seconds));
  return answer;
}

}  // namespace hwcvp
