// The results of an experiment in an SQLite database: one row a point.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/explore/experiment.h"

struct sqlite3;
struct sqlite3_stmt;

namespace hwcvp {

struct PointResult {
  int status =
      0;  // exit status of the command: 0, 1 where a check failed, 2 where it refused the point, else a fault
  std::string message;                          // on standard error, where it is not 0
  std::vector<std::optional<int64_t>> figures;  // as figure_names()
  double seconds = 0;                           // that the command took
  std::string document;                         // its whole answer
};

// A row is written whole or not at all, whatever ends the process; several processes may write to one
// database. Rows of faults are not kept, so that these points are run anew.
//
// Table `points`: what was run (`command`, `point` as JSON), `status`, `message`, a column for each figure,
// `seconds`, `version` of the program, `document`. View `results`: the same with a column for each option,
// without the documents.
class Results {
 public:
  // Opens the database, or makes it. Throws InputError where the file is no such database, std::runtime_error
  // for faults.
  explicit Results(const std::string& path);
  ~Results();
  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;

  // The columns of the view.
  void show(const Experiment& experiment);

  bool has(const std::string& command, const Point& point);
  void add(const std::string& command, const Point& point, const PointResult& result,
           const std::string& version);
  // Takes the rows of another database that are not here. Throws as the constructor, and where there is no
  // such file.
  void merge(const std::string& path);

  // The columns of the view but the last, `point`, and their values for a point; none where it is not here.
  std::vector<std::string> columns();
  std::optional<std::vector<nlohmann::json>> row(const std::string& command, const Point& point);

 private:
  using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

  Statement prepared(const std::string& sql);
  void execute(const std::string& sql);
  // Goes to the next row; false where there is none.
  bool step(const Statement& statement);
  [[noreturn]] void fail();

  const std::string path_;
  sqlite3* database_ = nullptr;
};

}  // namespace hwcvp
