// The search for stacks against all of them.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "schedules/stack/predictor.h"
#include "schedules/stack/search/frame.h"
#include "schedules/stack/search/network_cuts.h"
#include "schedules/stack/stack_json.h"
#include "tests/support/environment.h"
#include "tests/support/stack/all_stacks.h"
#include "tests/support/stack/random_network.h"

namespace hwcvp::stack {
namespace {

int64_t tensor_bytes(const Network& network, size_t t) {
  const Tensor& tensor = network.tensors[t];
  return network.batch * tensor.channels * tensor.lines[0] * tensor.lines[1] * tensor.element_bytes;
}

// Every operator alone, as if its tensors and weights came some times.
std::vector<GivenStack> alone(const Network& network, std::mt19937_64& random) {
  std::vector<GivenStack> given;
  for (size_t op = 0; op < network.operators.size(); ++op) {
    const Operator& own = network.operators[op];
    int64_t bytes = tensor_bytes(network, own.output) + own.constant_bytes;
    for (const size_t t : own.inputs) bytes += tensor_bytes(network, t);
    if (own.product) bytes += own.product->weight_elements() * own.product->weight_bytes;
    bytes *= std::uniform_int_distribution<int64_t>(1, 3)(random);
    given.push_back({op, op, bytes, bytes});
  }
  return given;
}

// What a stack of the answer moves must be what the predictor says, and fit.
void expect_as_predicted(const Network& network, const ChosenStack& chosen, int64_t buffer_bytes,
                         const std::string& text) {
  if (chosen.given) return;
  ASSERT_TRUE(chosen.answer.schedule) << text;
  validate(network, *chosen.answer.schedule, "answer");
  const std::optional<StackCost> cost = predict(network, *chosen.answer.schedule);
  ASSERT_TRUE(cost) << text;
  EXPECT_EQ(cost->traffic.total(), chosen.bytes) << text;
  EXPECT_LE(cost->buffer_bytes(), buffer_bytes) << text;
}

// HWCVP_SEED and HWCVP_STACK_NETWORKS choose other and more cases.
TEST(StackSearch, IsNeverBeatenByAnyCutOrSchedule) {
  const auto seed = static_cast<uint64_t>(from_environment("HWCVP_SEED", 1));
  const int64_t networks = from_environment("HWCVP_STACK_NETWORKS", 60);
  std::mt19937_64 random(seed);
  int64_t stacked = 0;
  int64_t optimal = 0;
  for (int64_t i = 0; i < networks && !HasFailure(); ++i) {
    const Network network = random_network(random, {5, 5, 4, 2});
    const std::vector<GivenStack> given = alone(network, random);
    std::map<std::pair<size_t, size_t>, int64_t> costs;
    int64_t most = 0;
    for (const GivenStack& stack : given) {
      costs[{stack.first, stack.last}] = stack.bytes;
      most += stack.bytes;
    }
    SearchOptions options;
    options.buffer_bytes = std::uniform_int_distribution<int64_t>(10, 10 + most / 2)(random);
    const NetworkCuts cuts = cut_network(network, given, options);
    const int64_t best = best_cut_of_all(network, costs, options.buffer_bytes).value();
    const std::string text = "network " + std::to_string(i) + " of seed " + std::to_string(seed) + ", " +
                             std::to_string(options.buffer_bytes) + " bytes: " + to_json(network).dump();
    EXPECT_EQ(cuts.bytes, best) << text;
    EXPECT_LE(cuts.proven, best) << text;
    for (const ChosenStack& chosen : cuts.stacks) {
      expect_as_predicted(network, chosen, options.buffer_bytes, text);
      EXPECT_LE(chosen.proven, chosen.bytes) << text;
      if (!chosen.given) ++stacked;
    }
    if (cuts.proven == cuts.bytes) ++optimal;
  }
  std::printf("seed %llu: %lld networks, %lld stacks, %lld answers proven optimal\n",
              static_cast<unsigned long long>(seed), static_cast<long long>(networks),
              static_cast<long long>(stacked), static_cast<long long>(optimal));
  EXPECT_GT(stacked, networks / 2) << "few networks have stacks: the test is of little use";
  EXPECT_GT(optimal, networks / 2) << "hardly any answer is proven";
}

// Each outer axis and tile apart, in buffers in which weights are scarce.
TEST(StackSearch, BoundsOfFramesAreNeverUndercut) {
  const auto seed = static_cast<uint64_t>(from_environment("HWCVP_SEED", 1));
  const int64_t networks = from_environment("HWCVP_STACK_NETWORKS", 60);
  std::mt19937_64 random(seed);
  int64_t frames = 0;
  int64_t tight = 0;
  for (int64_t i = 0; i < networks && !HasFailure(); ++i) {
    const Network network = random_network(random, {5, 5, 5, 2});
    for (size_t last = 1; last < network.operators.size(); ++last) {
      const auto first = std::uniform_int_distribution<size_t>(0, last - 1)(random);
      const Stack stack = make_stack(network, first, last);
      if (stack.unread()) continue;
      const int64_t buffer_bytes = std::uniform_int_distribution<int64_t>(10, 10 + once_bytes(stack))(random);
      std::map<std::pair<Axis, int64_t>, int64_t> bounds;
      for (const Frame& frame : frames_of(stack, buffer_bytes, kNever)) {
        bounds[{frame.outer, frame.tile}] = frame.bound;
      }
      for (const auto& [frame, best] : best_of_frames(network, first, last, buffer_bytes)) {
        const std::string text = "network " + std::to_string(i) + " of seed " + std::to_string(seed) +
                                 ", operators " + std::to_string(first) + " to " + std::to_string(last) +
                                 ", " + to_string(frame.first) + ":" + std::to_string(frame.second) + ", " +
                                 std::to_string(buffer_bytes) + " bytes: " + to_json(network).dump();
        ASSERT_EQ(bounds.count(frame), 1U) << "taken for impossible: " << text;
        EXPECT_LE(bounds[frame], best) << text;
        EXPECT_GE(best, once_bytes(stack)) << text;
        ++frames;
        if (bounds[frame] == best) ++tight;
      }
    }
  }
  std::printf("seed %llu: %lld frames, %lld bounds met\n", static_cast<unsigned long long>(seed),
              static_cast<long long>(frames), static_cast<long long>(tight));
  EXPECT_GT(tight, frames / 2) << "bounds are loose";
}

// Stacks too large to enumerate: a random schedule, in a buffer that it just fits.
TEST(StackSearch, BoundsHoldForRandomSchedulesOfLargerStacks) {
  const auto seed = static_cast<uint64_t>(from_environment("HWCVP_SEED", 1));
  const int64_t schedules = 50 * from_environment("HWCVP_STACK_NETWORKS", 60);
  std::mt19937_64 random(seed);
  int64_t found = 0;
  for (int64_t i = 0; i < schedules && !HasFailure(); ++i) {
    const Network network = random_network(random, {10, 20, 12, 2});
    Schedule schedule;
    if (!random_schedule(random, network, schedule)) continue;
    for (OperatorSchedule& op : schedule.operators) op.portion = {1, 1, 1};
    const std::optional<StackCost> cost = predict(network, schedule);
    if (!cost) continue;
    ++found;
    const Stack stack = make_stack(network, schedule.first, schedule.last());
    const std::string text = "schedule " + std::to_string(i) + " of seed " + std::to_string(seed) + ": " +
                             to_json(network).dump() + to_json(network, schedule).dump();
    EXPECT_LE(once_bytes(stack), cost->traffic.total()) << text;
    EXPECT_TRUE(can_fit(stack, cost->buffer_bytes())) << text;
    const std::vector<Frame> frames = frames_of(stack, cost->buffer_bytes(), kNever);
    const auto own = std::find_if(frames.begin(), frames.end(), [&](const Frame& frame) {
      return frame.outer == schedule.outer && frame.tile == schedule.outer_tile;
    });
    ASSERT_NE(own, frames.end()) << "taken for impossible: " << text;
    EXPECT_LE(own->bound, cost->traffic.total()) << text;
  }
  EXPECT_GT(found, schedules / 2);
}

}  // namespace
}  // namespace hwcvp::stack
