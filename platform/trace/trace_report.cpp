#include "platform/trace/trace_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "platform/report/format.h"
#include "platform/report/table.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::ordered_json;

std::string number(uint64_t value) { return grouped(static_cast<int64_t>(value)); }

// Exact, as a trace is cut by these times.
std::string time_text(uint64_t ps) { return number(ps) + " ps"; }

std::vector<Table::Column> count_columns(std::vector<Table::Column> columns) {
  for (const char* title : {"reads", "read bytes", "writes", "write bytes"}) columns.push_back({title});
  return columns;
}

std::vector<std::string> count_cells(std::vector<std::string> cells, const TrafficCount& count) {
  for (const uint64_t value : {count.reads, count.read_bytes, count.writes, count.write_bytes}) {
    cells.push_back(number(value));
  }
  return cells;
}

bool moved(const TrafficCount& count) { return count.reads + count.writes != 0; }

TrafficCount total(const TensorCounts& counts) {
  TrafficCount sum;
  for (const TrafficCount& count : counts) add(sum, count);
  return sum;
}

TensorCounts of_socket(const TraceSummary& summary, size_t socket) {
  TensorCounts sums;
  for (const auto& layer : summary.layers) {
    for (size_t i = 0; i < sums.size(); ++i) add(sums[i], layer[socket][i]);
  }
  return sums;
}

void add_tensors(Table& table, const std::vector<std::string>& head, const TensorCounts& counts) {
  for (size_t i = 0; i < counts.size(); ++i) {
    if (!moved(counts[i])) continue;
    std::vector<std::string> cells = head;
    cells.emplace_back(to_string(static_cast<TrafficClass>(i)));
    table.add(count_cells(cells, counts[i]));
  }
}

void print_sockets(std::ostream& out, const BinaryReader& reader, const TraceSummary& summary) {
  Table table(count_columns({{"socket", Table::Align::left}, {"tensor", Table::Align::left}}));
  for (size_t i = 0; i < reader.header().sockets.size(); ++i) {
    const std::string& name = reader.header().sockets[i].name;
    const TensorCounts counts = of_socket(summary, i);
    add_tensors(table, {name}, counts);
    table.add(count_cells({name, "total"}, total(counts)));
  }
  table.print(out);
}

void print_layers(std::ostream& out, const BinaryReader& reader, const TraceSummary& summary) {
  Table table(count_columns({{"layer", Table::Align::left}, {"socket", Table::Align::left}}));
  for (size_t layer = 0; layer < summary.layers.size(); ++layer) {
    const std::string name = layer == 0 ? "(none)" : reader.layers()[layer - 1];
    for (size_t socket = 0; socket < summary.layers[layer].size(); ++socket) {
      const TrafficCount sum = total(summary.layers[layer][socket]);
      if (layer == 0 && !moved(sum)) continue;
      table.add(count_cells({name, reader.header().sockets[socket].name}, sum));
    }
  }
  table.print(out);
}

ordered_json to_json(const TrafficCount& count) {
  return {{"reads", count.reads},
          {"read_bytes", count.read_bytes},
          {"writes", count.writes},
          {"write_bytes", count.write_bytes}};
}

ordered_json to_json(const TensorCounts& counts) {
  ordered_json json;
  for (size_t i = 0; i < counts.size(); ++i) {
    json[to_string(static_cast<TrafficClass>(i))] = to_json(counts[i]);
  }
  json["total"] = to_json(total(counts));
  return json;
}

}  // namespace

void print_trace(std::ostream& out, const BinaryReader& reader, const TraceSummary& summary) {
  out << fmt::format("{} transactions, {} of them answered with an error\n", number(summary.records),
                     number(summary.failed));
  if (summary.records != 0) {
    out << fmt::format("from {} to {}\n", time_text(summary.first_ps), time_text(summary.last_ps));
  }
  out << '\n';
  print_sockets(out, reader, summary);
  out << '\n';
  print_layers(out, reader, summary);
}

void print_replay(std::ostream& out, const ReplayResult& result) {
  Table table(count_columns({{"tensor", Table::Align::left}}));
  add_tensors(table, {}, result.counts);
  table.add_rule();
  table.add(count_cells({"total"}, total(result.counts)));
  table.print(out);
  std::string sockets;
  for (const std::string& name : result.sockets) sockets += (sockets.empty() ? "" : ", ") + shown(name);
  out << fmt::format("\n{} transactions of {} replayed, {} left out, {} differed\n", number(result.replayed),
                     sockets, number(result.left_out), number(result.differing));
  out << fmt::format("from the first start to the last end: recorded {}, replayed {}\n",
                     time_text(result.recorded_span_ps), time_text(result.replayed_span_ps));
}

ordered_json to_json(const BinaryReader& reader, const TraceSummary& summary) {
  const auto& sockets = reader.header().sockets;
  ordered_json socket_list = ordered_json::array();
  for (size_t i = 0; i < sockets.size(); ++i) {
    socket_list.push_back(
        {{"name", sockets[i].name}, {"base", sockets[i].base}, {"tensors", to_json(of_socket(summary, i))}});
  }
  ordered_json layer_list = ordered_json::array();
  for (size_t layer = 1; layer < summary.layers.size(); ++layer) {
    ordered_json of_sockets;
    for (size_t i = 0; i < sockets.size(); ++i) {
      of_sockets[sockets[i].name] = to_json(summary.layers[layer][i]);
    }
    layer_list.push_back({{"name", reader.layers()[layer - 1]}, {"sockets", of_sockets}});
  }
  return {{"records", summary.records},
          {"failed", summary.failed},
          {"first_ps", summary.records != 0 ? summary.first_ps : 0},
          {"last_ps", summary.last_ps},
          {"sockets", socket_list},
          {"layers", layer_list}};
}

ordered_json to_json(const ReplayResult& result) {
  return {{"sockets", result.sockets},
          {"replayed", result.replayed},
          {"left_out", result.left_out},
          {"differing", result.differing},
          {"tensors", to_json(result.counts)},
          {"recorded_span_ps", result.recorded_span_ps},
          {"replayed_span_ps", result.replayed_span_ps}};
}

}  // namespace hwcvp
