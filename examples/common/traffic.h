// Predicted and observed traffic, for the examples.
#pragma once

#include <cstdint>
#include <string>

#include "common/convolution.h"
#include "common/firmware_host.h"
#include "models/monitor/traffic_counter.h"
#include "schedules/traffic/traffic.h"

namespace example {

// The schedule with the least traffic that fits in `buffer_bytes`.
hwcvp::Schedule best_schedule(const hwcvp::Layer& layer, int64_t buffer_bytes);

// Has a counter tell the tensors of a convolution apart. `offset` is taken off the addresses: what a bus
// takes off between the HWC and the place of the monitor.
void add_windows(hwcvp::TrafficCounter& counter, const Placement& placement, uint64_t offset = 0);

// What a counter with the windows of add_windows() has seen.
hwcvp::Traffic observed(const hwcvp::TrafficCounter& counter);

// Prints both, in bytes. False where they differ in any tensor, or a byte went anywhere else.
bool matches(const std::string& name, const hwcvp::Traffic& predicted, const hwcvp::TrafficCounter& counter);

// In a script: puts the tensors into memory, has the firmware run the layer on the HWC whose registers are at
// that address, and prints how many outputs are wrong. False where one is or the job failed.
bool run_and_check(FirmwareHost& host, const Convolution& convolution, const hwcvp::Schedule& schedule,
                   uint64_t registers);

}  // namespace example
