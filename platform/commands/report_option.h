// The option that writes what a command reports as a web page.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "platform/cli/options.h"
#include "platform/commands/file_uses.h"

namespace hwcvp {

// Declares --report.
void add_report_option(CommandOptions& options);
// Tells of its file, where it is given. Throws InputError.
void add_report_file(const CommandOptions& options, FileUses& uses);
// Before time goes into work: throws InputError where the file cannot be made.
void check_report(const CommandOptions& options);

// Writes the page of what the command prints with --json, where the option is given. `recorded`: as
// html_page(). Throws as write_file().
void write_report(const CommandOptions& options, const nlohmann::ordered_json& document,
                  const nlohmann::ordered_json& recorded);
void write_report(const CommandOptions& options, const nlohmann::ordered_json& document);

}  // namespace hwcvp
