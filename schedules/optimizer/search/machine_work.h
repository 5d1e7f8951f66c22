// How much work a schedule makes for the machine besides the bytes that it moves.
#pragma once

#include "schedules/nest/schedule.h"
#include "schedules/workload/layer.h"

namespace hwcvp::optimizer {

// Does not model any machine in particular: a price, in cycles, to choose among schedules of equal traffic.
//
// Sums the cycles of the default array, each command in its fastest mode, a price for each command, for each
// region that is loaded or stored, and for each run of neighbouring bytes in which it travels.
double machine_work(const Layer& layer, const Schedule& schedule);

}  // namespace hwcvp::optimizer
