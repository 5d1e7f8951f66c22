// The cost of stacks against recorded cases and cases that a person can recount.
#include "schedules/stack/predictor.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "schedules/stack/stack_json.h"
#include "schedules/workload/error.h"
#include "tests/support/environment.h"
#include "tests/support/stack/random_network.h"
#include "tests/support/stack/stack_walk.h"

namespace hwcvp::stack {
namespace {

using nlohmann::json;

// Nothing where the schedule is refused or illegal.
std::optional<StackCost> cost_of(const json& recorded) {
  const Network network = network_from_json(recorded["network"], "recorded network");
  try {
    return predict(network, schedule_from_json(recorded["stack"], network, "recorded stack"));
  } catch (const InputError&) {
    return std::nullopt;
  }
}

TEST(StackPredictor, AgreesWithRecordedCases) {
  std::ifstream file(HWCVP_TEST_DATA "/stack-cases.jsonl");
  int cases = 0;
  int illegal = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const json recorded = json::parse(line);
    const std::optional<StackCost> cost = cost_of(recorded);
    ASSERT_EQ(cost.has_value(), recorded["legal"].get<bool>()) << line;
    if (!cost) {
      ++illegal;
      continue;
    }
    EXPECT_EQ(cost->traffic.input_read, recorded["traffic"]["input_read"]) << line;
    EXPECT_EQ(cost->traffic.weight_read, recorded["traffic"]["weight_read"]) << line;
    EXPECT_EQ(cost->traffic.output_write, recorded["traffic"]["output_write"]) << line;
    EXPECT_EQ(cost->buffer_bytes(), recorded["capacity"]) << line;
  }
  EXPECT_EQ(cases, 249) << "recorded cases are missing";
  EXPECT_EQ(illegal, 9);
}

// HWCVP_SEED and HWCVP_STACKS choose other and more cases.
TEST(StackPredictor, AgreesWithTheWalkOnRandomStacks) {
  const auto seed = static_cast<uint64_t>(from_environment("HWCVP_SEED", 1));
  const int64_t wanted = from_environment("HWCVP_STACKS", 20000);
  std::mt19937_64 random(seed);
  int64_t cases = 0;
  int64_t legal = 0;
  while (cases < wanted && !HasFailure()) {
    const Network network = random_network(random, {10, 16, 6, 2});
    Schedule schedule;
    if (!random_schedule(random, network, schedule)) continue;
    ++cases;
    validate(network, schedule, "random stack");
    const std::optional<WalkedStack> walked = walk_stack(network, schedule);
    const std::optional<StackCost> cost = predict(network, schedule);
    const std::string text = "case " + std::to_string(cases) + " of seed " + std::to_string(seed) + ": " +
                             to_json(network).dump() + to_json(network, schedule).dump();
    ASSERT_EQ(cost.has_value(), walked.has_value()) << text;
    if (!cost) continue;
    ++legal;
    EXPECT_EQ(cost->traffic.input_read, walked->input_read) << text;
    EXPECT_EQ(cost->traffic.weight_read, walked->weight_read) << text;
    EXPECT_EQ(cost->traffic.output_write, walked->output_write) << text;
    EXPECT_EQ(cost->traffic.params_read, walked->params_read) << text;
    EXPECT_EQ(cost->buffer_bytes(), walked->capacity) << text;
    EXPECT_EQ(cost->macs, walked->macs) << text;
  }
  std::printf("seed %llu: %lld of %lld stacks are legal\n", static_cast<unsigned long long>(seed),
              static_cast<long long>(legal), static_cast<long long>(cases));
  EXPECT_GT(legal, cases / 2) << "most random stacks are illegal";
}

TEST(StackJson, GivesBackWhatItRead) {
  std::ifstream file(HWCVP_TEST_DATA "/stack-cases.jsonl");
  for (std::string line; std::getline(file, line);) {
    const json recorded = json::parse(line);
    if (!recorded["legal"].get<bool>()) continue;
    const Network network = network_from_json(recorded["network"], "network");
    EXPECT_EQ(json(to_json(network)), recorded["network"]) << line;
    const Schedule schedule = schedule_from_json(recorded["stack"], network, "stack");
    EXPECT_EQ(json(to_json(network, schedule)), recorded["stack"]) << line;
  }
}

}  // namespace
}  // namespace hwcvp::stack
