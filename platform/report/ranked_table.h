// Tables that can be cut to what weighs most.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "platform/report/table.h"

namespace hwcvp {

// Rows with weights, such as bytes. The first column has names, which are cut where they are long.
class RankedTable {
 public:
  // `of` names what the rows are, for a row that stands for those left out: "layers".
  RankedTable(std::string of, std::vector<Table::Column> columns);

  void add(double weight, std::vector<std::string> cells);
  // The last row, below a rule.
  void set_total(std::vector<std::string> cells) { total_ = std::move(cells); }

  // At most `most` rows besides the total: where there are more, those of the largest weights, in their
  // order, and one that counts the others.
  void print(std::ostream& out, size_t most) const;

 private:
  struct Row {
    double weight = 0;
    std::vector<std::string> cells;
  };

  std::string of_;
  std::vector<Table::Column> columns_;
  std::vector<Row> rows_;
  std::vector<std::string> total_;
};

}  // namespace hwcvp
