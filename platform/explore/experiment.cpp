#include "platform/explore/experiment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "schedules/json/json.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

namespace hwcvp {

namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& where, const std::string& field, const std::string& expected) {
  throw InputError(fmt::format("{}: {}: expected {}", where, shown(field), expected));
}

void check_keys(const json& object, const std::vector<std::string>& known, const std::string& where,
                const std::string& field) {
  if (!object.is_object()) refuse(where, field, "an object");
  for (const auto& item : object.items()) {
    if (std::find(known.begin(), known.end(), item.key()) != known.end()) continue;
    throw InputError(fmt::format("{}: {}{}: unknown key; expected one of {}{}", where,
                                 field.empty() ? "" : field + ".", shown(item.key()), fmt::join(known, ", "),
                                 did_you_mean(item.key(), known)));
  }
}

void check_value(const json& value, const std::string& where, const std::string& field) {
  if (value.is_object() || value.is_array()) refuse(where, field, "text, a number, true, false or null");
}

// A point as the file gives it.
Point read_point(const json& object, const std::string& where, const std::string& field) {
  if (!object.is_object()) refuse(where, field, "an object of options and properties");
  for (const auto& item : object.items()) check_value(item.value(), where, field + "." + item.key());
  return object;
}

// Every point with each of the others; what both have is an error.
std::vector<Point> combined(const std::vector<Point>& points, const std::vector<Point>& others,
                            const std::string& where, const std::string& field) {
  if (others.size() > kMostPoints / std::max<size_t>(points.size(), 1)) {
    refuse(where, field, fmt::format("at most {} points", kMostPoints));
  }
  std::vector<Point> result;
  result.reserve(points.size() * others.size());
  for (const Point& point : points) {
    for (const Point& other : others) {
      Point sum = point;
      for (const auto& item : other.items()) {
        if (sum.contains(item.key())) refuse(where, field + "." + item.key(), "each name in one place");
        sum[item.key()] = item.value();
      }
      result.push_back(std::move(sum));
    }
  }
  return result;
}

std::vector<Point> read_list(const json& list, const std::string& where) {
  if (!list.is_array() || list.empty()) refuse(where, "list", "an array of one point or more");
  std::vector<Point> points;
  for (size_t i = 0; i < list.size(); ++i)
    points.push_back(read_point(list[i], where, fmt::format("list[{}]", i)));
  return points;
}

std::vector<Point> along(const std::string& name, const json& values, const std::string& where,
                         const std::string& field) {
  if (!values.is_array() || values.empty()) refuse(where, field, "an array of one value or more");
  std::vector<Point> points;
  for (const json& value : values) {
    check_value(value, where, field);
    points.push_back({{name, value}});
  }
  return points;
}

// A number between 0 and 1, the same with every library.
double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

json drawn(const json& range, const std::string& where, const std::string& field, std::mt19937_64& random) {
  if (range.is_array() && !range.empty()) {
    const json& value = range[static_cast<size_t>(unit(random) * static_cast<double>(range.size()))];
    check_value(value, where, field);
    return value;
  }
  check_keys(range, {"from", "to", "scale"}, where, field);
  for (const char* end : {"from", "to"}) {
    if (!range.contains(end) || !range[end].is_number()) refuse(where, field + "." + end, "a number");
  }
  const bool whole = range["from"].is_number_integer() && range["to"].is_number_integer();
  const double from = range["from"];
  const double to = range["to"];
  if (!(from < to) || (whole && to > 0x1p53)) refuse(where, field, "from less than to");
  const json scale = range.value("scale", json("linear"));
  if (scale != "linear" && scale != "log") refuse(where, field + ".scale", "linear or log");
  if (scale == "log" && from <= 0) refuse(where, field + ".from", "more than 0 with scale log");
  const double end = whole ? to + 1 : to;  // whole numbers up to `to`
  const double share = unit(random);
  const double value = scale == "log" ? from * std::pow(end / from, share) : from + share * (end - from);
  if (whole) return std::min(static_cast<int64_t>(std::floor(value)), range["to"].get<int64_t>());
  return value;
}

std::vector<Point> read_sample(const json& sample, const std::string& where) {
  check_keys(sample, {"count", "seed", "values"}, where, "sample");
  const json count = sample.value("count", json());
  if (!count.is_number_integer() || count < 1 || count > kMostPoints) {
    refuse(where, "sample.count", fmt::format("an integer between 1 and {}", kMostPoints));
  }
  const json seed = sample.value("seed", json(1));
  if (!seed.is_number_integer() || seed < 0) refuse(where, "sample.seed", "an integer of at least 0");
  const json values = sample.value("values", json());
  if (!values.is_object() || values.empty()) {
    refuse(where, "sample.values", "an object of ranges: arrays, or {\"from\", \"to\", \"scale\"}");
  }
  std::mt19937_64 random(seed.get<uint64_t>());
  std::vector<Point> points(count.get<size_t>());
  for (Point& point : points) {
    for (const auto& item : values.items()) {
      point[item.key()] = drawn(item.value(), where, "sample.values." + item.key(), random);
    }
  }
  return points;
}

}  // namespace

Experiment experiment_from_json(const json& document, const std::string& where) {
  check_keys(document, {"$schema", "command", "fixed", "grid", "list", "sample"}, where, "");
  static const std::vector<std::string> commands = {"optimize", "run", "infer"};
  Experiment experiment;
  if (!document.contains("command") || !document["command"].is_string()) {
    refuse(where, "command", fmt::format("one of {}", fmt::join(commands, ", ")));
  }
  experiment.command = document["command"];
  if (std::find(commands.begin(), commands.end(), experiment.command) == commands.end()) {
    refuse(where, "command",
           fmt::format("one of {}, found {}", fmt::join(commands, ", "), shown(experiment.command)));
  }
  std::vector<Point> points = {Point::object()};
  if (document.contains("fixed")) {
    points = combined(points, {read_point(document["fixed"], where, "fixed")}, where, "fixed");
  }
  if (document.contains("grid")) {
    if (!document["grid"].is_object()) refuse(where, "grid", "an object of arrays");
    for (const auto& item : document["grid"].items()) {
      points = combined(points, along(item.key(), item.value(), where, "grid." + item.key()), where, "grid");
    }
  }
  if (document.contains("list")) points = combined(points, read_list(document["list"], where), where, "list");
  if (document.contains("sample"))
    points = combined(points, read_sample(document["sample"], where), where, "sample");

  std::set<std::string> seen;
  for (Point& point : points) {
    for (const auto& item : point.items()) {
      const auto& names = experiment.names;
      if (std::find(names.begin(), names.end(), item.key()) == names.end())
        experiment.names.push_back(item.key());
    }
    if (seen.insert(point.dump()).second) experiment.points.push_back(std::move(point));
  }
  return experiment;
}

Experiment read_experiment(const std::string& path) {
  return experiment_from_json(read_json_file(path), path);
}

std::vector<std::string> arguments_of(const Point& point) {
  std::vector<std::string> arguments;
  for (const auto& item : point.items()) {
    const json& value = item.value();
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_null()) continue;
    if (item.key().find('.') != std::string::npos) {
      arguments.insert(arguments.end(), {"--set", item.key() + "=" + text});
    } else if (!value.is_boolean()) {
      arguments.insert(arguments.end(), {"--" + item.key(), text});
    } else if (value.get<bool>()) {
      arguments.push_back("--" + item.key());
    }
  }
  return arguments;
}

}  // namespace hwcvp
