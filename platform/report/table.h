// Aligned columns of text.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace hwcvp {

// Columns are as wide as their widest cell; numbers go right, words left.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::right;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Appends a row; cells that are missing at its end stay empty. Text is shown as shown() does, in one line.
  void add(std::vector<std::string> cells);
  // Appends a line across all columns.
  void add_rule() { rows_.emplace_back(); }

  void print(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty row is a rule
};

}  // namespace hwcvp
