// The cache of solved layers: what it keeps, what it refuses.
#include "schedules/optimizer/cache/result_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedules/optimizer/objectives/front.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/traffic/bounds.h"
#include "schedules/workload/error.h"
#include "tests/support/cache_checksum.h"

namespace hwcvp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ResultCacheTest : public testing::Test {
 protected:
  ResultCacheTest()
      : folder((std::filesystem::temp_directory_path() / ("result_cache_test." + std::to_string(getpid())))
                   .string()),
        cache(folder, [this](const std::string& line) { warnings.push_back(line); }) {
    layer.name = "one";
    layer.in_channels = 16;
    layer.out_channels = 24;
    layer.in_height = layer.in_width = 9;
    layer.kernel_shape = {3, 3};
    options.buffer_bytes = 1500;
  }
  ~ResultCacheTest() override { std::filesystem::remove_all(folder); }

  std::vector<std::string> files() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      found.push_back(entry.path().string());
    return found;
  }
  json read_entry() const {
    std::ifstream file(files().at(0));
    return json::parse(file);
  }
  void write_entry(const std::string& text) const { std::ofstream(files().at(0)) << text; }
  void write_with_checksum(json entry) const {
    entry["checksum"] = cache_checksum(entry["question"], entry["answer"]);
    write_entry(entry.dump());
  }

  std::string folder;
  std::vector<std::string> warnings;
  ResultCache cache;
  Layer layer;
  OptimizerOptions options;
};

TEST_F(ResultCacheTest, GivesBackWhatASearchFound) {
  EXPECT_FALSE(cache.find(layer, options));
  const OptimizerResult searched = cache.solve(layer, options);
  layer.name = "another name of the same shape";
  const auto found = cache.find(layer, options);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->schedule, searched.schedule);
  EXPECT_EQ(found->prediction.traffic, searched.prediction.traffic);
  EXPECT_EQ(found->prediction.buffer, searched.prediction.buffer);
  EXPECT_EQ(found->proven_bound, searched.proven_bound);
  EXPECT_EQ(found->proven_cost, searched.proven_cost);
  EXPECT_EQ(found->cost, searched.cost);
  EXPECT_EQ(found->optimal, searched.optimal);
  EXPECT_EQ(found->proof, searched.proof);
  EXPECT_EQ(found->evaluated, searched.evaluated);
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_EQ(files().size(), 1U) << "nothing is left beside the entry";
}

TEST_F(ResultCacheTest, TellsQuestionsApart) {
  cache.solve(layer, options);
  OptimizerOptions other = options;
  other.buffer_bytes = 1501;
  EXPECT_FALSE(cache.find(layer, other)) << "another buffer";
  other = options;
  other.double_buffer[1] = true;
  EXPECT_FALSE(cache.find(layer, other)) << "another double buffering";
  other = options;
  other.constraints.prices.psum_read = 2;
  EXPECT_FALSE(cache.find(layer, other)) << "other prices";
  other = options;
  other.constraints.tile_multiple[index(Dim::K)] = 8;
  EXPECT_FALSE(cache.find(layer, other)) << "other tiles";
  other = options;
  other.objective = std::make_shared<LeastLatency>(MachineTiming{});
  EXPECT_FALSE(cache.find(layer, other)) << "another objective";
  layer.weight_type = DataType::int16;
  EXPECT_FALSE(cache.find(layer, options)) << "another layer";
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(ResultCacheTest, KeepsNothingOfASearchThatWasCutShort) {
  const std::atomic<bool> cancel = true;
  options.cancel = &cancel;
  EXPECT_FALSE(cache.solve(layer, options).finished);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(ResultCacheTest, KeepsFronts) {
  options.objective = std::make_shared<Front>(MachineTiming{});
  const OptimizerResult searched = cache.solve(layer, options);
  ASSERT_GT(searched.front.size(), 1U) << "too few for what follows";
  const auto found = cache.find(layer, options);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->front.size(), searched.front.size());
  for (size_t i = 0; i < found->front.size(); ++i) {
    EXPECT_EQ(found->front[i].schedule, searched.front[i].schedule);
    EXPECT_EQ(found->front[i].prediction.traffic, searched.front[i].prediction.traffic);
    EXPECT_EQ(found->front[i].cost, searched.front[i].cost);
    EXPECT_EQ(found->front[i].cycles, searched.front[i].cycles);
  }
  EXPECT_THAT(warnings, IsEmpty());

  const json entry = read_entry();
  const auto expect_ignored = [&](const char* what, const auto& change) {
    json changed = entry;
    change(changed["answer"]["front"]);
    write_with_checksum(changed);
    warnings.clear();
    EXPECT_FALSE(cache.find(layer, options)) << what;
    EXPECT_EQ(warnings.size(), 1U) << what;
  };
  expect_ignored("the schedule of the result is missing", [](json& front) { front.erase(front.size() - 1); });
  expect_ignored("another order", [](json& front) { std::swap(front[0], front[1]); });
  expect_ignored("faster than the bound", [](json& front) { front[0]["cycles"] = 1; });
  expect_ignored("no number", [](json& front) { front[0]["cycles"] = -1; });
  expect_ignored("a schedule that does not fit", [](json& front) { front[0]["schedule"]["loops"].clear(); });
  expect_ignored("nothing", [](json& front) { front = json::array(); });
}

TEST_F(ResultCacheTest, KeepsLatencyResults) {
  MachineTiming timing;
  timing.mac_rows = timing.mac_columns = 4;
  options.objective = std::make_shared<LeastLatency>(timing);
  const OptimizerResult searched = cache.solve(layer, options);
  const auto found = cache.find(layer, options);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->schedule, searched.schedule);
  EXPECT_EQ(found->latency.cycles, searched.latency.cycles);
  EXPECT_EQ(found->latency_bound, searched.latency_bound);
  timing.memory_latency_cycles = 11;
  options.objective = std::make_shared<LeastLatency>(timing);
  EXPECT_FALSE(cache.find(layer, options)) << "another machine";
}

