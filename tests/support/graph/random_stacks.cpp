#include "tests/support/graph/random_stacks.h"

#include <algorithm>
#include <memory>
#include <random>

#include "platform/stack/map_graph.h"
#include "schedules/stack/predictor.h"
#include "schedules/workload/error.h"
#include "tests/support/stack/random_network.h"

namespace hwcvp {

namespace {

bool can_run(const stack::Network& network, const stack::Schedule& schedule, int64_t buffer_bytes) {
  try {
    stack::validate(network, schedule, "");
  } catch (const InputError&) {
    return false;  // operators that cannot be in a stack
  }
  const auto cost = stack::predict(network, schedule);
  return cost && cost->buffer_bytes() <= buffer_bytes;
}

}  // namespace

plan::NetworkStacks random_stacks(const graph::Graph& graph, uint64_t seed, int64_t buffer_bytes) {
  auto mapped = std::make_shared<MappedGraph>(map_graph(graph));
  for (size_t i = 0; i < mapped->operators.size(); ++i) {
    if (!plan::runs_in_stacks(graph.operators[mapped->operators[i]]))
      mapped->network.operators[i].stackable = false;
  }
  plan::NetworkStacks stacks;
  std::mt19937_64 random(seed);
  constexpr int kTries = 60;
  for (int i = 0; i < kTries; ++i) {
    stack::Schedule schedule;
    if (!stack::random_schedule(random, mapped->network, schedule)) break;
    const auto apart = [&schedule](const stack::Schedule& other) {
      return other.last() < schedule.first || schedule.last() < other.first;
    };
    if (std::all_of(stacks.schedules.begin(), stacks.schedules.end(), apart) &&
        can_run(mapped->network, schedule, buffer_bytes)) {
      stacks.schedules.push_back(schedule);
    }
  }
  std::sort(stacks.schedules.begin(), stacks.schedules.end(),
            [](const stack::Schedule& a, const stack::Schedule& b) { return a.first < b.first; });
  stacks.mapped = std::move(mapped);
  return stacks;
}

}  // namespace hwcvp
