#include "platform/report/inference_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "platform/host/exit_status.h"
#include "platform/report/format.h"
#include "platform/report/operator_text.h"
#include "platform/report/stack_report.h"
#include "platform/report/table.h"
#include "schedules/json/json.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using graph::Operator;
using graph::Value;
using nlohmann::ordered_json;

struct Sums {
  Traffic predicted, observed;
  int64_t predicted_cycles = 0, cycles = 0, macs = 0, mismatches = 0;
  int64_t macs_again = 0;  // in stacks, among `macs`
  double seconds = 0;
  size_t ran = 0, verified = 0, matching = 0, checked = 0;
};

Sums sums_of(const InferenceReport& report) {
  Sums sums;
  for (const OperatorReport& op : report.operators) {
    sums.predicted += op.predicted;
    sums.observed += op.observed;
    sums.predicted_cycles += op.predicted_cycles;
    sums.cycles += op.cycles;
    sums.macs += op.macs;
    sums.seconds += op.seconds;
    sums.ran += op.ran ? 1 : 0;
    sums.matching += op.ran && op.match() ? 1 : 0;
    if (!op.output) continue;
    ++sums.checked;
    sums.mismatches += op.output->mismatches;
    sums.verified += op.output->mismatches == 0 ? 1 : 0;
  }
  for (const StackReport& stack : report.stacks) sums.macs_again += stack.macs - stack.own_macs;
  return sums;
}

std::string agreement(const OperatorReport& op) {
  if (!op.match()) return "BYTES";
  if (op.output && op.output->mismatches != 0) return "VALUES";
  return op.output || op.ran ? "yes" : "";
}

// The time of a stack is that of all its operators: with stacks, their table has it.
void print_operators(std::ostream& out, const InferenceResult& result, const Sums& sums) {
  const bool stacked = !result.report.stacks.empty();
  const StackList stacks = list_stacks(result.report);
  Table table({{"operator", Table::Align::left},
               {"type", Table::Align::left},
               {"engine", Table::Align::left},
               {"bytes"},
               {stacked ? "stack" : "cycles"},
               {"agrees", Table::Align::left}});
  for (size_t i = 0; i < result.graph.operators.size(); ++i) {
    const Operator& op = result.graph.operators[i];
    const OperatorReport& report = result.report.operators[i];
    const std::string cycles = report.ran ? grouped(report.cycles) : "0";
    table.add({short_name(op), short_type(op), engine_text(op, report.ran),
               report.ran ? grouped(report.observed.total()) : "0",
               stacked ? std::to_string(stacks.stack_of[i]) : cycles, agreement(report)});
  }
  table.add_rule();
  table.add({"total", "", "", grouped(sums.observed.total()), stacked ? "" : grouped(sums.cycles), ""});
  table.print(out);
  if (stacked) print_stack_runs(out, result.graph, result.report);
}

bool stacks_match(const InferenceReport& report) {
  return std::all_of(report.stacks.begin(), report.stacks.end(),
                     [](const StackReport& stack) { return stack.match(); });
}

// Stacks, and operators that ran alone.
size_t jobs_of(const InferenceReport& report) {
  size_t jobs = report.stacks.size();
  for (const OperatorReport& op : report.operators) jobs += op.ran && !op.stack ? 1 : 0;
  return jobs;
}

std::string verdict(const InferenceResult& result, const Sums& sums) {
  if (!result.report.complete) return fmt::format("INTERRUPTED (exit status {}).", kExitInterrupted);
  if (result.report.agreed()) {
    const std::string outputs = sums.checked == 0
                                    ? "only the time was simulated"
                                    : fmt::format("all {} outputs right bit for bit", sums.checked);
    const std::string stacks =
        result.report.stacks.empty() ? "" : fmt::format(" in {} jobs", jobs_of(result.report));
    return fmt::format("Agreed: {} operators{} moved {} B as predicted, {}.", sums.ran, stacks,
                       grouped(sums.observed.total()), outputs);
  }
  for (size_t i = 0; i < result.report.operators.size(); ++i) {
    const OperatorReport& op = result.report.operators[i];
    const std::string name = shown(result.graph.operators[i].name);
    if (!op.match()) {
      return fmt::format(
          "DISAGREED: {} of {} operators moved other bytes than predicted, first {}: {} B, expected {} (exit "
          "status {}).",
          sums.ran - sums.matching, sums.ran, name, grouped(op.observed.total()),
          grouped(op.predicted.total()), kExitDisagreed);
    }
  }
  for (size_t i = 0; i < result.report.operators.size(); ++i) {
    const OperatorReport& op = result.report.operators[i];
    if (op.agreed()) continue;
    return fmt::format(
        "DISAGREED: {} of {} outputs are wrong, first {}: {} elements differ (exit status {}).",
        sums.checked - sums.verified, sums.checked, shown(result.graph.operators[i].name),
        grouped(op.output->mismatches), kExitDisagreed);
  }
  return "";
}

