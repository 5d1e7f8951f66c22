// The option that says what searches make least.
#pragma once

#include <memory>
#include <string>

#include "platform/cli/options.h"
#include "platform/config/config.h"
#include "schedules/optimizer/problem/objective.h"

namespace hwcvp {

// Declares --objective, with the objectives that depend on the machine or without them.
void add_objective_option(CommandOptions& options, bool of_machine);

// What it asks for, on this machine; least traffic where it is absent. Throws InputError.
std::shared_ptr<const Objective> read_objective(const CommandOptions& options, const PlatformConfig& config);

// Whether that depends on the machine. Throws InputError.
bool objective_is_of_machine(const CommandOptions& options);
// The names that do, for people: "a, b or c".
std::string objectives_of_machine();

}  // namespace hwcvp
