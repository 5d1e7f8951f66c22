// What is known of a network's operators once it has been run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/observation/job_observation.h"
#include "platform/tensor/tensor.h"
#include "schedules/traffic/traffic.h"

namespace hwcvp {

// An operator's output set against the reference.
struct ValueCheck {
  int64_t mismatches = 0;  // elements that differ
  uint32_t crc32 = 0;      // of the bytes of the output
};

// Of one operator, all its jobs together.
struct OperatorReport {
  Traffic predicted;
  Traffic observed;
  int64_t predicted_cycles = 0;
  int64_t cycles = 0;                // of the accelerator's clock
  double seconds = 0;                // simulated
  int64_t macs = 0;                  // of convolutions
  bool ran = false;                  // on the machine: it took at least one job, or was part of a stack's
  std::optional<size_t> stack;       // in InferenceReport::stacks; cycles and seconds are then the stack's
  std::optional<ValueCheck> output;  // none where only the time was simulated, or the host takes the step

  bool match() const { return predicted == observed; }
  bool agreed() const { return match() && (!output || output->mismatches == 0); }
};

// Of several operators that ran as one job.
struct StackReport {
  // A tensor that was loaded or written, weights, or constants.
  struct Part {
    std::string name;  // of the tensor, or of the operator
    Carried carried = Carried::input;
    int64_t predicted = 0, observed = 0;  // bytes

    bool match() const { return predicted == observed; }
  };

  std::vector<size_t> operators;  // of the graph
  Traffic predicted, observed;
  int64_t predicted_cycles = 0, cycles = 0;
  double seconds = 0;
  int64_t macs = 0, own_macs = 0;  // done, and those of its operators alone
  int64_t buffer_bytes = 0;
  std::vector<Part> parts;

  bool match() const {
    for (const Part& part : parts) {
      if (!part.match()) return false;
    }
    return predicted == observed;
  }
};

struct InferenceReport {
  std::vector<OperatorReport> operators;  // as in the graph
  std::vector<StackReport> stacks;        // of two operators or more, in order
  std::map<size_t, HostTensor> outputs;   // by value: those of the network
  double wall_seconds = 0;                // of everything
  double simulation_seconds = 0;          // of wall time in the simulation
  bool complete = true;                   // false: interrupted

  bool agreed() const {
    for (const OperatorReport& op : operators) {
      if (!op.agreed()) return false;
    }
    for (const StackReport& stack : stacks) {
      if (!stack.match()) return false;
    }
    return complete;
  }
};

}  // namespace hwcvp
