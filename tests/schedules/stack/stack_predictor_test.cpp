// The cost of stacks against recorded cases and cases that a person can recount.
#include "schedules/stack/predictor.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "schedules/stack/stack_json.h"
#include "schedules/workload/error.h"

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