TEST_F(ResultCacheTest, IgnoresDamagedAndForeignEntriesAndSolvesAnew) {
  const OptimizerResult searched = cache.solve(layer, options);
  const json entry = read_entry();
  std::vector<std::pair<std::string, const char*>> cases = {
      {"", "empty"},
      {entry.dump().substr(0, 300), "not JSON"},
      {"[1, 2]", "not an entry of this cache"},
      {R"({"some": "other file"})", "not an entry of this cache"},
  };
  json changed = entry;
  changed["answer"]["proven_bound"] = 1;
  cases.emplace_back(changed.dump(), "damaged");
  changed = entry;
  changed["question"]["solver_version"] = ResultCache::kSolverVersion + 1;
  cases.emplace_back(changed.dump(), "answers another question");
  for (const auto& [text, problem] : cases) {
    write_entry(text);
    warnings.clear();
    EXPECT_EQ(cache.solve(layer, options).schedule, searched.schedule) << text;
    ASSERT_EQ(warnings.size(), 1U) << text;
    EXPECT_THAT(warnings[0], HasSubstr(files().at(0) + ": ignored: " + problem));
    EXPECT_EQ(read_entry(), entry) << "a good entry takes its place";
  }
}

// Entries with a right checksum whose answer does not hold.
TEST_F(ResultCacheTest, TakesNoEntrysWord) {
  cache.solve(layer, options);
  const json entry = read_entry();
  const auto refused = [&](const json& answer) {
    json changed = entry;
    changed["answer"] = answer;
    write_with_checksum(changed);
    warnings.clear();
    EXPECT_FALSE(cache.find(layer, options)) << answer;
    return warnings.empty() ? std::string("taken") : warnings[0];
  };
  json answer = entry["answer"];
  answer["schedule"]["loops"][0]["tile"] = 1000;
  EXPECT_THAT(refused(answer), HasSubstr("loops[0].tile"));
  answer = entry["answer"];
  answer["traffic"]["input_read"] = 1;
  EXPECT_THAT(refused(answer), HasSubstr("other bytes"));
  answer = entry["answer"];
  answer["optimal"] = !answer["optimal"].get<bool>();
  EXPECT_THAT(refused(answer), HasSubstr("contradict"));
  answer = entry["answer"];
  answer["proven_cost"] = answer["cost"].get<int64_t>() + 1;
  EXPECT_THAT(refused(answer), HasSubstr("proven_cost: expected an integer between"));
  answer = entry["answer"];
  answer["proven_bound"] = compulsory_bytes(layer) - 1;
  EXPECT_THAT(refused(answer), HasSubstr("proven_bound: expected an integer between"));
  answer = entry["answer"];
  answer["proven_cost"] = compulsory_bytes(layer) - 1;
  EXPECT_THAT(refused(answer), HasSubstr("proven_cost: expected an integer between"))
      << "below the bound in bytes";
  for (const char* const key : {"proven_bound", "proven_cost", "evaluated"}) {
    for (const json& value :
         {json("many"), json(1.5), json(-1), json(1e300), json(UINT64_MAX), json(INT64_MAX)}) {
      answer = entry["answer"];
      answer[key] = value;
      EXPECT_THAT(refused(answer), HasSubstr(std::string(key) + ": expected an integer between")) << value;
    }
  }
}

