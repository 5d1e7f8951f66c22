// The options that say how much of its answer a command prints.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "platform/cli/options.h"
#include "platform/config/config.h"
#include "platform/report/answer.h"

namespace hwcvp {

// Declares --details, with the names of the sections to choose from, --quiet and --json.
void add_answer_options(CommandOptions& options, const std::vector<std::string>& sections);

// Throws InputError where they contradict each other.
void check_answer_options(const CommandOptions& options);

// What a command works on: the program's version, the command, --network or --layer, and `what` that is.
std::string subject(const CommandOptions& options, const std::string& what);
// The same with the machine, as a sentence.
std::string subject(const CommandOptions& options, const std::string& what, const PlatformConfig& config);

// As the options ask for; nothing with --quiet.
void print_answer(std::ostream& out, const CommandOptions& options, const Answer& answer);

}  // namespace hwcvp
