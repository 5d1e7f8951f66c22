// Makes control processors of either kind.
#pragma once

#include <memory>
#include <string>

#include "models/cpu/control_processor.h"

namespace hwcvp {

// Makes a control processor of kind "native" (firmware compiled for the host) or "riscv" (firmware image on
// the emulator).
//
// The emulator lives in a plug-in, hwcvp_riscv_cpu.so: at `plugin_path` where that is not empty, else beside
// the running program, one folder up (programs in a subfolder of the build tree), or in the library folder
// where it is installed. Throws InputError for another kind, a plug-in that cannot be loaded, or properties
// out of range.
std::unique_ptr<ControlProcessor> make_control_processor(const std::string& kind, const char* name,
                                                         const ControlProcessorProperties& properties,
                                                         const std::string& plugin_path = "");

}  // namespace hwcvp
