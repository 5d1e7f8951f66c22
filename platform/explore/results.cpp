#include "platform/explore/results.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include <filesystem>
#include <stdexcept>

#include "platform/explore/figures.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

constexpr int kApplication = 0x68776378;  // "hwcx", that marks the databases of this program
constexpr int kPatienceMs = 60000;        // for other processes

// As an SQL name, or as an SQL text with '.
std::string quoted(const std::string& text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  return result + quote;
}

void bind_text(sqlite3_stmt* statement, int place, const std::string& text) {
  sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

nlohmann::json value_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return sqlite3_column_int64(statement, column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return nullptr;
    default:
      return reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  }
}

}  // namespace

Results::Results(const std::string& path) : path_(path) {
  if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) {
    const std::string reason = sqlite3_errmsg(database_);
    sqlite3_close(database_);
    throw InputError(fmt::format("{}: {}", path, reason));
  }
  sqlite3_busy_timeout(database_, kPatienceMs);
  try {
    const Statement application = prepared("PRAGMA application_id");
    const Statement tables = prepared("SELECT count(*) FROM sqlite_master");
    step(application);
    step(tables);
    const bool ours = sqlite3_column_int(application.get(), 0) == kApplication;
    const bool empty = sqlite3_column_int(tables.get(), 0) == 0;
    if (!ours && !empty) throw InputError(path + ": expected a database of explore, found another one");
  } catch (const InputError&) {
    sqlite3_close(database_);
    throw;
  } catch (const std::runtime_error&) {
    const int code = sqlite3_errcode(database_);
    sqlite3_close(database_);
    if (code == SQLITE_NOTADB) throw InputError(path + ": expected an SQLite database");
    throw;
  }
  execute(fmt::format("PRAGMA application_id={}", kApplication));
  execute("PRAGMA synchronous=NORMAL");
  execute(fmt::format(
      "CREATE TABLE IF NOT EXISTS points (command TEXT NOT NULL, point TEXT NOT NULL, status INTEGER NOT "
      "NULL, "
      "message TEXT, {} INTEGER, seconds REAL, version TEXT, document TEXT, PRIMARY KEY (command, point))",
      fmt::join(figure_names(), " INTEGER, ")));
}

Results::~Results() { sqlite3_close(database_); }

void Results::fail() {
  throw std::runtime_error(fmt::format("{}: {}", shown(path_), shown_line(sqlite3_errmsg(database_))));
}

Results::Statement Results::prepared(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail();
  return {statement, &sqlite3_finalize};
}

bool Results::step(const Statement& statement) {
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail();
  return code == SQLITE_ROW;
}

void Results::execute(const std::string& sql) {
  const Statement statement = prepared(sql);
  while (step(statement)) {
  }
}

void Results::show(const Experiment& experiment) {
  std::string options;
  for (const std::string& name : experiment.names) {
    const std::string place = "$." + quoted(name, '"');
    options += fmt::format("json_extract(point, {}) AS {}, ", quoted(place, '\''), quoted(name, '"'));
  }
  execute("BEGIN IMMEDIATE");
  execute("DROP VIEW IF EXISTS results");
  execute(fmt::format(
      "CREATE VIEW results AS SELECT command, {}status, message, {}, seconds, version, point FROM points",
      options, fmt::join(figure_names(), ", ")));
  execute("COMMIT");
}

bool Results::has(const std::string& command, const Point& point) {
  const Statement statement = prepared("SELECT 1 FROM points WHERE command = ? AND point = ?");
  bind_text(statement.get(), 1, command);
  bind_text(statement.get(), 2, point.dump());
  return step(statement);
}

void Results::add(const std::string& command, const Point& point, const PointResult& result,
                  const std::string& version) {
  std::string places = "?, ?, ?, ?, ?, ?, ?";
  for (size_t i = 0; i < figure_names().size(); ++i) places += ", ?";
  const Statement statement =
      prepared(fmt::format("INSERT OR REPLACE INTO points (command, point, status, message, seconds, "
                           "version, document, {}) VALUES ({})",
                           fmt::join(figure_names(), ", "), places));
  sqlite3_stmt* const insert = statement.get();
  bind_text(insert, 1, command);
  bind_text(insert, 2, point.dump());
  sqlite3_bind_int(insert, 3, result.status);
  if (!result.message.empty()) bind_text(insert, 4, result.message);
  sqlite3_bind_double(insert, 5, result.seconds);
  bind_text(insert, 6, version);
  bind_text(insert, 7, result.document);
  int place = 8;
  for (const std::optional<int64_t>& figure : result.figures) {
    if (figure) sqlite3_bind_int64(insert, place, *figure);
    ++place;
  }
  step(statement);
}

void Results::merge(const std::string& path) {
  if (!std::filesystem::exists(path)) throw InputError(path + ": cannot be opened");
  const Results other(path);  // which says what is wrong with it
  execute(fmt::format("ATTACH DATABASE {} AS other", quoted(path, '\'')));
  execute("INSERT OR IGNORE INTO main.points SELECT * FROM other.points");
  execute("DETACH DATABASE other");
}

std::vector<std::string> Results::columns() {
  const Statement statement = prepared("SELECT * FROM results");
  std::vector<std::string> names;
  const int count = sqlite3_column_count(statement.get()) - 1;  // the last one is the point
  names.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) names.emplace_back(sqlite3_column_name(statement.get(), i));
  return names;
}

std::optional<std::vector<nlohmann::json>> Results::row(const std::string& command, const Point& point) {
  const Statement statement = prepared("SELECT * FROM results WHERE command = ? AND point = ?");
  bind_text(statement.get(), 1, command);
  bind_text(statement.get(), 2, point.dump());
  if (!step(statement)) return std::nullopt;
  std::vector<nlohmann::json> values;
  for (int i = 0; i + 1 < sqlite3_column_count(statement.get()); ++i)
    values.push_back(value_of(statement.get(), i));
  return values;
}

}  // namespace hwcvp
