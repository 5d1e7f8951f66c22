// An experiment: one command of the program, run at many points of a design space.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hwcvp {

// Values of options and properties, by name; null stands for an option that is not given.
using Point = nlohmann::json;

struct Experiment {
  std::string command;
  std::vector<std::string> names;  // of what points have values for, in alphabetical order
  std::vector<Point> points;       // each different, in the order in which they are run
};

// Points of an experiment, at most.
inline constexpr size_t kMostPoints = 1000000;

// Reads a file such as docs/explore.md tells of: "command", "fixed", "grid" (all combinations of lists),
// "list" (points one by one), and "sample" (random ones); what it has of them is combined, each with each.
// Random numbers depend on the file alone. Throws InputError, naming file and field.
Experiment read_experiment(const std::string& path);
Experiment experiment_from_json(const nlohmann::json& document, const std::string& where);

// Arguments of the command: names with a point in them are properties (--set), others options, true and false
// flags.
std::vector<std::string> arguments_of(const Point& point);

}  // namespace hwcvp
