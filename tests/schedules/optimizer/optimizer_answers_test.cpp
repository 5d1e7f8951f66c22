// What optimize() answers, set against a table that is kept with the sources,
// tests/data/optimizer_answers.json.
//
// The cache of solved layers hands out what an earlier build found, as long as ResultCache::kSolverVersion is
// the same. So whoever changes an answer raises that number, and then makes the table anew:
//
//   HWCVP_UPDATE_ANSWERS=1 build/release/tests/optimizer_answers_test
//
// Does not say whether an answer is good; other tests do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "schedules/bursts/burst_model.h"
#include "schedules/json/json.h"
#include "schedules/networks/network.h"
#include "schedules/optimizer/cache/result_cache.h"
#include "schedules/optimizer/objectives/balanced.h"
#include "schedules/optimizer/objectives/least_bus_bytes.h"
#include "schedules/optimizer/objectives/least_latency.h"
#include "schedules/optimizer/objectives/least_traffic.h"
#include "schedules/optimizer/optimizer.h"

namespace hwcvp {
namespace {

using nlohmann::json;

constexpr const char* kTable = HWCVP_TEST_DATA "/optimizer_answers.json";

struct Question {
  std::string name;
  Layer layer;
  OptimizerOptions options;
};

Layer layer_of(const std::string& network, const std::string& name) {
  const Network found = builtin_network(network);
  const auto layer = std::find_if(found.layers.begin(), found.layers.end(),
                                  [&name](const Layer& candidate) { return candidate.name == name; });
  if (layer == found.layers.end()) throw std::invalid_argument(network + " has no layer " + name);
  return *layer;
}

// All tensors alike, in the better of two layouts.
BusCounter bus_counter() {
  constexpr int64_t kBusWidth = 16;
  BusCounter counter;
  counter.cost = [](const Layer& layer, const Schedule& schedule) {
    const TensorBases bases = {0, 1 << 20, 1 << 26, 2 << 26, 3 << 26};
    BusCost least;
    for (const char* name : {"nchw", "nhwc"}) {
      const TensorLayout layout = parse_layout(name, "test");
      const BusTraffic bus = bus_traffic(
          predict_bursts(layer, schedule, {layout, layout, layout}, bases, {256, false, kBusWidth}),
          kBusWidth);
      const BusCost cost = {bus.bus_bytes.total(), bus.bursts.total()};
      if (least.bus_bytes == 0 || cost < least) least = cost;
    }
    return least;
  };
  counter.machine = "answers";
  return counter;
}

// Layers, buffers, objectives and constraints of many kinds, of which each takes a fraction of a second.
class Questions {
 public:
  Questions() {
    for (const auto& [network, name] : {std::pair{"alexnet", "conv1"},
                                        {"alexnet", "conv2"},
                                        {"alexnet", "fc8"},

                                        {"vgg16", "conv5_1"},
                                        {"resnet50", "conv1"},
                                        {"mobilenetv2", "Conv1"}}) {
      ask_traffic(std::string(network) + " " + name, layer_of(network, name), {4 * 1024, 64 * 1024});
    }
    for (const Layer& layer : small_layers()) {
      ask_traffic(layer.name, layer, {400, 1500, 6000});
      ask_latency(layer, 1500);
      ask_bus(layer, 1500);
      ask_constrained(layer, 2500);
    }
  }
  const std::vector<Question>& all() const { return all_; }

 private:
  static std::vector<Layer> small_layers() {
    Layer padded;
    padded.name = "padded";
    padded.in_channels = 8;
    padded.out_channels = 12;
    padded.in_height = padded.in_width = 10;
    padded.kernel_shape = {3, 3};
    padded.pads = {1, 1, 1, 1};
    Layer strided = padded;
    strided.name = "strided";
    strided.strides = {2, 2};
    strided.kernel_shape = {5, 3};
    strided.output_type = DataType::int32;
    Layer gaps = padded;
    gaps.name = "gaps";
    gaps.strides = {3, 2};
    gaps.kernel_shape = {1, 2};
    gaps.dilations = {1, 3};
    Layer depthwise = padded;
    depthwise.name = "depthwise";
    depthwise.group = depthwise.out_channels = depthwise.in_channels = 8;
    Layer batched = padded;
    batched.name = "batched";
    batched.batch = 3;
    batched.kernel_shape = {1, 1};
    batched.pads = {0, 0, 0, 0};
    batched.input_type = batched.weight_type = batched.output_type = DataType::int16;
    return {padded, strided, gaps, depthwise, batched};
  }

