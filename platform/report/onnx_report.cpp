#include "platform/report/onnx_report.h"

#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/table.h"

namespace hwcvp {

void print_onnx(std::ostream& out, const OnnxNetwork& network) {
  if (!network.not_simulated().empty()) {
    Table table({{"not simulated", Table::Align::left}, {"nodes"}});
    for (const OperatorCount& left_out : network.not_simulated()) {
      table.add({left_out.name, grouped(left_out.count)});
    }
    out << '\n';
    table.print(out);
  }
  if (!network.notes().empty()) {
    Table table({{"layer", Table::Align::left}, {"note", Table::Align::left}});
    for (const OnnxNote& note : network.notes()) table.add({note.layer, note.text});
    out << '\n';
    table.print(out);
  }
}

void add_onnx(nlohmann::ordered_json& document, const OnnxNetwork& network) {
  using nlohmann::ordered_json;
  ordered_json left_out = ordered_json::array(), notes = ordered_json::array();
  for (const OperatorCount& nodes : network.not_simulated()) {
    left_out.push_back({{"operator", nodes.name}, {"count", nodes.count}});
  }
  for (const OnnxNote& note : network.notes()) notes.push_back({{"layer", note.layer}, {"note", note.text}});
  document["not_simulated"] = left_out;
  document["notes"] = notes;
}

void print_operators(std::ostream& out, const NetworkImport& network) {
  Table table({{"operator", Table::Align::left},
               {"type", Table::Align::left},
               {"engine", Table::Align::left},
               {"missing", Table::Align::left}});
  size_t missing = 0;
  for (const NetworkOperator& op : network.operators) {
    table.add({op.name, op.type, op.engine.empty() ? "-" : op.engine, op.missing});
    missing += op.missing.empty() ? 0 : 1;
  }
  out << '\n';
  table.print(out);
  out << '\n';
  if (network.complete) {
    out << "whole network: can be run\n";
  } else {
    out << "whole network: cannot be run, " << missing << " of " << network.operators.size()
        << " operators are missing\n";
  }
}

void add_operators(nlohmann::ordered_json& document, const NetworkImport& network) {
  using nlohmann::ordered_json;
  ordered_json operators = ordered_json::array();
  for (const NetworkOperator& op : network.operators) {
    ordered_json entry = {{"name", op.name}, {"type", op.type}};
    entry["engine"] = op.engine.empty() ? ordered_json(nullptr) : ordered_json(op.engine);
    if (!op.missing.empty()) entry["missing"] = op.missing;
    operators.push_back(entry);
  }
  document["operators"] = operators;
  document["complete"] = network.complete;
}

}  // namespace hwcvp
