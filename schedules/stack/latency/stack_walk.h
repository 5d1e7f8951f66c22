// The firmware's way through a stack, in time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "schedules/latency/engines.h"
#include "schedules/latency/mac_array.h"
#include "schedules/stack/latency/stack_commands.h"
#include "schedules/stack/latency/stack_latency.h"
#include "schedules/stack/line_walk.h"
#include "schedules/stack/schedule.h"
#include "schedules/stack/stack.h"
#include "schedules/workload/layer.h"

namespace hwcvp::stack {

// Does not model: contents of buffers, errors, logging.
//
// Before anything moves the firmware goes through the lines of each kind of strip; then it configures a
// region for each tensor that is held and a context for each operator, and issues the commands of strip after
// strip.
class StackWalk {
 public:
  // What is handed over must outlive the walk.
  StackWalk(const Stack& stack, const Schedule& schedule, const StackAddresses& addresses,
            const MachineTiming& timing, int64_t vector_lanes);

  // From the doorbell to the firmware's answer; nothing past the limits. To be called once.
  std::optional<double> run(const StackLatencyLimits& limits);

  const std::array<int64_t, kStackWorks>& counts() const { return commands_.counts(); }

 private:
  // What happens to lines in all strips that need the same tensors.
  struct Event {
    enum class Kind : uint8_t { piece, look, load, run } kind;
    size_t index;  // operator, or tensor
    Range lines;
  };
  struct Group {
    std::vector<bool> needed;
    std::vector<Event> events;
  };
  class Recorder;

  struct Use {
    CommandCounts made{}, read{};
  };
  struct OperatorForm {
    Layer layer;  // of convolutions
    std::optional<latency::MacArray> array;
    int64_t first_context = 0;
    std::vector<size_t> inputs;  // as the operator has them
    bool joins = false;          // channels of its inputs, one after the other
    TensorInMemory weights;
  };

  void describe_operators();
  Group& group_of(const std::vector<Range>& ranges);
  void plan();
  void count(const Group& group);
  void begin();
  void configure();
  void load_constants();
  void go_through_strips();
  void end();
  void follow(const Group& group);
  void load(size_t tensor, Range lines);
  void convolve(size_t op, Range lines);
  void convolve_portion(size_t op, Range lines, int64_t group, int64_t groups, int64_t channel,
                        int64_t channels);
  void load_weights(size_t op, const latency::Box& box);
  void store_outputs(size_t op, Range lines, int64_t group, int64_t groups, int64_t channel,
                     int64_t channels);
  void operate(size_t op, Range lines);
  void store_lines(size_t tensor, Range lines);
  void check_limits() const;

  const Tensor& output_of(size_t op) const { return stack_.tensor(stack_.operators[op].output); }
  bool is_last(size_t op) const { return op == stack_.last(); }
  // Lines along the inner axis, and the strip's range, as {rows, columns}.
  PerAxis<Range> place(size_t tensor, Range lines) const;
  latency::Box box(int64_t group, int64_t groups, int64_t channel, int64_t channels,
                   const PerAxis<Range>& place) const;

  const Stack& stack_;
  const Schedule& schedule_;
  const MachineTiming& timing_;
  const int64_t vector_lanes_;
  const StackAddresses& addresses_;
  StackLatencyLimits limits_;
  latency::Engines engines_;
  StackCommands commands_;
  std::vector<OperatorForm> forms_;
  std::vector<TensorInMemory> memory_;  // of each tensor that travels
  std::vector<Group> groups_;
  std::vector<size_t> readers_;  // inputs of operators that are a tensor
  std::vector<bool> held_;       // tensors, in some strip
  std::vector<bool> runs_;       // operators, in some strip
  std::vector<Use> uses_;
  std::vector<Range> ranges_;  // of the strip
  int64_t image_ = 0;
  int64_t accumulators_free_ = 0;  // the store that took the last accumulators
};

}  // namespace hwcvp::stack
