// The subcommands of the program.
#pragma once

#include <string>
#include <vector>

namespace hwcvp {

// Each takes the arguments behind its name and returns the exit status. They throw InputError for bad usage
// or bad input and MachineFault for faults inside the simulated machine.
int accuracy_command(const std::vector<std::string>& arguments);
int compare_command(const std::vector<std::string>& arguments);
int explore_command(const std::vector<std::string>& arguments);
int infer_command(const std::vector<std::string>& arguments);
int networks_command(const std::vector<std::string>& arguments);
int optimize_command(const std::vector<std::string>& arguments);
int platform_command(const std::vector<std::string>& arguments);
int predict_command(const std::vector<std::string>& arguments);
int properties_command(const std::vector<std::string>& arguments);
int quantize_command(const std::vector<std::string>& arguments);
int run_command(const std::vector<std::string>& arguments);
int sweep_command(const std::vector<std::string>& arguments);
int trace_command(const std::vector<std::string>& arguments);

// What the command `trace` does is said by a second word.
struct TraceAction {
  const char* name;
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
};
const std::vector<TraceAction>& trace_actions();

}  // namespace hwcvp
