// The cost of stacks against recorded cases and cases that a person can recount.
#include "schedules/stack/predictor.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <tuple>

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

// A network and a schedule that are right, with one field set to something else.
std::string refusal(const std::string& pointer, const json& value) {
  json network = json::parse(R"({"batch": 1, "input": {"channels": 2, "height": 6, "width": 6},
    "ops": [{"name": "a", "type": "conv", "inputs": ["input"], "out_channels": 4, "group": 2,
             "kernel_shape": [3, 3], "strides": [1, 1], "dilations": [1, 1], "pads": [1, 1, 1, 1]},
            {"name": "b", "type": "pool", "inputs": ["a"], "kernel_shape": [2, 2], "strides": [2, 2],
             "pads": [0, 0, 0, 0]},
            {"name": "c", "type": "add", "inputs": ["b", "b"]}], "outputs": ["c"]})");
  json schedule = json::parse(R"({"ops": ["a", "b"], "outer": {"axis": "OX", "tile": 2},
    "inner": {"axis": "OY", "tile": 1}, "piece": {"a": 1}, "weights": {"a": "resident"},
    "tile": {"a": {"G": 1, "K": 2, "C": 1}}})");
  const bool of_network = pointer.rfind("/network", 0) == 0;
  json& document = of_network ? network : schedule;
  document[json::json_pointer(pointer.substr(of_network ? 8 : 9))] = value;
  try {
    const Network read = network_from_json(network, "network.json");
    schedule_from_json(schedule, read, "schedule.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(StackJson, RefusesWhatItDoesNotKnow) {
  const std::vector<std::tuple<std::string, json, std::string>> cases = {
      {"/network/colour", 1, "network.json: \"colour\": unknown key"},
      {"/network/input/height", 0, "network.json: input.height: expected an integer"},
      {"/network/ops/0/type", "convolution", "network.json: ops[0].type: expected one of"},
      {"/network/ops/0/inputs/0", "b",
       "network.json: ops[0].inputs: expected \"input\" or an operator before"},
      {"/network/ops/0/group", 3, "network.json: ops[0].group: expected a divisor"},
      {"/network/ops/0/kernel_shape/0", 9, "network.json: ops[0].kernel_shape: expected a kernel inside"},
      {"/network/ops/1/dilations", json::array({1, 1}), "network.json: ops[1]: \"dilations\": unknown key"},
      {"/network/ops/1/name", "a", "network.json: ops[1].name: expected a name of its own"},
      {"/network/ops/2/inputs/1", "a", "network.json: ops[2].inputs: expected tensors of one shape"},
      {"/network/outputs/0", "d", "network.json: outputs: expected"},
      {"/network/input/width", 2000000, "network.json: input: expected at most 1048576 lines"},
      {"/schedule/ops", json::array(), "schedule.json: ops: expected"},
      {"/schedule/ops", json::array({"a"}), "schedule.json: ops: expected an array of two or more"},
      {"/schedule/ops/1", "c", "schedule.json: ops[1]: expected \"b\", which follows"},
      {"/schedule/order", 1, "schedule.json: \"order\": unknown key"},
      {"/schedule/inner/axis", "OX", "schedule.json: inner.axis: expected the other axis"},
      {"/schedule/outer/axis", "K", "schedule.json: outer.axis: expected one of"},
      {"/schedule/outer/tile", 0, "schedule.json: outer.tile: expected an integer"},
      {"/schedule/piece/a", -1, "schedule.json: piece.a: expected an integer"},
      {"/schedule/piece/b", 1, "schedule.json: piece.\"b\": unknown key"},
      {"/schedule/weights/a", "kept", "schedule.json: weights.a: expected one of"},
      {"/schedule/weights/b", "resident", "schedule.json: weights.\"b\": unknown key"},
      {"/schedule/tile/a/K", 3, "schedule.json: tile.a.K: expected an integer between 1 and 2, found 3"},
      {"/schedule/tile/a/X", 1, "schedule.json: tile.a.\"X\": unknown key"},
  };
  for (const auto& [pointer, value, message] : cases) {
    const std::string found = refusal(pointer, value);
    EXPECT_NE(found.find(message), std::string::npos)
        << pointer << " = " << value.dump() << ": \"" << found << "\" lacks \"" << message << '"';
  }
  EXPECT_EQ(refusal("/schedule/piece/a", 0), "");
}

// Two 3x3 convolutions of one channel over 6x6: what a person can recount.
TEST(StackPredictor, CountsASmallStackAsAPersonDoes) {
  const Network network = network_from_json(json::parse(R"({"input": {"channels": 1, "height": 6, "width": 6},
    "ops": [{"name": "a", "type": "conv", "inputs": ["input"], "out_channels": 1, "kernel_shape": [3, 3],
             "strides": [1, 1], "pads": [1, 1, 1, 1]},
            {"name": "b", "type": "conv", "inputs": ["a"], "out_channels": 1, "kernel_shape": [3, 3],
             "strides": [1, 1], "pads": [1, 1, 1, 1]}], "outputs": ["b"]})"),
                                            "network");
  const Schedule schedule = schedule_from_json(
      json::parse(
          R"({"ops": ["a", "b"], "outer": {"axis": "OX", "tile": 3}, "inner": {"axis": "OY", "tile": 1},
                      "weights": {"a": "resident"}})"),
      network, "schedule");
  const std::optional<StackCost> cost = predict(network, schedule);
  ASSERT_TRUE(cost);
  // Two strips of 3 columns need 4 of a, and 5 of the input.
  EXPECT_EQ(cost->traffic.input_read, 2 * 5 * 6);
  EXPECT_EQ(cost->traffic.output_write, 36);
  EXPECT_EQ(cost->traffic.weight_read, 9 + 9 * 2 * 6);
  EXPECT_EQ(cost->macs, 9 * (2 * 4 * 6 + 36));
  // Asked for lines 0 and 1 at first, a makes both at once, for which it needs lines 0 to 2; then one each
  // time.
  EXPECT_EQ(cost->tensor_bytes, 3 * 5 + 3 * 4);
  EXPECT_EQ(cost->resident_bytes, 9);
  EXPECT_EQ(cost->working_bytes, std::max(4 * 2 * 4, 4 * 3 + 9));
  EXPECT_EQ(cost->operators[0].runs, 2 * 5);
}

}  // namespace
}  // namespace hwcvp::stack
