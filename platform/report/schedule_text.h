// A schedule on one line.
#pragma once

#include <string>

#include "schedules/nest/schedule.h"

namespace hwcvp {

// Loops outermost first, each tensor's buffer where it stands in the nest: "K:64 [i o] OY:7 C:16 [w]". "2x"
// marks a tensor that is double-buffered, "reload" an input that is not slid.
std::string summary_text(const Schedule& schedule);

}  // namespace hwcvp
