// What a search for schedules makes least.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <tuple>
#include <vector>

#include "schedules/nest/schedule.h"
#include "schedules/traffic/traffic.h"
#include "schedules/workload/layer.h"

namespace hwcvp {

struct OptimizerResult;

namespace optimizer {

class SearchContext;

// What an objective makes of a schedule; less is better, and `tie` decides among equal values.
struct ObjectiveValue {
  int64_t value = std::numeric_limits<int64_t>::max();
  int64_t tie = 0;
};
inline bool operator<(const ObjectiveValue& a, const ObjectiveValue& b) {
  return std::tie(a.value, a.tie) < std::tie(b.value, b.tie);
}

// A schedule that fits and meets the constraints.
struct Candidate {
  ObjectiveValue value;
  Schedule schedule;
};

// So many of the best candidates are refined, by so many random changes each.
struct RefinementStage {
  int rounds = 0;
  size_t candidates = 0;
};

// How a search begins, and how it goes on from there.
struct Starts {
  std::vector<Candidate> candidates;  // none where nothing fits
  std::vector<RefinementStage> stages;
  // Nothing is refined any more once a candidate has this value or a lower one.
  int64_t enough = std::numeric_limits<int64_t>::min();
};

}  // namespace optimizer

// The fields of OptimizerResult that are an objective's own.
struct ObjectiveFields {
  bool latency = false;  // latency, latency_bound
  bool bus = false;      // bus
  bool front = false;    // front
};

// Holds what it needs to know besides the problem, such as the timing of a machine. Used from several threads
// at once.
class Objective {
 public:
  virtual ~Objective() = default;

  // For caches: a name of its own, and everything that it holds and that decides what is found.
  virtual const char* name() const = 0;
  virtual void add_to_key(nlohmann::json& key) const = 0;

  // The value is the cost of the traffic: bytes times prices.
  virtual bool is_cost() const { return false; }
  // Searches may give two buffers to tensors for which the options do not ask for that.
  virtual bool may_double_buffers() const { return false; }

  // Of a schedule that fits and moves `traffic`. The cost of traffic is taken without per-output-channel
  // constants, which no schedule changes.
  virtual optimizer::ObjectiveValue value(const optimizer::SearchContext& context, const Schedule& schedule,
                                          const Traffic& traffic) const = 0;
  // The same without tie, and sooner none where it is above `limit` or takes long to know.
  virtual std::optional<int64_t> value_within(int64_t limit, const optimizer::SearchContext& context,
                                              const Schedule& schedule, const Traffic& traffic) const = 0;
  // Conditions that a schedule has to meet besides those of the space, which take long to look at: asked last
  // of all, and only of schedules that would be taken.
  virtual bool admits(const optimizer::SearchContext& /*context*/, const Schedule& /*schedule*/,
                      const Traffic& /*traffic*/) const {
    return true;
  }
  // That no schedule's value undercuts, as far as the context knows.
  virtual int64_t bound(const optimizer::SearchContext& context) const = 0;

  // Looks for schedules to begin with. May offer them to the context, raise its bounds and search in contexts
  // of its own, within the budget.
  virtual optimizer::Starts starts(optimizer::SearchContext& context) const = 0;

  virtual ObjectiveFields fields() const { return {}; }
  // Sets these fields and `optimal` of a result that has all others but the seconds. Throws InputError where
  // the search ended before the objective could say what any schedule is worth.
  virtual void complete(const Layer& layer, OptimizerResult& result) const = 0;
};

}  // namespace hwcvp
