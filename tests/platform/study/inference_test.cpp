// Random networks on the machine: every tensor as the reference makes it, and the bytes that were predicted.
#include "platform/study/inference.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "platform/tensor/tensor_random.h"
#include "schedules/optimizer/optimizer.h"
#include "tests/support/environment.h"
#include "tests/support/graph/random_graph.h"
#include "tests/support/graph/random_stacks.h"

namespace hwcvp {
namespace {

std::vector<HostTensor> inputs_of(const graph::Graph& graph, uint64_t seed) {
  std::vector<HostTensor> inputs;
  for (const graph::ValueIndex value : graph.inputs) {
    HostTensor tensor(DataType::float32, graph.values[value].shape);
    const RandomSequence random(seed);
    for (int64_t i = 0; i < tensor.elements(); ++i) {
      tensor.data<float>()[i] = static_cast<float>(random[static_cast<uint64_t>(i)] >> 40) * 0x1p-23F - 1;
    }
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

std::vector<Schedule> schedules_of(const graph::Graph& graph, int64_t buffer_bytes) {
  std::vector<Schedule> schedules(graph.operators.size());
  OptimizerOptions options;
  options.buffer_bytes = buffer_bytes;
  options.time_limit_seconds = 0.05;
  for (size_t i = 0; i < graph.operators.size(); ++i) {
    if (const auto* convolution = std::get_if<graph::Convolution>(&graph.operators[i].action)) {
      schedules[i] = optimize(convolution->layer, options).schedule;
    }
  }
  return schedules;
}

// Cycles may be off by a share, and by what the firmware takes between the jobs of a list.
void expect_as_predicted(const StackReport& stack, double cycles_off) {
  constexpr double kBetweenJobs = 500;
  EXPECT_NEAR(static_cast<double>(stack.predicted_cycles), static_cast<double>(stack.cycles),
              cycles_off * static_cast<double>(stack.cycles) + kBetweenJobs);
  EXPECT_TRUE(stack.predicted == stack.observed);
  int64_t sum = 0;
  for (const StackReport::Part& part : stack.parts) {
    EXPECT_EQ(part.predicted, part.observed) << part.name;
    sum += part.observed;
  }
  EXPECT_EQ(sum, stack.observed.total()) << "something else moved";
}

// With random stacks where it is said how far their cycles may be off.
void run_random_graphs(PlatformConfig config, const SocFiles& files, uint64_t count,
                       std::optional<double> stacks_off = std::nullopt) {
  const uint64_t first = static_cast<uint64_t>(from_environment("HWCVP_SEED", 1));
  count = static_cast<uint64_t>(from_environment("HWCVP_GRAPHS", static_cast<int64_t>(count)));
  std::cout << "graphs of the seeds " << first << " to " << first + count - 1 << '\n';
  Inference inference(config, files);
  WorkerPool pool(0);
  int64_t bytes_moved = 0;
  size_t operators = 0;
  size_t in_stacks = 0;
  size_t stack_count = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE(seed);
    const graph::Graph graph = random_graph(seed);
    const plan::NetworkStacks stacks =
        stacks_off ? random_stacks(graph, seed, config.hwc.buffer_bytes) : plan::NetworkStacks{};
    const plan::NetworkPlan plan =
        plan::plan_network(graph, schedules_of(graph, config.hwc.buffer_bytes), config, stacks);
    if (plan.jobs.empty()) continue;
    InferenceReport report;
    std::string running;
    Inference::Listener listener;
    listener.on_begin = [&](size_t op) { running = graph.operators[op].name; };
    try {
      report = inference.run(graph, plan, inputs_of(graph, seed), pool, listener);
    } catch (const std::exception& error) {
      FAIL() << running << ": " << error.what();
    }
    for (size_t i = 0; i < graph.operators.size(); ++i) {
      const OperatorReport& op = report.operators[i];
      SCOPED_TRACE(graph.operators[i].name);
      EXPECT_EQ(op.predicted, op.observed)
          << op.predicted.input_read << " " << op.observed.input_read << " input, "
          << op.predicted.output_write << " " << op.observed.output_write << " output, "
          << op.predicted.weight_read << " " << op.observed.weight_read << " weight";
      EXPECT_EQ(op.output.value_or(ValueCheck{}).mismatches, 0);
      bytes_moved += op.observed.total();
      operators += op.ran ? 1 : 0;
    }
    ASSERT_EQ(report.stacks.size(), stacks.schedules.size());
    for (const StackReport& stack : report.stacks) {
      SCOPED_TRACE(graph.operators[stack.operators.front()].name + " ...");
      expect_as_predicted(stack, *stacks_off);
      in_stacks += stack.operators.size();
      ++stack_count;
    }
    if (testing::Test::HasFailure()) return;
  }
  std::cout << operators << " operators, " << in_stacks << " of them in " << stack_count << " stacks, moved "
            << bytes_moved << " bytes\n";
  EXPECT_GT(operators, count);
  if (stacks_off) {
    EXPECT_GT(stack_count, count / 2);
  }
}

TEST(InferenceTest, RandomGraphsOnTheNativeProcessor) {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.hwc.buffer_bytes = 4096;
  run_random_graphs(config, {}, 500);
}

TEST(InferenceTest, RandomGraphsOnTheEmulatedProcessor) {
  PlatformConfig config;
  config.hwc.buffer_bytes = 2048;
  SocFiles files;
  files.firmware_image = HWCVP_FIRMWARE_IMAGE;
  run_random_graphs(config, files, 100);
}

TEST(InferenceTest, RandomGraphsWithApproximatelyTimedMemory) {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.hwc.buffer_bytes = 3000;
  config.hwc.memory_transport = MemoryTransport::approximately_timed;
  run_random_graphs(config, {}, 60);
}

TEST(InferenceTest, RandomStacksOnTheNativeProcessor) {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.hwc.buffer_bytes = 65536;
  run_random_graphs(config, {}, 400, 0.02);
}

TEST(InferenceTest, RandomStacksOnTheEmulatedProcessor) {
  PlatformConfig config;
  config.hwc.buffer_bytes = 16384;
  SocFiles files;
  files.firmware_image = HWCVP_FIRMWARE_IMAGE;
  run_random_graphs(config, files, 100, 0.1);
}

TEST(InferenceTest, RandomStacksWithApproximatelyTimedMemory) {
  PlatformConfig config;
  config.control_processor.kind = ControlProcessorKind::native;
  config.hwc.buffer_bytes = 8192;
  config.hwc.memory_transport = MemoryTransport::approximately_timed;
  run_random_graphs(config, {}, 60, 0.05);
}

}  // namespace
}  // namespace hwcvp
