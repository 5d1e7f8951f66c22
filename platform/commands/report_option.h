// The option that writes what a command reports as a web page.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "platform/cli/options.h"
#include "platform/commands/file_uses.h"
#include "platform/commands/layer_work.h"
#include "platform/config/config.h"

namespace hwcvp {

// Declares --report.
void add_report_option(CommandOptions& options);
// Tells of its file, where it is given. Throws InputError.
void add_report_file(const CommandOptions& options, FileUses& uses);
// Before time goes into work: throws InputError where the file cannot be made.
void check_report(const CommandOptions& options);
// The same for commands that may write nothing else: also where the file is one that they read, `work` being
// where their layers come from.
void check_report(const CommandOptions& options, const LayerWork& work, const PlatformConfig& config);

// Writes the page of what the command prints with --json, where the option is given. `recorded`: as
// html_page(). Throws as write_file().
void write_report(const CommandOptions& options, const nlohmann::ordered_json& document,
                  const nlohmann::ordered_json& recorded);
void write_report(const CommandOptions& options, const nlohmann::ordered_json& document);

}  // namespace hwcvp
