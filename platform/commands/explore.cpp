#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "platform/cli/options.h"
#include "platform/cli/values.h"
#include "platform/commands/commands.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/layer_work.h"
#include "platform/config/properties.h"
#include "platform/explore/child_program.h"
#include "platform/explore/experiment.h"
#include "platform/explore/figures.h"
#include "platform/explore/results.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/host/seconds_since.h"
#include "platform/host/text_field.h"
#include "platform/host/version.h"
#include "platform/host/worker_pool.h"
#include "platform/report/progress.h"
#include "schedules/files/output_file.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::json;

// Every n-th point, from the i-th on.
struct Shard {
  size_t index = 1;
  size_t count = 1;
};

Shard read_shard(const CommandOptions& options) {
  if (!options.has("shard")) return {};
  const std::string text = options.text("shard");
  const size_t slash = text.find('/');
  if (slash == std::string::npos) {
    throw InputError(fmt::format("--shard: expected I/N, such as 1/4, found \"{}\"", shown(text)));
  }
  Shard shard;
  shard.count = parse_integer(text.substr(slash + 1), "--shard", 1, kMostPoints);
  shard.index = parse_integer(text.substr(0, slash), "--shard", 1, shard.count);
  return shard;
}

// The options of a command that points can have.
std::vector<std::string> options_of(const std::string& command) {
  const json help = json::parse(run_child({command, "--help-json"}).output);
  std::vector<std::string> options;
  for (const json& option : help.at("options")) {
    const std::string name = option.at("name");
    if (name != "help" && name != "json" && name != "set") options.push_back(name);
  }
  return options;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_names(const Experiment& experiment, const std::vector<std::string>& options,
                 const std::string& where) {
  for (const std::string& name : experiment.names) {
    if (name.find('.') != std::string::npos) {
      find_property(name, where);
    } else if (!contains(options, name)) {
      throw InputError(fmt::format("{}: {}: expected a property or an option of {}{}", where, shown(name),
                                   experiment.command, did_you_mean(name, options)));
    }
  }
}

// `common` are arguments of all points.
PointResult run_point(const std::string& command, const Point& point,
                      const std::vector<std::string>& common) {
  std::vector<std::string> arguments = {command, "--json"};
  arguments.insert(arguments.end(), common.begin(), common.end());
  for (const std::string& argument : arguments_of(point)) arguments.push_back(argument);

  PointResult result;
  const auto start = std::chrono::steady_clock::now();
  ChildResult child = run_child(arguments);
  result.seconds = seconds_since(start);
  result.status = child.status;
  result.figures.resize(figure_names().size());
  if (child.status != kExitDone) {
    const std::string prefix = "hwcvp: ";
    const bool prefixed = child.errors.compare(0, prefix.size(), prefix) == 0;
    result.message = child.errors.substr(prefixed ? prefix.size() : 0);
    while (!result.message.empty() && result.message.back() == '\n') result.message.pop_back();
  }
  if (child.status == kExitDone || child.status == kExitDisagreed) {
    result.figures = values(figures_of(json::parse(child.output)));
    result.document = std::move(child.output);
  }
  return result;
}

// Runs points in several threads, and hands out their results as they come.
class Runs {
 public:
  Runs(size_t jobs, const Experiment& experiment, const std::vector<size_t>& points,
       const std::vector<std::string>& common)
      : left_(points.size()), pool_(jobs) {
    for (const size_t i : points) {
      pool_.submit([this, i, &experiment, common] {
        std::optional<PointResult> result;
        std::string fault;
        try {
          result = run_point(experiment.command, experiment.points[i], common);
        } catch (const std::exception& error) {
          fault = error.what();
        }
        const std::lock_guard<std::mutex> lock(mutex_);
        done_.push_back({i, std::move(result), std::move(fault)});
        changed_.notify_one();
      });
    }
  }

  struct Done {
    size_t point;
    std::optional<PointResult> result;  // none where the program could not be run
    std::string fault;
  };

  // The next one; none at the end, or after an interrupt.
  std::optional<Done> next() {
    if (left_ == 0) return std::nullopt;
    std::unique_lock<std::mutex> lock(mutex_);
    while (done_.empty()) {
      changed_.wait_for(lock, std::chrono::milliseconds(100));
      if (!interrupt_flag()) continue;
      lock.unlock();
      end_children();
      return std::nullopt;
    }
    Done done = std::move(done_.front());
    done_.pop_front();
    --left_;
    return done;
  }

 private:
  size_t left_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Done> done_;
  WorkerPool pool_;  // ends first
};

void write_csv(Results& results, const Experiment& experiment, const std::string& path) {
  std::string text;
  for (const std::string& name : results.columns()) text += (text.empty() ? "" : ",") + quoted_field(name);
  text += '\n';
  for (const Point& point : experiment.points) {
    const auto row = results.row(experiment.command, point);
    if (!row) continue;
    for (size_t i = 0; i < row->size(); ++i) {
      const json& value = (*row)[i];
      if (i > 0) text += ',';
      if (!value.is_null()) text += value.is_string() ? quoted_field(value.get<std::string>()) : value.dump();
    }
    text += '\n';
  }
  write_file(path, text);
}

void print_rows(Results& results, const Experiment& experiment) {
  const std::vector<std::string> names = results.columns();
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Point& point : experiment.points) {
    const auto values = results.row(experiment.command, point);
    if (!values) continue;
    nlohmann::ordered_json row;
    for (size_t i = 0; i < names.size(); ++i) row[names[i]] = (*values)[i];
    rows.push_back(std::move(row));
  }
  std::cout << nlohmann::ordered_json{{"rows", rows}}.dump(2) << '\n';
}

