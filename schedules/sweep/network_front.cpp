#include "schedules/sweep/network_front.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace hwcvp {

namespace {

constexpr size_t kMostSums = 4096;  // that are kept of the first layers

// A point of the first layers: a point of those before the last of them, and one of that last.
struct Sum {
  int64_t cost = 0;
  int64_t cycles = 0;
  size_t before = 0;
  size_t point = 0;
};

// Leaves what nothing else dominates, by ascending cycles.
void leave_front(std::vector<Sum>& sums) {
  std::sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) {
    return a.cycles != b.cycles ? a.cycles < b.cycles : a.cost < b.cost;
  });
  size_t kept = 0;
  for (const Sum& sum : sums) {
    if (kept > 0 && sums[kept - 1].cost <= sum.cost) continue;
    sums[kept++] = sum;
  }
  sums.resize(kept);
}

// Leaves the ends and of each of so many steps of a logarithmic axis of cycles the point of least cost.
void thin(std::vector<Sum>& sums, size_t steps) {
  if (sums.size() <= steps + 2) return;
  const auto cycles = [](const Sum& sum) {
    return std::log(static_cast<double>(std::max<int64_t>(sum.cycles, 1)));
  };
  const double first = cycles(sums.front());
  const double step = (cycles(sums.back()) - first) / static_cast<double>(steps);
  const auto place = [&](const Sum& sum) { return std::floor((cycles(sum) - first) / step); };
  std::vector<Sum> kept = {sums.front()};
  for (size_t i = 1; i < sums.size(); ++i) {
    if (i + 1 == sums.size() || place(sums[i]) != place(sums[i + 1])) kept.push_back(sums[i]);
  }
  sums = std::move(kept);
}

struct Place {
  int64_t cost = 0;
  int64_t cycles = 0;
};

// At most so many of them, both ends among them, at even distances where both axes are logarithmic and as
// long as the front is.
std::vector<size_t> spread(const std::vector<Place>& front, size_t most) {
  std::vector<size_t> chosen;
  if (front.size() <= most) {
    chosen.resize(front.size());
    std::iota(chosen.begin(), chosen.end(), size_t{0});
    return chosen;
  }
  // From 0 at the first one to 2 at the last.
  const auto distance = [&](const Place& place) {
    const auto ratio = [](int64_t a, int64_t b) {
      return std::log(static_cast<double>(std::max<int64_t>(a, 1)) /
                      static_cast<double>(std::max<int64_t>(b, 1)));
    };
    return ratio(place.cycles, front.front().cycles) / ratio(front.back().cycles, front.front().cycles) +
           ratio(front.front().cost, place.cost) / ratio(front.front().cost, front.back().cost);
  };
  double next = 0;
  for (size_t i = 0; i + 1 < front.size() && chosen.size() + 1 < most; ++i) {
    if (distance(front[i]) < next) continue;
    chosen.push_back(i);
    next = 2 * static_cast<double>(chosen.size()) / static_cast<double>(most - 1);
  }
  chosen.push_back(front.size() - 1);
  return chosen;
}

}  // namespace

std::vector<size_t> spread_over(const std::vector<NetworkFrontPoint>& front, size_t most) {
  std::vector<Place> places;
  places.reserve(front.size());
  for (const NetworkFrontPoint& point : front) places.push_back({point.cost, point.cycles});
  return spread(places, most);
}

std::vector<NetworkFrontPoint> add_fronts(const std::vector<const std::vector<FrontPoint>*>& layers,
                                          size_t most) {
  if (layers.empty()) return {};
  std::vector<std::vector<Sum>> of_first;  // [layer]: those up to it
  std::vector<Sum> sums = {{}};
  for (const std::vector<FrontPoint>* front : layers) {
    std::vector<Sum> longer;
    longer.reserve(sums.size() * front->size());
    for (size_t before = 0; before < sums.size(); ++before) {
      for (size_t point = 0; point < front->size(); ++point) {
        const FrontPoint& added = (*front)[point];
        longer.push_back({sums[before].cost + added.cost, sums[before].cycles + added.cycles, before, point});
      }
    }
    leave_front(longer);
    thin(longer, kMostSums);
    of_first.push_back(longer);
    sums = std::move(longer);
  }
  std::vector<Place> places;
  places.reserve(sums.size());
  for (const Sum& sum : sums) places.push_back({sum.cost, sum.cycles});
  std::vector<NetworkFrontPoint> front;
  for (const size_t place : spread(places, most)) {
    const Sum& sum = sums[place];
    NetworkFrontPoint point;
    point.cost = sum.cost;
    point.cycles = sum.cycles;
    point.points.resize(layers.size());
    const Sum* at = &sum;
    for (size_t i = layers.size(); i > 0; --i) {
      point.points[i - 1] = at->point;
      point.traffic += (*layers[i - 1])[at->point].prediction.traffic;
      if (i > 1) at = &of_first[i - 2][at->before];
    }
    front.push_back(std::move(point));
  }
  return front;
}

const NetworkFrontPoint& least_cost_within(const std::vector<NetworkFrontPoint>& front, double factor) {
  const double limit = factor * static_cast<double>(front.front().cycles);
  const auto beyond = std::find_if(front.begin() + 1, front.end(), [limit](const NetworkFrontPoint& point) {
    return static_cast<double>(point.cycles) > limit;
  });
  return *std::prev(beyond);
}

}  // namespace hwcvp