std::string shape_text(const Shape& shape) { return hwcvp::to_string(shape); }

std::string memory_text(const InferenceResult& result) {
  return fmt::format("Memory: {} of weights and constants, tensors in {} at their peak.",
                     bytes_text(result.plan.weight_bytes), bytes_text(result.plan.memory.peak_bytes));
}

std::string time_text(const InferenceResult& result, const Sums& sums) {
  return fmt::format("Time: {:.3f} ms simulated ({} MAC, {:.1f} MAC/cycle), {} of wall time.",
                     1e3 * sums.seconds, grouped(sums.macs),
                     static_cast<double>(sums.macs) / static_cast<double>(std::max<int64_t>(1, sums.cycles)),
                     duration_text(result.report.wall_seconds));
}

std::string head_text(const Value& value, const HostTensor& tensor) {
  return fmt::format("Output {}: {}, {}, CRC-32 {:08x}", shown(value.name), shape_text(tensor.shape()),
                     to_string(tensor.type()), tensor.crc32());
}

// In one line, with the three largest classes.
std::string output_text(const Value& value, const HostTensor& tensor,
                        const std::vector<std::string>& labels) {
  constexpr size_t kClasses = 3;
  std::string text = head_text(value, tensor);
  std::string between = "; largest ";
  for (const TopClass& top : top_classes(value, tensor, labels, kClasses)) {
    text += fmt::format("{}{} ({:.6g}{}{})", between, top.index, top.value, top.label.empty() ? "" : ", ",
                        shown(top.label));
    between = ", ";
  }
  return text + ".";
}

void print_outputs(std::ostream& out, const InferenceResult& result) {
  for (const auto& [value, tensor] : result.report.outputs) {
    const Value& meta = result.graph.values[value];
    out << head_text(meta, tensor) << '\n';
    for (const TopClass& top : top_classes(meta, tensor, result.labels)) {
      out << fmt::format("  {:>5}  {:.6g}  {}\n", top.index, top.value, shown(top.label));
    }
  }
}

// Operators that ran, with their stacks where there are any.
RankedTable short_table(const InferenceResult& result, const Sums& sums) {
  const bool stacked = !result.report.stacks.empty();
  const StackList stacks = list_stacks(result.report);
  RankedTable table("operators", {{"operator", Table::Align::left},
                                  {"type", Table::Align::left},
                                  {"engine", Table::Align::left},
                                  {"bytes moved"},
                                  {"share"},
                                  {stacked ? "stack" : "cycles"},
                                  {"agrees", Table::Align::left}});
  const int64_t all = sums.observed.total();
  for (size_t i = 0; i < result.graph.operators.size(); ++i) {
    const Operator& op = result.graph.operators[i];
    const OperatorReport& report = result.report.operators[i];
    if (!report.ran && report.agreed()) continue;
    const int64_t bytes = report.observed.total();
    table.add(static_cast<double>(bytes),
              {short_name(op), short_type(op), engine_text(op, report.ran), grouped(bytes),
               percent_text(bytes, all),
               stacked ? std::to_string(stacks.stack_of[i]) : grouped(report.cycles), agreement(report)});
  }
  table.set_total({"total", "", "", grouped(all), "", stacked ? "" : grouped(sums.cycles), ""});
  return table;
}

ordered_json top_json(const std::vector<TopClass>& top) {
  ordered_json list = ordered_json::array();
  for (const TopClass& entry : top) {
    ordered_json object = {{"index", entry.index}};
    if (!entry.label.empty()) object["label"] = entry.label;
    object["value"] = entry.value;
    list.push_back(std::move(object));
  }
  return list;
}

// Those of an operator in a stack are not known.
ordered_json cycles_json(const OperatorReport& report, int64_t cycles) {
  return report.stack ? ordered_json() : ordered_json(cycles);
}

ordered_json operator_json(const InferenceResult& result, const StackList& stacks, size_t i) {
  const Operator& op = result.graph.operators[i];
  const OperatorReport& report = result.report.operators[i];
  ordered_json json = {
      {"name", op.name},
      {"type", op.type},
      {"engine", graph::to_string(graph::engine_of(op))},
      {"stack", stacks.stack_of[i]},
      {"inputs", names_json(result.graph, op.inputs)},
      {"outputs", names_json(result.graph, {op.output})},
      {"predicted",
       {{"traffic", to_json(report.predicted)}, {"cycles", cycles_json(report, report.predicted_cycles)}}},
      {"observed", {{"traffic", to_json(report.observed)}, {"cycles", cycles_json(report, report.cycles)}}},
      {"match", report.match()}};
  json["output"] = nullptr;
  if (report.output) {
    json["output"] = {{"verified", report.output->mismatches == 0},
                      {"mismatches", report.output->mismatches},
                      {"crc32", fmt::format("{:08x}", report.output->crc32)}};
  }
  return json;
}

