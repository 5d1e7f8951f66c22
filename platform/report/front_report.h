// Fronts of bytes and cycles, for people and for programs.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "schedules/optimizer/problem/result.h"
#include "schedules/sweep/network_front.h"

namespace hwcvp {

// No schedules of all layers together move fewer bytes, cost less, or take fewer cycles than these.
struct FrontBounds {
  int64_t bytes = 0;
  int64_t cost = 0;
  int64_t cycles = 0;
};

// Of a layer: schedule, traffic, buffer, cost and cycles of each point.
nlohmann::ordered_json front_json(const std::vector<FrontPoint>& front);
// Of all layers: traffic, cost and cycles of each point, and which of its layer's points each layer takes.
nlohmann::ordered_json front_json(const std::vector<NetworkFrontPoint>& front, const FrontBounds& bounds);

// What the points of a front are about, in a sentence: both ends, and what is within 5 % of the fastest.
std::string front_note(const std::vector<NetworkFrontPoint>& front);

// At most 20 points, with their shares of what the ends have, and what is proven of the ends. `prices`: costs
// are not bytes.
void print_front(std::ostream& out, const std::vector<NetworkFrontPoint>& front, const FrontBounds& bounds,
                 bool prices);

}  // namespace hwcvp
