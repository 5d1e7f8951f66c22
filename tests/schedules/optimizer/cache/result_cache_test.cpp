// The cache of solved layers: what it keeps, what it refuses.
#include "schedules/optimizer/cache/result_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/workload/error.h"

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
      {"", "not JSON"},
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
  const auto fnv = [](const std::string& text) {
    uint64_t value = 0xcbf29ce484222325U;
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    std::string digits(16, '0');
    for (size_t i = 16; i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
    return digits;
  };
  const auto refused = [&](const json& answer) {
    json changed = entry;
    changed["answer"] = answer;
    changed["checksum"] = fnv(entry["question"].dump() + answer.dump());
    write_entry(changed.dump());
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
  EXPECT_THAT(refused(answer), HasSubstr("contradict"));
  answer = entry["answer"];
  answer["proven_bound"] = "many";
  EXPECT_THAT(refused(answer), HasSubstr("not an entry"));
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
