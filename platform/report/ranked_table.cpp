#include "platform/report/ranked_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

constexpr size_t kMostNameBytes = 28;

}  // namespace

RankedTable::RankedTable(std::string of, std::vector<Table::Column> columns)
    : of_(std::move(of)), columns_(std::move(columns)) {}

void RankedTable::add(double weight, std::vector<std::string> cells) {
  cells.at(0) = shown(cells[0], kMostNameBytes);
  rows_.push_back({weight, std::move(cells)});
}

void RankedTable::print(std::ostream& out, size_t most) const {
  std::vector<bool> shown_rows(rows_.size(), true);
  const bool cut = rows_.size() > most;
  if (cut) {
    std::vector<size_t> order(rows_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [this](size_t a, size_t b) { return rows_[a].weight > rows_[b].weight; });
    for (size_t i = most - 1; i < order.size(); ++i) shown_rows[order[i]] = false;
  }
  Table table(columns_);
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (shown_rows[i]) table.add(rows_[i].cells);
  }
  if (cut) table.add({fmt::format("{} other {}", rows_.size() - (most - 1), of_)});
  if (!total_.empty()) {
    table.add_rule();
    table.add(total_);
  }
  table.print(out);
}

}  // namespace hwcvp
