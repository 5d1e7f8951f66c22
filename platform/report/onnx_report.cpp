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

}  // namespace hwcvp
