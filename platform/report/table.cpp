#include "platform/report/table.h"

#include <algorithm>
#include <utility>

#include "schedules/workload/shown_text.h"

namespace hwcvp {

void Table::add(std::vector<std::string> cells) {
  constexpr size_t kMostBytes = 200;
  for (std::string& cell : cells) cell = shown(cell, kMostBytes);
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(column.title.size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  size_t total = 2 * (widths.size() - 1);
  for (const size_t width : widths) total += width;

  const auto print_row = [&](auto cell) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string& text = cell(i);
      const std::string padding(widths[i] - text.size(), ' ');
      line += (i == 0 ? "" : "  ");
      line += columns_[i].align == Align::right ? padding + text : text + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  };
  const std::string rule(total, '-');
  print_row([this](size_t i) -> const std::string& { return columns_[i].title; });
  out << rule << '\n';
  static const std::string kEmpty;
  for (const auto& row : rows_) {
    if (row.empty()) {
      out << rule << '\n';
    } else {
      print_row([&row](size_t i) -> const std::string& { return i < row.size() ? row[i] : kEmpty; });
    }
  }
}

}  // namespace hwcvp