  void ask(const std::string& name, const Layer& layer, const OptimizerOptions& options) {
    all_.push_back({name + ", " + std::to_string(options.buffer_bytes) + " B", layer, options});
  }
  void ask_traffic(const std::string& name, const Layer& layer, const std::vector<int64_t>& buffers) {
    OptimizerOptions options;
    for (const int64_t bytes : buffers) {
      options.buffer_bytes = bytes;
      ask(name + ", traffic", layer, options);
    }
  }
  void ask_latency(const Layer& layer, int64_t buffer_bytes) {
    OptimizerOptions options;
    options.buffer_bytes = buffer_bytes;
    MachineTiming timing;
    timing.mac_rows = timing.mac_columns = 4;
    options.objective = std::make_shared<LeastLatency>(timing);
    ask(layer.name + ", latency", layer, options);
    options.objective = std::make_shared<Balanced>(timing);
    ask(layer.name + ", balanced", layer, options);
  }
  void ask_bus(const Layer& layer, int64_t buffer_bytes) {
    OptimizerOptions options;
    options.buffer_bytes = buffer_bytes;
    options.objective = std::make_shared<LeastBusBytes>(bus_counter());
    ask(layer.name + ", bus bytes", layer, options);
  }
  void ask_constrained(const Layer& layer, int64_t buffer_bytes) {
    OptimizerOptions options;
    options.buffer_bytes = buffer_bytes;
    options.double_buffer = {true, false, true};
    ask(layer.name + ", two buffers", layer, options);
    options.double_buffer = {false, false, false};
    options.constraints.prices = {1, 3, 2, 5, 7};
    ask(layer.name + ", prices", layer, options);
    options.constraints.prices = {};
    options.constraints.tile_multiple[index(Dim::K)] = 4;
    options.constraints.tile_multiple[index(Dim::OX)] = 2;
    ask(layer.name + ", tile multiples", layer, options);
    options.constraints.tile_multiple = {1, 1, 1, 1, 1, 1, 1, 1};
    options.constraints.outer_loops = {{Dim::OY, 2}};
    options.constraints.buffer_level[index(Tensor::weight)] = 0;
    ask(layer.name + ", weights outside", layer, options);
  }

  std::vector<Question> all_;
};

// What the cache keeps of a result, but how many nodes were evaluated.
json answer_to(const Question& question) {
  json answer = {{"question", question.name}};
  try {
    const OptimizerResult result = optimize(question.layer, question.options);
    EXPECT_TRUE(result.finished);
    answer["schedule"] = to_json(result.schedule);
    answer["cost"] = result.cost;
    answer["proven_bound"] = result.proven_bound;
    answer["proven_cost"] = result.proven_cost;
    answer["optimal"] = result.optimal;
    answer["proof"] = to_string(result.proof);
    const ObjectiveFields fields = objective_of(question.options).fields();
    if (fields.latency) {
      answer["cycles"] = result.latency.cycles;
      answer["latency_bound"] = result.latency_bound;
    }
    if (fields.bus) {
      answer["bus_bytes"] = result.bus.bus_bytes;
      answer["bursts"] = result.bus.bursts;
    }
  } catch (const NothingFits&) {
    answer["nothing_fits"] = true;
  }
  return answer;
}

json read_table() {
  std::ifstream file(kTable);
  return json::parse(file, nullptr, false);
}

// One answer a line, so that a change shows as a change of lines.
void write_table(const std::vector<json>& answers) {
  std::ofstream file(kTable);
  file << "{\"solver_version\": " << ResultCache::kSolverVersion << ", \"answers\": [\n";
  for (size_t i = 0; i < answers.size(); ++i) file << answers[i] << (i + 1 < answers.size() ? ",\n" : "\n");
  file << "]}\n";
  ASSERT_TRUE(file.flush()) << kTable << ": cannot be written";
}

// The questions of the table that are answered otherwise now.
std::vector<std::string> changed_answers(const json& table, const std::vector<json>& answers) {
  std::vector<std::string> changed;
  for (const json& kept : table.at("answers")) {
    const auto same = [&kept](const json& answer) { return answer.at("question") == kept.at("question"); };
    const auto answer = std::find_if(answers.begin(), answers.end(), same);
    if (answer == answers.end() || *answer == kept) continue;
    changed.push_back("  was " + kept.dump() + "\n  is  " + answer->dump() + "\n");
  }
  return changed;
}

TEST(OptimizerAnswersTest, AnAnswerChangesOnlyWithTheSolverVersion) {
  const Questions questions;
  std::vector<json> answers;
  for (const Question& question : questions.all()) answers.push_back(answer_to(question));

  const json table = read_table();
  const bool there = !table.is_discarded();
  const bool same_version = there && table.at("solver_version") == ResultCache::kSolverVersion;
  if (same_version) {
    const std::vector<std::string> changed = changed_answers(table, answers);
    std::string lines;
    for (const std::string& pair : changed) lines += pair;
    ASSERT_TRUE(changed.empty())
        << changed.size() << " answers of optimize() have changed, but ResultCache::kSolverVersion is still "
        << ResultCache::kSolverVersion << ", so caches would go on handing out the old ones. Raise it in "
        << "schedules/optimizer/cache/result_cache.h, then run this test with HWCVP_UPDATE_ANSWERS=1.\n"
        << lines;
  }
  if (std::getenv("HWCVP_UPDATE_ANSWERS") != nullptr) return write_table(answers);
  ASSERT_TRUE(there) << kTable << ": missing or no JSON; run this test with HWCVP_UPDATE_ANSWERS=1";
  ASSERT_TRUE(same_version) << kTable << " was made with solver version " << table.at("solver_version")
                            << ", this is " << ResultCache::kSolverVersion
                            << "; run this test with HWCVP_UPDATE_ANSWERS=1 to make it anew";
  EXPECT_EQ(table.at("answers"), json(answers))
      << "other questions than in the table; run this test with HWCVP_UPDATE_ANSWERS=1";
}

}  // namespace
}  // namespace hwcvp
