// Sums of fronts, against all of them.
#include "schedules/sweep/network_front.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <limits>
#include <map>
#include <random>

namespace hwcvp {
namespace {

constexpr size_t kAny = 1'000'000;

FrontPoint point_of(int64_t bytes, int64_t cycles) {
  FrontPoint point;
  point.prediction.traffic.input_read = bytes;
  point.cost = bytes;
  point.cycles = cycles;
  return point;
}

// By ascending cycles and descending cost.
std::vector<FrontPoint> random_front(std::mt19937_64& random, size_t most, int64_t step) {
  std::vector<FrontPoint> front;
  int64_t cycles = 1;
  int64_t bytes = 1 + step * static_cast<int64_t>(most + random() % 9);
  for (size_t i = 0; i < 1 + random() % most; ++i) {
    cycles += 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(step));
    bytes -= 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(step));
    front.push_back(point_of(bytes, cycles));
  }
  return front;
}

std::vector<NetworkFrontPoint> add(const std::vector<std::vector<FrontPoint>>& layers, size_t most) {
  std::vector<const std::vector<FrontPoint>*> fronts;
  for (const std::vector<FrontPoint>& layer : layers) fronts.push_back(&layer);
  return add_fronts(fronts, most);
}

// [cycles]: the least cost, of all choices.
void walk(const std::vector<std::vector<FrontPoint>>& layers, size_t at, int64_t cost, int64_t cycles,
          std::map<int64_t, int64_t>& least) {
  if (at == layers.size()) {
    const auto place = least.emplace(cycles, cost).first;
    place->second = std::min(place->second, cost);
    return;
  }
  for (const FrontPoint& point : layers[at]) {
    walk(layers, at + 1, cost + point.cost, cycles + point.cycles, least);
  }
}

void expect_sums(const std::vector<std::vector<FrontPoint>>& layers,
                 const std::vector<NetworkFrontPoint>& front) {
  for (size_t i = 0; i < front.size(); ++i) {
    int64_t cost = 0;
    int64_t cycles = 0;
    ASSERT_EQ(front[i].points.size(), layers.size());
    for (size_t layer = 0; layer < layers.size(); ++layer) {
      cost += layers[layer][front[i].points[layer]].cost;
      cycles += layers[layer][front[i].points[layer]].cycles;
    }
    EXPECT_EQ(front[i].cost, cost);
    EXPECT_EQ(front[i].traffic.total(), cost);
    EXPECT_EQ(front[i].cycles, cycles);
    if (i == 0) continue;
    EXPECT_LT(front[i - 1].cycles, front[i].cycles);
    EXPECT_GT(front[i - 1].cost, front[i].cost);
  }
}

TEST(NetworkFront, IsThatOfAllSums) {
  constexpr uint64_t kSeed = 3;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<FrontPoint>> layers(1 + random() % 5);
    for (std::vector<FrontPoint>& layer : layers) layer = random_front(random, 5, 1 + round % 20);
    const std::vector<NetworkFrontPoint> front = add(layers, kAny);
    expect_sums(layers, front);
    std::map<int64_t, int64_t> least;
    walk(layers, 0, 0, 0, least);
    size_t next = 0;
    int64_t best = std::numeric_limits<int64_t>::max();
    for (const auto& [cycles, cost] : least) {
      if (cost >= best) continue;
      best = cost;
      ASSERT_LT(next, front.size());
      EXPECT_EQ(front[next].cycles, cycles);
      EXPECT_EQ(front[next].cost, cost);
      ++next;
    }
    EXPECT_EQ(next, front.size());
  }
}

TEST(NetworkFront, KeepsTheEndsOfManyAndFewInBetween) {
  constexpr uint64_t kSeed = 4;
  std::cout << "seed " << kSeed << std::endl;
  std::mt19937_64 random(kSeed);
  std::vector<std::vector<FrontPoint>> layers(60);
  int64_t fewest = 0;
  int64_t least = 0;
  for (std::vector<FrontPoint>& layer : layers) {
    layer = random_front(random, 12, 100'000);
    fewest += layer.front().cycles;
    least += layer.back().cost;
  }
  const std::vector<NetworkFrontPoint> all = add(layers, kAny);
  expect_sums(layers, all);
  EXPECT_GT(all.size(), 1000U);
  for (const size_t most : {size_t{2}, size_t{3}, size_t{64}}) {
    const std::vector<NetworkFrontPoint> front = add(layers, most);
    EXPECT_EQ(front.size(), most);
    expect_sums(layers, front);
    EXPECT_EQ(front.front().cycles, fewest);
    EXPECT_EQ(front.back().cost, least);
  }
}

TEST(NetworkFront, ChoosesTheLeastCostWithinALimit) {
  const std::vector<NetworkFrontPoint> front =
      add({{point_of(900, 100), point_of(500, 105), point_of(400, 106), point_of(1, 900)}}, kAny);
  EXPECT_EQ(least_cost_within(front, 1).cost, 900);
  EXPECT_EQ(least_cost_within(front, 1.05).cost, 500);
  EXPECT_EQ(least_cost_within(front, 8.9).cost, 400);
  EXPECT_EQ(least_cost_within(front, 9).cost, 1);
}

TEST(NetworkFront, IsEmptyWhereALayerHasNone) {
  EXPECT_TRUE(add({}, kAny).empty());
  EXPECT_TRUE(add({{point_of(1, 1)}, {}}, kAny).empty());
}

}  // namespace
}  // namespace hwcvp
