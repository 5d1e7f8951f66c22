// The program: picks the subcommand and turns errors into one line and an exit status.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "platform/commands/commands.h"
#include "platform/host/exit_status.h"
#include "platform/host/interrupt.h"
#include "platform/host/version.h"
#include "platform/machine/machine_fault.h"
#include "schedules/networks/network.h"
#include "schedules/workload/closest_name.h"
#include "schedules/workload/error.h"
#include "schedules/workload/shown_text.h"

// libsystemc refers to it; this program brings its own main, so that SystemC's banner appears nowhere.
extern "C" int sc_main(int /*argc*/, char** /*argv*/) { return 0; }

namespace hwcvp {
namespace {

struct Command {
  const char* name;
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
};

constexpr Command kCommands[] = {
    {"networks", "list the built-in networks, or the layers of one", networks_command},
    {"quantize", "quantize a network in floating point by calibration", quantize_command},
    {"predict", "predict the traffic of one schedule", predict_command},
    {"optimize", "find the schedule with the least traffic for each layer", optimize_command},
    {"run", "simulate the full system and compare observed with predicted traffic", run_command},
    {"infer", "run a whole quantized network: a tensor in, a class out", infer_command},
    {"accuracy", "set earlier models of memory traffic against what the simulated system moves",
     accuracy_command},
    {"compare", "run the same layers on the HWC and on a published baseline accelerator", compare_command},
    {"explore", "run a command at many points of a design space", explore_command},
    {"sweep", "set least traffic against buffer size", sweep_command},
    {"platform", "print the simulated machine as a platform file", platform_command},
    {"properties", "list what can be set on the simulated machine", properties_command},
    {"trace", "convert, describe or replay a trace that run has written", trace_command},
};

constexpr const char* kSummary =
    "Simulates convolution schedules on a full system and accounts for their memory traffic.";

constexpr std::pair<int, const char*> kExitMeanings[] = {
    {kExitDone, "everything that was checked agreed"},
    {kExitDisagreed, "a prediction or an output disagreed"},
    {kExitBadInput, "bad usage or bad input"},
    {kExitFault, "a fault in the simulated machine or the program"},
    {kExitInterrupted, "interrupted"},
};

void print_help() {
  std::cout << "Usage: hwcvp COMMAND [OPTIONS]\n\n"
            << kSummary
            << "\n\n"
               "Commands:\n";
  for (const Command& command : kCommands) {
    std::cout << fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  std::cout << fmt::format("  {:<10} {}\n", "help", "describe a command: the same as COMMAND --help")
            << fmt::format("  {:<10} {}\n", "version", "print the version");
  std::cout << "\n`hwcvp COMMAND --help` describes a command.\n\nExit status:\n";
  for (const auto& [status, meaning] : kExitMeanings)
    std::cout << fmt::format("  {:<10} {}\n", status, meaning);
}

// The same for programs.
void print_help_json() {
  auto commands = nlohmann::ordered_json::array();
  for (const Command& command : kCommands) {
    auto actions = nlohmann::ordered_json::array();
    if (command.run == trace_command) {
      for (const TraceAction& action : trace_actions()) {
        actions.push_back({{"name", action.name}, {"summary", action.summary}});
      }
    }
    commands.push_back({{"name", command.name}, {"summary", command.summary}, {"actions", actions}});
  }
  auto statuses = nlohmann::ordered_json::array();
  for (const auto& [status, meaning] : kExitMeanings)
    statuses.push_back({{"status", status}, {"meaning", meaning}});
  const nlohmann::ordered_json document = {{"version", program_version()},
                                           {"summary", kSummary},
                                           {"commands", commands},
                                           {"exit_status", statuses},
                                           {"networks", network_names()}};
  std::cout << document.dump(2) << '\n';
}

int dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw InputError("expected a command; see hwcvp --help");
  const std::string& first = arguments[0];
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  const bool asks_help = first == "--help" || first == "-h" || first == "help";
  if (asks_help && rest.empty()) {
    print_help();
    return kExitDone;
  }
  if (first == "--help-json" && rest.empty()) {
    print_help_json();
    return kExitDone;
  }
  if (first == "help") return dispatch({rest[0], "--help"});
  if (first == "--version" || first == "-V" || first == "version") {
    std::cout << "hwcvp " << program_version() << "\n";
    return kExitDone;
  }
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    if (first == command.name) return command.run(rest);
    names.emplace_back(command.name);
  }
  throw InputError(fmt::format("unknown command \"{}\": expected one of {}{}", shown(first),
                               fmt::join(names, ", "), did_you_mean(first, names)));
}

int fail(int status, const std::string& message) {
  if (interrupt_flag()) exit_interrupted();  // which the error comes from
  std::cout.flush();
  std::cerr << "hwcvp: " << shown_line(message) << '\n';
  return status;
}

int run_program(const std::vector<std::string>& arguments) {
  try {
    const int status = dispatch(arguments);
    std::cout.flush();
    return std::cout ? status : fail(kExitFault, "standard output: cannot be written");
  } catch (const InputError& error) {
    return fail(kExitBadInput, error.what());
  } catch (const MachineFault& fault) {
    return fail(kExitFault, fault.what());
  } catch (const std::bad_alloc&) {
    return fail(kExitFault, "out of memory");
  } catch (const std::exception& error) {
    return fail(kExitFault, error.what());
  }
}

}  // namespace
}  // namespace hwcvp

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // beyond the limit on the size of files writes fail, as on a full disk
  hwcvp::end_at_interrupts();
  return hwcvp::run_program({argv + 1, argv + argc});
}
