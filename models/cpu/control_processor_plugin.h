// What a shared object has to export to serve as a control processor.
#pragma once

#include <cstdint>

#include "models/cpu/control_processor.h"

namespace hwcvp::cpu {

// Changes with the layout or the meaning of ControlProcessor and its properties.
inline constexpr uint32_t kControlProcessorAbi = 3;

inline constexpr const char* kControlProcessorAbiSymbol = "hwcvp_control_processor_abi";
inline constexpr const char* kCreateControlProcessorSymbol = "hwcvp_create_control_processor";

}  // namespace hwcvp::cpu

extern "C" {
// Returns the kControlProcessorAbi that the plug-in was compiled with.
uint32_t hwcvp_control_processor_abi();
// A new control processor, owned by the caller. Throws InputError where a property is out of range.
hwcvp::ControlProcessor* hwcvp_create_control_processor(const char* name,
                                                        const hwcvp::ControlProcessorProperties* properties);
}