ordered_json tensor_json(const InferenceResult& result, size_t v) {
  const Value& value = result.graph.values[v];
  ordered_json json = {{"name", value.name}, {"shape", value.shape}, {"type", to_string(value.type)}};
  if (value.type != DataType::float32) {
    json["scale"] = value.scale;
    json["zero_point"] = value.zero_point;
  }
  const plan::Place& place = result.plan.memory.places[v];
  if (place.bytes > 0) {
    json["address"] = result.plan.address(v);
    json["bytes"] = place.bytes;
  }
  return json;
}

}  // namespace

std::vector<TopClass> top_classes(const Value& value, const HostTensor& tensor,
                                  const std::vector<std::string>& labels, size_t count) {
  const int64_t elements = tensor.elements();
  const int64_t largest = *std::max_element(tensor.shape().begin(), tensor.shape().end());
  if (largest != elements || elements < 2) return {};
  const auto real = [&](int64_t i) -> double {
    switch (tensor.type()) {
      case DataType::float32:
        return static_cast<double>(tensor.data<float>()[i]);
      case DataType::uint8:
        return static_cast<double>(value.scale) * (tensor.bytes()[i] - value.zero_point);
      case DataType::int32:
        return static_cast<double>(value.scale) * (tensor.data<int32_t>()[i] - value.zero_point);
      default:
        return static_cast<double>(value.scale) * (static_cast<int8_t>(tensor.bytes()[i]) - value.zero_point);
    }
  };
  std::vector<int64_t> order(static_cast<size_t>(elements));
  std::iota(order.begin(), order.end(), 0);
  count = std::min(count, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](int64_t a, int64_t b) { return real(a) != real(b) ? real(a) > real(b) : a < b; });
  std::vector<TopClass> top;
  for (size_t i = 0; i < count; ++i) {
    const auto index = static_cast<size_t>(order[i]);
    top.push_back({order[i], index < labels.size() ? labels[index] : "", real(order[i])});
  }
  return top;
}

std::vector<std::string> inference_section_names() { return {"operators", "memory", "outputs"}; }

Answer answer(const InferenceResult& result) {
  const Sums sums = sums_of(result.report);
  Answer answer;
  answer.table = short_table(result, sums);
  answer.notes = {memory_text(result)};
  if (sums.macs_again > 0) {
    answer.notes.push_back(fmt::format("Done again by strips: {} MAC, {} of the network's.",
                                       grouped(sums.macs_again),
                                       percent_text(sums.macs_again, sums.macs - sums.macs_again)));
  }
  answer.notes.push_back(time_text(result, sums));
  for (const auto& [value, tensor] : result.report.outputs) {
    answer.notes.push_back(output_text(result.graph.values[value], tensor, result.labels));
  }
  answer.sections = {
      {"operators", [&result, sums](std::ostream& out) { print_operators(out, result, sums); }},
      {"memory", [&result](std::ostream& out) { out << memory_text(result) << '\n'; }},
      {"outputs", [&result](std::ostream& out) { print_outputs(out, result); }},
  };
  answer.verdict = verdict(result, sums);
  return answer;
}

ordered_json to_json(const InferenceResult& result) {
  const Sums sums = sums_of(result.report);
  ordered_json json = {{"network", result.graph.name}, {"operators", ordered_json::array()}};
  const StackList stacks = list_stacks(result.report);
  for (size_t i = 0; i < result.graph.operators.size(); ++i)
    json["operators"].push_back(operator_json(result, stacks, i));
  json["stacks"] = stacks_json(result.graph, result.plan, result.report);
  json["tensors"] = ordered_json::array();
  for (size_t v = 0; v < result.graph.values.size(); ++v) json["tensors"].push_back(tensor_json(result, v));
  json["memory"] = memory_json(result.plan);
  json["outputs"] = ordered_json::array();
  for (const auto& [value, tensor] : result.report.outputs) {
    json["outputs"].push_back(
        {{"name", result.graph.values[value].name},
         {"shape", tensor.shape()},
         {"crc32", fmt::format("{:08x}", tensor.crc32())},
         {"top", top_json(top_classes(result.graph.values[value], tensor, result.labels))}});
  }
  json["totals"] = {
      {"predicted", {{"traffic", to_json(sums.predicted)}, {"cycles", sums.predicted_cycles}}},
      {"observed", {{"traffic", to_json(sums.observed)}, {"cycles", sums.cycles}}},
      {"macs", sums.macs},
      {"match", sums.predicted == sums.observed && sums.matching == sums.ran && stacks_match(result.report)},
      {"mismatches", sums.mismatches}};
  if (!result.report.stacks.empty()) json["totals"]["macs_again"] = sums.macs_again;
  json["simulation"] = {{"wall_seconds", result.report.wall_seconds}, {"simulated_seconds", sums.seconds}};
  if (!result.report.complete) json["interrupted"] = true;
  return json;
}

}  // namespace hwcvp
