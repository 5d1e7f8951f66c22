// The options of `hwcvp run`, read and checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/cli/options.h"
#include "platform/config/config.h"
#include "platform/machine/soc.h"
#include "platform/tensor/layer_tensors.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

void add_run_options(CommandOptions& options);
// Of those, what says what the machine is like.
void add_machine_options(CommandOptions& options);

// Throws InputError where options contradict one another.
void check_run_options(const CommandOptions& options);

// The machine that the options ask for: read_platform_options() with what else takes the place of its fields.
PlatformConfig read_run_platform(const CommandOptions& options);

// The file of the layer's schedule in the folder of --output-dir; empty where --schedule names that very
// file, which is left as it is.
std::string schedule_file(const CommandOptions& options, const Layer& layer);

// Throws InputError where a file would be written over one that is read, or twice.
void check_files(const CommandOptions& options, const PlatformConfig& config, const SocFiles& files,
                 const LayerWork& work);

// The files that the machine needs. Throws as find_firmware_image().
SocFiles soc_files(const PlatformConfig& config);

// Throws InputError where --relu would change nothing: accumulators leave as they are.
void check_relu(const Layer& layer);

// --seed, or the default.
uint64_t read_seed(const CommandOptions& options);

// The operands of a layer: from the files that the options name, else pseudo-random from --seed.
LayerTensors read_tensors(const CommandOptions& options, const Layer& layer);

}  // namespace hwcvp
