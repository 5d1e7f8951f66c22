// Stacks of whole networks, as a user asks for them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "schedules/stack/stack_json.h"
#include "tests/support/program/program.h"

namespace hwcvp {
namespace {

using nlohmann::json;

TEST(Stacks, AnswerNamesEveryOperatorAndItsBytesAreThePredictedOnes) {
  const ProgramFolder folder;
  const json graph = json::parse(folder.run("networks squeezenet1.1 --json").out)["graph"];
  const stack::Network network = stack::network_from_json(graph, "graph");
  const ProgramResult result = folder.run("optimize --network squeezenet1.1 --buffer 64KiB --stacks --json");
  ASSERT_EQ(result.status, 0) << result.err;
  const json answer = json::parse(result.out);
  json names = json::array();
  int64_t sum = 0;
  for (const json& stack : answer["stacks"]) {
    names.insert(names.end(), stack["ops"].begin(), stack["ops"].end());
    sum += stack["traffic"]["total"].get<int64_t>();
    EXPECT_LE(stack["buffer"]["total"], 65536);
    EXPECT_LE(stack["proven"], stack["traffic"]["total"]);
    EXPECT_EQ(stack["optimal"].get<bool>(), stack["proven"] == stack["traffic"]["total"]);
    const json& schedule = stack["schedule"];
    if (schedule.contains("tail")) {
      EXPECT_EQ(schedule["ops"], stack["ops"]);
      EXPECT_TRUE(schedule.contains("loops"));
    } else if (stack["ops"].size() > 1) {
      // What the answer shows can be read again and costs what it says, but for constants of channels, which
      // the form of the network does not have.
      const auto cost =
          stack::predict(network, stack::schedule_from_json(schedule, network, "schedule of the answer"));
      ASSERT_TRUE(cost);
      for (const char* kind : {"input_read", "weight_read", "output_write"}) {
        const int64_t predicted = kind[0] == 'i'   ? cost->traffic.input_read
                                  : kind[0] == 'w' ? cost->traffic.weight_read
                                                   : cost->traffic.output_write;
        EXPECT_EQ(stack["traffic"][kind], predicted) << stack.dump();
      }
      EXPECT_EQ(stack["buffer"]["total"], cost->buffer_bytes());
      EXPECT_EQ(stack["macs"], cost->macs);
    }
  }
  json expected = json::array();
  for (const json& op : graph["ops"]) expected.push_back(op["name"]);
  EXPECT_EQ(names, expected);
  const json& totals = answer["totals"];
  EXPECT_EQ(totals["traffic"]["total"], sum);
  EXPECT_LE(totals["proven"], sum);
  EXPECT_LT(totals["floor"], totals["proven"]);
  EXPECT_LT(sum, totals["alone"]["total"].get<int64_t>() / 2) << "stacks help much in this network";
}

TEST(Stacks, AreShownAsLoopsWithAVerdict) {
  const ProgramFolder folder;
  const ProgramResult result = folder.run("optimize --network alexnet --buffer 64KiB --stacks --details");
  ASSERT_EQ(result.status, 0) << result.err;
  for (const char* part : {"for OX:", "weights resident", "loaded]", "floor: input, weights, output once",
                           "of every operator alone"}) {
    EXPECT_NE(result.out.find(part), std::string::npos) << part << " is missing in\n" << result.out;
  }
}

TEST(Stacks, SweepSetsTrafficAgainstBufferSize) {
  const ProgramFolder folder;
  const ProgramResult result =
      folder.run("sweep --network alexnet --buffers 32KiB..128KiB --stacks --json --cache cache");
  ASSERT_EQ(result.status, 0) << result.err;
  const json answer = json::parse(result.out);
  ASSERT_EQ(answer["buffers"].size(), 3U);
  EXPECT_TRUE(answer["complete"]);
  int64_t least = INT64_MAX;
  for (const json& point : answer["buffers"]) {
    const int64_t total = point["totals"]["traffic"]["total"];
    EXPECT_EQ(point["front"].get<bool>(), total < least);
    EXPECT_LE(total, least) << "more room, more traffic";
    least = std::min(least, total);
  }
  // The same as of one size alone.
  const json one =
      json::parse(folder.run("optimize --network alexnet --buffer 64KiB --stacks --json --cache cache").out);
  EXPECT_EQ(one["totals"], answer["buffers"][1]["totals"]);
  EXPECT_NE(
      folder.run("sweep --network alexnet --buffers 64KiB --stacks --cache cache").out.find("above floor"),
      std::string::npos);
}

TEST(Stacks, RefuseWhatTheyDoNotKnow) {
  const ProgramFolder folder;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"optimize --buffer 64KiB --stacks", "--network"},
      {"optimize --network alexnet --stacks", "--buffer"},
      {"optimize --network alexnet --buffer 64KiB --stacks --objective latency", "--objective"},
      {"optimize --network alexnet --buffer 64KiB --stacks --double-buffer input", "--double-buffer"},
      {"optimize --network alexnet --buffer 64KiB --stacks --operators all", "--operators"},
      {"sweep --network alexnet --buffers 64KiB --stacks --operators layers", "--operators"},
      {"optimize --network lenet --buffer 64KiB --stacks", "lenet"},
      {"optimize --network alexnet --buffer 4 --stacks", "buffer"},
  };
  for (const auto& [arguments, named] : cases) {
    const ProgramResult result = folder.run(arguments);
    EXPECT_EQ(result.status, 2) << arguments;
    EXPECT_NE(result.err.find(named), std::string::npos) << arguments << ": " << result.err;
  }
}

}  // namespace
}  // namespace hwcvp
