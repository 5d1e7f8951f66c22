#include "platform/plan/memory_plan.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/support/graph/random_graph.h"

namespace hwcvp::plan {
namespace {

using graph::Graph;
using graph::Operator;
using graph::ValueIndex;

bool held(const MemoryPlan& plan, ValueIndex value) { return plan.places[value].bytes > 0; }

// Bytes of the arena, each with the value whose element was written there last.
class Arena {
 public:
  explicit Arena(const MemoryPlan& plan) : plan_(plan), owner_(static_cast<size_t>(plan.peak_bytes)) {}

  void write(ValueIndex value) {
    const Place& place = plan_.places[value];
    for (int64_t i = place.offset; i < place.offset + place.bytes; ++i)
      owner_[static_cast<size_t>(i)] = value;
  }
  void expect(ValueIndex value) const {
    const Place& place = plan_.places[value];
    for (int64_t i = place.offset; i < place.offset + place.bytes; ++i) {
      const auto owner = owner_[static_cast<size_t>(i)];
      ASSERT_TRUE(owner.has_value()) << "byte " << i << " of value " << value << " was never written";
      ASSERT_TRUE(*owner == value || related(*owner, value)) << "value " << *owner << " lies over " << value;
    }
  }

 private:
  bool related(ValueIndex a, ValueIndex b) const { return plan_.places[a].root == plan_.places[b].root; }

  const MemoryPlan& plan_;
  std::vector<std::optional<ValueIndex>> owner_;
};

// Runs the operators in order on the arena: what is read was written, by the value or by one that it shares
// with.
void walk(const Graph& graph, const MemoryPlan& plan) {
  Arena arena(plan);
  for (const Operator& op : graph.operators) {
    if (graph::engine_of(op) == graph::Engine::host && held(plan, op.output)) arena.write(op.output);
  }
  for (const ValueIndex value : graph.inputs) {
    if (held(plan, value)) arena.write(value);
  }
  for (const graph::Constant& constant : graph.constants) arena.write(constant.value);
  for (const Operator& op : graph.operators) {
    if (graph::engine_of(op) == graph::Engine::host) continue;
    for (const ValueIndex value : op.inputs) arena.expect(value);
    bool written = false;
    for (size_t i = 0; i < op.inputs.size(); ++i) written = written || !moves_nothing(graph, op, plan, i);
    if (written) arena.write(op.output);
    arena.expect(op.output);
  }
  for (const ValueIndex value : graph.outputs) {
    if (held(plan, value)) arena.expect(value);
  }
}

TEST(MemoryPlanTest, NothingIsReadThatWasNotWritten) {
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = random_graph(seed);
    walk(graph, plan_memory(graph, 64));
    if (HasFatalFailure()) return;
  }
}

TEST(MemoryPlanTest, ValuesThatLiveAtOnceDoNotOverlap) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = random_graph(seed);
    const MemoryPlan plan = plan_memory(graph, 64);
    for (ValueIndex a = 0; a < graph.values.size(); ++a) {
      const Place& x = plan.places[a];
      if (x.bytes == 0) continue;
      EXPECT_LE(x.offset + x.bytes, plan.peak_bytes);
      for (ValueIndex b = 0; b < a; ++b) {
        const Place& y = plan.places[b];
        if (y.bytes == 0 || x.root == y.root || x.last < y.first || y.last < x.first) continue;
        EXPECT_TRUE(x.offset + x.bytes <= y.offset || y.offset + y.bytes <= x.offset) << a << " and " << b;
      }
    }
  }
}

// x -> a, b -> concat: both parts are made where they belong.
TEST(MemoryPlanTest, PartsOfAConcatenationAreWrittenIntoTheirPlaces) {
  Graph graph;
  for (const auto& [name, channels] : {std::pair{"x", 4}, {"a", 4}, {"b", 4}, {"y", 8}}) {
    graph.values.push_back({name, {1, channels, 5, 5}, DataType::int8, 1, 0});
  }
  graph.operators.push_back({"a", "Sigmoid", {0}, 1, graph::Table{}});
  graph.operators.push_back({"b", "Sigmoid", {0}, 2, graph::Table{}});
  graph.operators.push_back({"y", "Concat", {1, 2}, 3, graph::Concat{1}});
  graph.inputs = {0};
  graph.outputs = {3};
  const MemoryPlan plan = plan_memory(graph, 64);
  EXPECT_EQ(plan.places[1].offset, plan.places[3].offset);
  EXPECT_EQ(plan.places[2].offset, plan.places[3].offset + 100);
  EXPECT_TRUE(moves_nothing(graph, graph.operators[2], plan, 0));
  EXPECT_TRUE(moves_nothing(graph, graph.operators[2], plan, 1));
  // In a batch the parts of one image lie apart.
  for (auto& value : graph.values) value.shape[0] = 2;
  EXPECT_FALSE(moves_nothing(graph, graph.operators[2], plan_memory(graph, 64), 0));
}

// Both x and a part of it lie in the concatenation, so that the part is no view of x.
TEST(MemoryPlanTest, ASliceBesideItsSourceIsCopied) {
  Graph graph;
  graph.values.push_back({"x", {1, 4, 2, 2}, DataType::int8, 1, 0});
  graph.values.push_back({"part", {1, 2, 2, 2}, DataType::int8, 1, 0});
  graph.values.push_back({"y", {1, 6, 2, 2}, DataType::int8, 1, 0});
  graph.operators.push_back({"part", "Slice", {0}, 1, graph::Slice{{0, 1, 0, 0}, {1, 1, 1, 1}}});
  graph.operators.push_back({"y", "Concat", {1, 0}, 2, graph::Concat{1}});
  graph.inputs = {0};
  graph.outputs = {2};
  const MemoryPlan plan = plan_memory(graph, 64);
  EXPECT_EQ(plan.places[0].root, 2U);
  EXPECT_EQ(plan.places[1].root, 2U);
  EXPECT_FALSE(moves_nothing(graph, graph.operators[0], plan));
}

TEST(MemoryPlanTest, MemoryIsUsedAgain) {
  Graph graph;
  graph.values.push_back({"x", {1, 1, 10, 10}, DataType::int8, 1, 0});
  for (int i = 0; i < 10; ++i) {
    graph.values.push_back({"v" + std::to_string(i), {1, 1, 10, 10}, DataType::int8, 1, 0});
    graph.operators.push_back({"op" + std::to_string(i),
                               "Sigmoid",
                               {static_cast<ValueIndex>(i)},
                               static_cast<ValueIndex>(i) + 1,
                               graph::Table{}});
  }
  graph.inputs = {0};
  graph.outputs = {10};
  EXPECT_EQ(plan_memory(graph, 100).peak_bytes, 200);
}

}  // namespace
}  // namespace hwcvp::plan