struct Counts {
  size_t points = 0, present = 0, done = 0, disagreed = 0, refused = 0, faults = 0;
};

void print_summary(const Experiment& experiment, const Counts& counts, const std::string& database) {
  std::cout << fmt::format(
      "{} points of {}, {} of them there before, {} run now: {} disagreed, {} refused, {} faults\n{}\n",
      counts.points, experiment.command, counts.present, counts.done, counts.disagreed, counts.refused,
      counts.faults, shown(database));
}

}  // namespace

int explore_command(const std::vector<std::string>& arguments) {
  CommandOptions options(
      "explore EXPERIMENT.json --output FILE.sqlite [OPTIONS]",
      "Runs a command at many points of a design space, and keeps what each gives as a row of a database.\n"
      "Points that are there already are not run again, so that an experiment goes on where it was ended.",
      "printf '{\"command\": \"optimize\", \"grid\": {\"network\": [\"alexnet\", \"zfnet\"], \"buffer\": "
      "[\"32KiB\", "
      "\"64KiB\"]}}' > sizes.json\nhwcvp explore sizes.json --output sizes.sqlite --csv sizes.csv");
  options.add_positional("experiment");
  options.add_value("experiment", "FILE", "what to run, and where (JSON; see docs/explore.md)");
  options.add_value("output", "FILE", "database of the results (SQLite), made or added to");
  options.add_value("csv", "FILE", "write the results as a table too");
  options.add_list("merge", "FILE", "take the results of another database first; may be repeated");
  options.add_value("shard", "I/N",
                    "run only each N-th point from the I-th on, for several machines at once");
  options.add_value("threads", "N", "points to run at one time (default: one for each processor)");
  options.add_value("cache", "DIR", "keep what searches find there, for all points");
  options.add_flag("json", "print the rows of the experiment as one JSON document");
  if (!options.parse(arguments)) return kExitDone;
  options.require("experiment");
  options.require("output");
  const std::string where = options.text("experiment");
  const Experiment experiment = read_experiment(where);
  const Shard shard = read_shard(options);
  const size_t threads =
      options.integer("threads", 1, 1024, std::max(1U, std::thread::hardware_concurrency()));
  const std::string database = options.text("output");
  FileUses uses;
  uses.reads(options, {"experiment"});
  for (const std::string& file : options.list("merge")) uses.reads("--merge", file);
  uses.writes("--output", database);
  if (options.has("csv")) uses.writes("--csv", options.text("csv"));
  const std::vector<std::string> known = options_of(experiment.command);
  check_names(experiment, known, where);
  std::vector<std::string> common;
  if (contains(known, "threads") && !contains(experiment.names, "threads")) common = {"--threads", "1"};
  if (options.has("cache")) {
    if (contains(experiment.names, "cache"))
      throw InputError("--cache: not allowed together with cache in " + where);
    make_output_folder(options.text("cache"));
    common.insert(common.end(), {"--cache", options.text("cache")});
  }

  catch_interrupts();
  Results results(database);
  for (const std::string& file : options.list("merge")) results.merge(file);
  results.show(experiment);
  Counts counts;
  std::vector<size_t> missing;
  for (size_t i = shard.index - 1; i < experiment.points.size(); i += shard.count) {
    ++counts.points;
    if (results.has(experiment.command, experiment.points[i])) {
      ++counts.present;
    } else {
      missing.push_back(i);
    }
  }
  std::string first_fault;
  {
    Runs runs(threads, experiment, missing, common);
    Progress progress("exploring", missing.size());
    while (const std::optional<Runs::Done> done = runs.next()) {
      const Point& point = experiment.points[done->point];
      ++counts.done;
      progress.begin(counts.done, shown(point.dump()));
      const int status = done->result ? done->result->status : kExitFault;
      if (status == kExitDone || status == kExitDisagreed || status == kExitBadInput) {
        results.add(experiment.command, point, *done->result, program_version());
      } else if (first_fault.empty()) {
        first_fault = fmt::format("{}: {}", point.dump(), done->result ? done->result->message : done->fault);
      }
      counts.disagreed += status == kExitDisagreed ? 1 : 0;
      counts.refused += status == kExitBadInput ? 1 : 0;
      counts.faults += status > kExitBadInput ? 1 : 0;
      progress.end(fmt::format("exit status {}", status));
    }
  }
  if (options.has("csv")) write_csv(results, experiment, options.text("csv"));
  if (options.has("json")) {
    print_rows(results, experiment);
  } else {
    print_summary(experiment, counts, database);
  }
  if (interrupt_flag()) exit_interrupted();
  if (!first_fault.empty()) throw std::runtime_error(shown_line(first_fault));
  return counts.disagreed > 0 ? kExitDisagreed : kExitDone;
}

}  // namespace hwcvp
