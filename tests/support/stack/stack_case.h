// Stacks as jobs for the firmware: the descriptor, random tensors and constants, and what must be in memory
// at the end, operator by operator from their definitions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "schedules/stack/network.h"
#include "schedules/stack/predictor.h"
#include "schedules/stack/schedule.h"
#include "sw/stack_job.h"

namespace hwcvp {

// Bytes of memory that belong together, with what the predictor says of them.
struct StackWindow {
  std::string name;
  uint64_t address = 0;
  std::vector<uint8_t> before, after;  // contents
  int64_t read = 0, written = 0;       // bytes that the stack moves
};

struct StackCase {
  hwc_stack head{};
  std::vector<hwc_stack_tensor> tensors;
  std::vector<hwc_stack_operator> operators;
  std::vector<uint32_t> inputs;
  uint64_t address = 0;  // of the descriptor

  std::vector<StackWindow> windows;      // apart from each other
  std::optional<stack::StackCost> cost;  // nothing: the schedule is illegal
  // Of a legal one: what the predictor says, and the second buffers of weights.
  int64_t buffer_bytes() const;
  std::string text;  // network and schedule, for messages

  // The descriptor as it lies in memory, with size and CRC of what stands above. Counts are taken as they
  // stand in `head`.
  std::vector<uint8_t> descriptor() const;
};

// Where a case lies, and the accelerator.
struct StackPlace {
  uint64_t base = 0;
  uint64_t hwc = 0;  // its registers
};

// The stack with elements of 8 bits, weights of 8 and accumulators of 32 bits, which is what the firmware
// runs; random types, zero points, scales, layouts in memory. validate() must accept the schedule. Nothing
// where the firmware has no such operator (a resize that repeats lines).
std::optional<StackCase> make_stack_case(stack::Network network, const stack::Schedule& schedule,
                                         const StackPlace& place, std::mt19937_64& random);

// A small random network with a random schedule for some of it, which may be illegal.
StackCase random_stack_case(const StackPlace& place, std::mt19937_64& random);

}  // namespace hwcvp
