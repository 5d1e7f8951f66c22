#include "platform/report/traffic_table.h"

#include <algorithm>

#include "platform/report/format.h"

namespace hwcvp {

std::vector<Table::Column> traffic_columns() {
  std::vector<Table::Column> columns;
  for (const TrafficKind& kind : kTrafficKinds) {
    std::string title = kind.name;
    std::replace(title.begin(), title.end(), '_', ' ');
    columns.push_back({title});
  }
  columns.push_back({"total bytes"});
  return columns;
}

std::vector<std::string> traffic_cells(const Traffic& traffic) {
  std::vector<std::string> cells;
  cells.reserve(kTrafficKinds.size() + 1);
  for (const TrafficKind& kind : kTrafficKinds) cells.push_back(grouped(traffic.*kind.member));
  cells.push_back(grouped(traffic.total()));
  return cells;
}

CarriedBytes bytes_of(const Traffic& traffic, Carried carried) {
  CarriedBytes bytes;
  for (const TrafficKind& kind : kTrafficKinds) {
    if (kind.carried == carried) (kind.read ? bytes.read : bytes.written) += traffic.*kind.member;
  }
  return bytes;
}

void print_prediction(std::ostream& out, const Prediction& prediction) {
  const Traffic& traffic = prediction.traffic;
  const BufferUse& buffer = prediction.buffer;
  Table table({{"tensor", Table::Align::left}, {"buffer bytes"}, {"read bytes"}, {"write bytes"}, {""}});
  const auto add = [&table](const char* name, const std::string& held, const CarriedBytes& bytes) {
    table.add({name, held, grouped(bytes.read), grouped(bytes.written), bytes_text(bytes.total())});
  };
  CarriedBytes sum;
  for (const auto& [carried, name] : kCarriedNames) {
    const CarriedBytes bytes = bytes_of(traffic, carried);
    // Tensors stand first, in their order, and have a buffer.
    const auto tensor = static_cast<size_t>(carried);
    add(name, tensor < kTensorCount ? grouped(buffer.bytes[tensor]) : "", bytes);
    sum.read += bytes.read;
    sum.written += bytes.written;
  }
  table.add_rule();
  add("total", grouped(buffer.total()), sum);
  table.print(out);
}

}  // namespace hwcvp
