#include "platform/commands/objective_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "platform/cli/values.h"
#include "platform/commands/layout_options.h"
#include "platform/prediction/platform_timing.h"
#include "schedules/optimizer/objectives/balanced.h"
#include "schedules/optimizer/objectives/front.h"
#include "schedules/optimizer/objectives/least_bus_bytes.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/workload/error.h"

namespace hwcvp {

namespace {

constexpr const char* kBalanced = "balanced";
constexpr double kMostSlackPercent = 10'000;

enum class DependsOn { layer, machine };

// How an objective is asked for on the command line.
struct NamedObjective {
  const char* name;
  const char* help;
  DependsOn depends_on;
  std::vector<ObjectiveUse> uses;
  std::shared_ptr<const Objective> (*make)(const CommandOptions& options, const PlatformConfig& config);
};

std::shared_ptr<const Objective> least_traffic(const CommandOptions& /*options*/,
                                               const PlatformConfig& /*config*/) {
  return std::make_shared<LeastTraffic>();
}

std::shared_ptr<const Objective> least_latency(const CommandOptions& options, const PlatformConfig& config) {
  return std::make_shared<LeastLatency>(machine_timing(config, first_of(read_layouts(options, config))));
}

// A share of the fewest cycles.
double read_slack(const CommandOptions& options) {
  if (!options.has("slack")) return Balanced::kSlack;
  return parse_percent(options.text("slack"), "--slack", kMostSlackPercent) / 100;
}

std::shared_ptr<const Objective> balanced(const CommandOptions& options, const PlatformConfig& config) {
  return std::make_shared<Balanced>(machine_timing(config, first_of(read_layouts(options, config))),
                                    read_slack(options));
}

std::shared_ptr<const Objective> front(const CommandOptions& options, const PlatformConfig& config) {
  const LayoutCandidates layouts = read_layouts(options, config);
  for (const std::vector<TensorLayout>& of_tensor : layouts) {
    if (of_tensor.size() > 1) {
      throw InputError("--layout: expected one for each tensor, not any, with --objective front");
    }
  }
  return std::make_shared<Front>(machine_timing(config, first_of(layouts)));
}

std::shared_ptr<const Objective> least_bus_bytes(const CommandOptions& options,
                                                 const PlatformConfig& config) {
  return std::make_shared<LeastBusBytes>(bus_counter(read_layouts(options, config), config));
}

// All that there are; the first one where none is named.
const std::vector<NamedObjective>& all_objectives() {
  using Use = ObjectiveUse;
  static const std::vector<NamedObjective> all = {
      {"traffic", "default", DependsOn::layer, {Use::simulate, Use::show, Use::sweep}, least_traffic},
      {"latency", "the estimated cycles", DependsOn::machine, {Use::simulate, Use::show}, least_latency},
      {kBalanced,
       "bytes, at nearly the fewest cycles",
       DependsOn::machine,
       {Use::simulate, Use::show},
       balanced},
      {"front",
       "bytes for each number of estimated cycles",
       DependsOn::machine,
       {Use::show, Use::sweep},
       front},
      {"bus-bytes",
       "what transactions take of the bus, in the layouts to choose from",
       DependsOn::machine,
       {Use::simulate, Use::show},
       least_bus_bytes},
  };
  return all;
}

std::vector<NamedObjective> objectives_for(ObjectiveUse use) {
  std::vector<NamedObjective> some;
  for (const NamedObjective& objective : all_objectives()) {
    const std::vector<ObjectiveUse>& uses = objective.uses;
    if (std::find(uses.begin(), uses.end(), use) != uses.end()) some.push_back(objective);
  }
  return some;
}

NamedObjective named_objective(const CommandOptions& options, ObjectiveUse use) {
  const std::vector<NamedObjective> all = objectives_for(use);
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const NamedObjective& objective : all) names.emplace_back(objective.name);
  const std::string name = parse_choice(options.text("objective", names.front()), "--objective", names);
  return *std::find_if(all.begin(), all.end(), [&](const auto& objective) { return objective.name == name; });
}

// "a, b or c".
std::string enumeration(const std::vector<std::string>& parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 < parts.size() ? ", " : " or ";
    text += parts[i];
  }
  return text;
}

}  // namespace

void add_objective_option(CommandOptions& options, ObjectiveUse use) {
  std::vector<std::string> parts;
  bool slack = false;
  for (const NamedObjective& objective : objectives_for(use)) {
    parts.push_back(std::string(objective.name) + " (" + objective.help + ")");
    slack = slack || objective.name == std::string(kBalanced);
  }
  options.add_value("objective", "NAME", ("what is to be least: " + enumeration(parts)).c_str());
  if (!slack) return;
  options.add_value("slack", "PERCENT",
                    "cycles that --objective balanced may take beyond the fewest found (default: 5)");
}

std::shared_ptr<const Objective> read_objective(const CommandOptions& options, const PlatformConfig& config,
                                                ObjectiveUse use) {
  if (options.has("slack") && options.text("objective") != kBalanced) {
    throw InputError(fmt::format("--slack: expected --objective {} with it", kBalanced));
  }
  return named_objective(options, use).make(options, config);
}

bool objective_is_of_machine(const CommandOptions& options, ObjectiveUse use) {
  return named_objective(options, use).depends_on == DependsOn::machine;
}

std::string objectives_of_machine(ObjectiveUse use) {
  std::vector<std::string> names;
  for (const NamedObjective& objective : objectives_for(use)) {
    if (objective.depends_on == DependsOn::machine) names.emplace_back(objective.name);
  }
  return enumeration(names);
}

}  // namespace hwcvp
