// A schedule as a loop nest, for people.
#pragma once

#include <string>

#include "schedules/nest/schedule.h"

namespace hwcvp {

// The nest as loops, one a line, with the bytes of the tensors that are buffered at each level.
std::string to_text(const Schedule& schedule, const Layer& layer);

}  // namespace hwcvp
