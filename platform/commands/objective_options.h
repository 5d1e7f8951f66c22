// The option that says what searches make least.
#pragma once

#include <memory>
#include <string>

#include "platform/cli/options.h"
#include "platform/config/config.h"
#include "schedules/optimizer/problem/objective.h"

namespace hwcvp {

// What a command does with what is found.
enum class ObjectiveUse {
  simulate,  // takes one schedule of a layer
  show,      // shows all there is to it
  sweep,     // sets it against the size of the buffer
};

// Declares --objective, with the objectives that serve the use.
void add_objective_option(CommandOptions& options, ObjectiveUse use);

// What it asks for, on this machine; least traffic where it is absent. Throws InputError.
std::shared_ptr<const Objective> read_objective(const CommandOptions& options, const PlatformConfig& config,
                                                ObjectiveUse use);

// Whether that depends on the machine. Throws InputError.
bool objective_is_of_machine(const CommandOptions& options, ObjectiveUse use);
// The names that do, for people: "a, b or c".
std::string objectives_of_machine(ObjectiveUse use);

}  // namespace hwcvp