// A bound that was lowered takes the proof with it, whatever the entry says.
TEST_F(ResultCacheTest, CallsOptimalOnlyWhatTheBoundsProve) {
  options.buffer_bytes = 400;
  ASSERT_TRUE(cache.solve(layer, options).optimal);
  json entry = read_entry();
  ASSERT_GT(entry["answer"]["cost"], compulsory_bytes(layer));
  entry["answer"]["proven_cost"] = entry["answer"]["proven_bound"] = compulsory_bytes(layer);
  write_with_checksum(entry);
  EXPECT_FALSE(cache.find(layer, options));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("proof: expected what the bounds rest on")));
  warnings.clear();
  entry["answer"]["proof"] = "compulsory";
  write_with_checksum(entry);
  EXPECT_FALSE(cache.find(layer, options));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("contradict")));
  entry["answer"]["optimal"] = false;
  write_with_checksum(entry);
  const auto found = cache.find(layer, options);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->optimal);
}

TEST_F(ResultCacheTest, KnowsWhatTheBoundsCanRestOn) {
  options.buffer_bytes = 400;
  cache.solve(layer, options);
  const json entry = read_entry();
  for (const json& proof : {json("compulsory"), json("enumeration"), json(""), json(1), json()}) {
    json changed = entry;
    changed["answer"]["proof"] = proof;
    write_with_checksum(changed);
    warnings.clear();
    EXPECT_FALSE(cache.find(layer, options)) << proof;
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("proof: expected what the bounds rest on"))) << proof;
  }
}

TEST_F(ResultCacheTest, IgnoresWhatIsNoFileAndSearches) {
  const OptimizerResult searched = cache.solve(layer, options);
  const std::string file = files().at(0);
  const auto expect_search = [&](const std::string& problem) {
    warnings.clear();
    EXPECT_EQ(cache.solve(layer, options).schedule, searched.schedule);
    ASSERT_FALSE(warnings.empty());
    EXPECT_THAT(warnings[0], HasSubstr(file + ": ignored: " + problem));
  };
  std::filesystem::remove(file);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  expect_search("expected a file");
  EXPECT_TRUE(std::filesystem::is_regular_file(file)) << "a good entry takes its place";
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  expect_search("expected a file");
  EXPECT_EQ(warnings.size(), 2U) << "nor can it be written";
  std::filesystem::remove(file);
  std::filesystem::create_symlink("/dev/zero", file);
  expect_search("expected a file");
  EXPECT_FALSE(std::filesystem::is_symlink(file));
  std::filesystem::remove(file);
  std::filesystem::create_symlink(file, file);
  expect_search("");
}

TEST_F(ResultCacheTest, IgnoresWhatCannotBeReadAndSearches) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  cache.solve(layer, options);
  std::filesystem::permissions(files().at(0), std::filesystem::perms::none);
  EXPECT_FALSE(cache.find(layer, options));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr(": ignored: cannot be opened")));
}

TEST_F(ResultCacheTest, IgnoresDeepAndLargeEntries) {
  cache.solve(layer, options);
  const std::pair<std::string, const char*> kCases[] = {
      {R"({"question": )" + std::string(100000, '[') + std::string(100000, ']') + "}",
       "question: expected at most 64"},
      {R"({"answer": {"cost": 1e309}})", "answer.cost: expected a number"},
      {"{" + std::string(2 << 20, ' ') + "}", "expected at most 1048576 bytes"},
  };
  for (const auto& [text, problem] : kCases) {
    write_entry(text);
    warnings.clear();
    EXPECT_FALSE(cache.find(layer, options));
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_THAT(warnings[0], HasSubstr(problem));
  }
}

TEST_F(ResultCacheTest, SaysWhereItCannotWrite) {
  std::filesystem::remove_all(folder);
  cache.solve(layer, options);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], HasSubstr("cannot be written"));
  std::ofstream(folder) << "a file";
  EXPECT_THROW(ResultCache(folder, [](const std::string&) {}), InputError);
}

}  // namespace
}  // namespace hwcvp
